//! Decodes the bytes of a file into text. Pure.
//!
//! UTF-8 and UTF-16 can be distinguished from everything else. Which of the older encodings a file has can only be guessed, and a wrong
//! guess would put wrong letters on sale: such a file is refused.

use crate::csv::read::line_ends;

/// Decodes the text, or explains to the person who sent the file why that is not possible.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, String> {
    let wide = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let text = String::from_utf16(&pairs.iter().map(|pair| of(*pair)).collect::<Vec<_>>());
        text.ok().filter(|_| rest.is_empty()).ok_or_else(|| {
            "The file begins as text in UTF-16 and does not go on as such. Save it as CSV with the encoding UTF-8."
                .to_owned()
        })
    };
    match bytes {
        [0xff, 0xfe, text @ ..] => wide(text, u16::from_le_bytes),
        [0xfe, 0xff, text @ ..] => wide(text, u16::from_be_bytes),
        // UTF-16 without a byte order mark: no heading begins with a character beyond the first 256.
        [1..=255, 0, ..] => wide(bytes, u16::from_le_bytes),
        [0, 1..=255, ..] => wide(bytes, u16::from_be_bytes),
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Err("The file is a workbook. Open it in your spreadsheet program and save it as CSV (UTF-8).".into())
        }
        _ => {
            let mut text = bytes;
            // Several programs in turn may each have added a byte order mark.
            while let Some(after) = text.strip_prefix(&[0xef, 0xbb, 0xbf]) {
                text = after;
            }
            match std::str::from_utf8(text) {
                Ok(text) => Ok(text.to_owned()),
                Err(error) => Err(not_utf8(text.get(..error.valid_up_to()).unwrap_or_default())),
            }
        }
    }
}

fn not_utf8(before: &[u8]) -> String {
    let line = line_ends(&String::from_utf8_lossy(before)).saturating_add(1);
    format!(
        "Line {line} has a letter that is not in UTF-8, and which letter is meant could only be guessed. Save the file with the encoding \
         UTF-8: in Excel as `CSV UTF-8 (Comma delimited)`."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_and_utf_16_are_read_with_and_without_their_mark() {
        let wide = |of: fn(u16) -> [u8; 2]| "Café, €".encode_utf16().flat_map(of).collect::<Vec<_>>();
        let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
        let marked = |mark: &[u8], text: &[u8]| [mark, text].concat();
        for bytes in [
            "Café, €".as_bytes().to_vec(),
            marked(&[0xef, 0xbb, 0xbf], "Café, €".as_bytes()),
            marked(&[0xff, 0xfe], &little),
            marked(&[0xfe, 0xff], &big),
            little.clone(),
            big,
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok("Café, €"), "{bytes:?}");
        }
        assert!(decode(&little[..3]).unwrap_err().contains("UTF-16"));
    }

    #[test]
    fn letters_in_another_encoding_are_refused_with_their_line() {
        let reason = decode(b"Handle,Title\na,\xc9t\xe9\n").unwrap_err();
        assert!(reason.starts_with("Line 2 ") && reason.contains("UTF-8"), "{reason}");
    }

    #[test]
    fn a_workbook_is_refused_as_what_it_is() {
        for bytes in [&b"PK\x03\x04rest"[..], &[0xd0, 0xcf, 0x11, 0xe0, 0xa1]] {
            assert!(decode(bytes).unwrap_err().contains("workbook"));
        }
    }
}
