//! Checks whether a GIF is complete: its blocks must lead to its trailer. Decoders read no further than the first picture, and after the
//! first six bytes anything may follow, which is then read as a size. What follows the trailer does not matter: cameras and mail programs
//! pad files.

const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;

/// Whether the blocks lead to a trailer, and one of them is a picture.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    // The signature, the size, the kind of colour table, the background and the aspect ratio.
    let screen = bytes.split_at_checked(13).and_then(|(screen, rest)| Some((*screen.get(10)?, rest)));
    screen.and_then(|(packed, rest)| blocks(rest.get(colours(packed)..)?)).unwrap_or(false)
}

fn blocks(mut rest: &[u8]) -> Option<bool> {
    let mut seen = false;
    loop {
        let (kind, after) = rest.split_first()?;
        rest = match *kind {
            TRAILER => return Some(seen),
            EXTENSION => after_parts(after.get(1..)?)?,
            PICTURE => {
                seen = true;
                // The position of the picture, its own colour table, and the number of bits in a code.
                let own = colours(*after.get(8)?);
                after_parts(after.get(9..)?.get(own..)?.get(1..)?)?
            }
            // Some encoders end a block twice.
            0 => after,
            _ => return None,
        };
    }
}

/// The size of the colour table in bytes.
fn colours(packed: u8) -> usize {
    let bits = u32::from(packed & 0x07).saturating_add(1);
    if packed & 0x80 == 0 { 0 } else { 2_usize.saturating_pow(bits).saturating_mul(3) }
}

/// Skips the parts of a block, each of which begins with its length, up to the empty one, and returns what follows.
fn after_parts(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (length, after) = rest.split_first()?;
        rest = after.get(usize::from(*length)..)?;
        if *length == 0 {
            return Some(rest);
        }
    }
}
