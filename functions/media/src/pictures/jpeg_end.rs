//! Whether a JPEG is whole. Decoders fill what is missing with grey, and say so only if the file ends without its end marker; whoever cut it
//! off may have written one.
//!
//! Two things tell. In a progressive picture every scan that begins a coefficient with fewer bits is followed by others that bring the rest.
//! And within the last scan: behind its last code it is filled with ones, and no code is all ones (ITU-T T.81, F.1.2.3 and annex C). So the
//! picture is decoded with many ones before its end marker: one that is whole never comes to them, and one that was cut off finds no
//! code there. A cut of some bytes, less than a block, may go unseen. What was put in the place of a lost part is looked for in
//! [`crate::pictures::jpeg_scan`].

use crate::pictures::jpeg_scan::{Scan, Tables};
use std::collections::BTreeMap;

/// Ones, as they stand in a scan: `0xFF` is followed by 0. No code has more than 16, nor its value.
const ONES: [[u8; 2]; 64] = [[0xff, 0]; 64];
const END: [u8; 2] = [0xff, 0xd9];
const SCAN: u8 = 0xda;

/// The picture with ones before its end, for a strict decoder; nothing if it has no end, or a scan is missing. What phones append behind the
/// end is left out, and what is in the segments before it, such as a small picture with an end of its own, does not matter.
pub(crate) fn with_ones(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut missing = BTreeMap::new();
    let mut tables = Tables::default();
    let mut begun: Option<Scan> = None;
    let mut at = 2;
    loop {
        let rest = bytes.get(at..)?;
        let behind_header = at;
        // In a scan 0xFF is followed by 0, or by a restart marker; 0xFF before a marker fills.
        at = at.checked_add(rest.windows(2).position(|pair| {
            pair.first() == Some(&0xff) && pair.last().is_some_and(|m| !matches!(m, 0 | 0x01 | 0xd0..=0xd7 | 0xff))
        })?)?;
        if begun.take().is_some_and(|scan| !bytes.get(behind_header..at).is_some_and(|data| scan.can_be(data))) {
            return None;
        }
        let (marker, after) = bytes.get(at..)?.split_at_checked(2)?;
        if marker == END {
            let whole = missing.values().all(|bits| *bits == 0);
            return whole.then(|| [bytes.get(..at).unwrap_or_default(), ONES.as_flattened(), &END].concat());
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk::<2>()?));
        let segment = after.get(2..length)?;
        if marker.last() == Some(&SCAN) {
            scan(segment, &mut missing)?;
            begun = Some(tables.scan(segment)?);
        } else if let Some(kind) = marker.last() {
            tables.segment(*kind, segment)?;
        }
        at = at.checked_add(2)?.checked_add(length)?;
    }
}

/// Notes how many bits are missing, behind this scan, of which coefficient of which component.
fn scan(header: &[u8], missing: &mut BTreeMap<(u8, u8), u8>) -> Option<()> {
    let (count, rest) = header.split_first()?;
    let (components, rest) = rest.split_at_checked(usize::from(*count).checked_mul(2)?)?;
    let [first, last, bits] = rest.first_chunk::<3>()?;
    for component in components.chunks(2).filter_map(<[u8]>::first) {
        for coefficient in *first..=(*last).min(63) {
            missing.insert((*component, coefficient), bits & 0x0f);
        }
    }
    Some(())
}
