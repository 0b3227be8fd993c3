//! Checks whether a JPEG is complete. Decoders fill missing parts with grey, and report it only if the file ends without its end marker; a
//! program that cut the file off may have added one.
//!
//! Two things show it. In a progressive picture every scan that begins a coefficient with fewer bits is followed by others that supply the
//! rest. And within the last scan, its last code is followed by padding with ones, and no code is all ones (ITU-T T.81, F.1.2.3 and annex
//! C). So the picture is decoded with many ones before its end marker: in a complete one the decoder never reaches them, and in one that
//! was cut off it finds no code there. A cut of some bytes, less than a block, may go unnoticed. [`crate::pictures::jpeg_scan`] looks for
//! anything that was put in the place of a lost part.

use crate::pictures::jpeg_scan::{Scan, Tables};
use std::collections::BTreeMap;

/// Ones, as they are written in a scan: `0xFF` is followed by 0. No code has more than 16 bits, nor has its value.
const ONES: [[u8; 2]; 64] = [[0xff, 0]; 64];
const END: [u8; 2] = [0xff, 0xd9];
const SCAN: u8 = 0xda;

/// Returns the picture with ones before its end, for a strict decoder; `None` if it has no end, or a scan is missing. What phones append
/// after the end is left out, and the contents of the segments before it, such as a small picture with an end of its own, do not matter.
pub(crate) fn with_ones(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut missing = BTreeMap::new();
    let mut tables = Tables::default();
    let mut begun: Option<Scan> = None;
    let mut at = 2;
    loop {
        let rest = bytes.get(at..)?;
        let behind_header = at;
        // In a scan 0xFF is followed by 0, or by a restart marker; 0xFF before a marker is padding.
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

/// Records how many bits are still missing, after this scan, of each coefficient of each component.
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
