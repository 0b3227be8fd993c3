//! Checks whether the data of a JPEG's scan can belong to a picture. A file that lost a part often has zeros in its place, which decode to
//! something.
//!
//! Two things show it. Where a scan has restart markers, their number follows from the size of the picture. And the shortest code of a
//! table is all zeros (ITU-T T.81, annex C): where it stands for a number, and not for "nothing more in this block", zeros in a row are
//! blocks full of one number, which no picture has. In plain areas of a well compressed picture, zeros mean that nothing changes: there
//! they are ignored, and so are those in scans that only refine numbers.

use std::collections::BTreeMap;

/// Most zero bytes in a row where they would be numbers.
const MOST_ZEROS: usize = 64;
/// The data units of the format are eight pixels wide and high.
const UNIT: usize = 8;

/// What the segments before a scan define.
#[derive(Default)]
pub(crate) struct Tables {
    /// The meaning of the shortest code of each table, by the class and number of the table.
    shortest: BTreeMap<u8, u8>,
    /// The number of units between restart markers; 0 if there are none.
    interval: usize,
    width: usize,
    height: usize,
    /// The number of units of each component, horizontally and vertically, by the component's name.
    units: BTreeMap<u8, (usize, usize)>,
}

/// A scan, as its header describes it.
pub(crate) struct Scan {
    /// Whether zeros would be numbers.
    numbers: bool,
    restarts: usize,
}

impl Tables {
    /// Reads a segment into the tables.
    pub(crate) fn segment(&mut self, marker: u8, segment: &[u8]) -> Option<()> {
        match marker {
            0xc4 => self.codes(segment),
            0xdd => {
                self.interval = usize::from(u16::from_be_bytes(*segment.first_chunk::<2>()?));
                Some(())
            }
            0xc0..=0xc2 => self.frame(segment),
            _ => Some(()),
        }
    }

    fn codes(&mut self, mut rest: &[u8]) -> Option<()> {
        while let Some((name, after)) = rest.split_first() {
            let (counts, after) = after.split_at_checked(16)?;
            let count: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, after) = after.split_at_checked(count)?;
            self.shortest.extend(symbols.first().map(|symbol| (*name, *symbol)));
            rest = after;
        }
        Some(())
    }

    fn frame(&mut self, segment: &[u8]) -> Option<()> {
        let [_, height @ .., _] = segment.first_chunk::<6>()?;
        let [high, low, wide, narrow] = height;
        self.height = usize::from(u16::from_be_bytes([*high, *low]));
        self.width = usize::from(u16::from_be_bytes([*wide, *narrow]));
        let (parts, _) = segment.get(6..)?.as_chunks::<3>();
        self.units =
            parts.iter().map(|[name, units, _]| (*name, (usize::from(units >> 4), usize::from(units & 15)))).collect();
        Some(())
    }

    /// Reads the header of a scan.
    pub(crate) fn scan(&self, header: &[u8]) -> Option<Scan> {
        let (count, rest) = header.split_first()?;
        let (components, rest) = rest.split_at_checked(usize::from(*count).checked_mul(2)?)?;
        let [_, last, bits] = rest.first_chunk::<3>()?;
        let (components, _) = components.as_chunks::<2>();
        let is_number = |symbol: &u8| symbol & 15 != 0;
        let of = |tables: u8| self.shortest.get(&(0x10 | (tables & 15)));
        let numbers =
            *last > 0 && bits >> 4 == 0 && components.iter().any(|[_, tables]| of(*tables).is_some_and(is_number));
        let restarts = match self.interval {
            0 => 0,
            interval => self.pieces(components)?.div_ceil(interval).saturating_sub(1),
        };
        Some(Scan { numbers, restarts })
    }

    /// The number of pieces of a scan between which restart markers may stand: blocks of one component, or units of all.
    fn pieces(&self, components: &[[u8; 2]]) -> Option<usize> {
        let widest = self.units.values().map(|(across, _)| *across).max().filter(|most| *most > 0)?;
        let highest = self.units.values().map(|(_, down)| *down).max().filter(|most| *most > 0)?;
        let (across, down) = match components {
            [[name, _]] => {
                let (across, down) = self.units.get(name)?;
                let own =
                    |size: usize, units: usize, most: usize| size.saturating_mul(units).div_ceil(most).div_ceil(UNIT);
                (own(self.width, *across, widest), own(self.height, *down, highest))
            }
            _ => {
                let all = |size: usize, most: usize| size.div_ceil(most.saturating_mul(UNIT));
                (all(self.width, widest), all(self.height, highest))
            }
        };
        Some(across.saturating_mul(down))
    }
}

impl Scan {
    /// Whether this data can be the scan's.
    pub(crate) fn can_be(&self, data: &[u8]) -> bool {
        let restarts = data.windows(2).filter(|pair| matches!(pair, [0xff, 0xd0..=0xd7])).count();
        let zeros = || data.split(|byte| *byte != 0).any(|run| run.len() > MOST_ZEROS);
        restarts >= self.restarts && !(self.numbers && zeros())
    }
}
