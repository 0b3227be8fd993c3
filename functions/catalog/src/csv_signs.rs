//! What a piece of a text could be in a column: by this rows are told from prose. Pure.

use crate::{
    csv_columns::{Column, Header},
    csv_read::Record,
};

/// What a piece is in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A word of this column that prose hardly has: `TRUE`, `deny`, `active`.
    Word,
    /// What stands in this column, and in prose as well: a number.
    Like,
    /// It says nothing.
    Nothing,
    /// Such a thing never stands in this column.
    Against,
}

pub(crate) fn sign(column: Column, piece: &str) -> Sign {
    let piece = piece.trim();
    if piece.is_empty() {
        return Sign::Nothing;
    }
    let is_one_of = |words: &[&str]| words.iter().any(|word| piece.eq_ignore_ascii_case(word));
    let (word, like) = match column {
        Column::Published | Column::GiftCard => (
            is_one_of(&["true", "false"]),
            is_one_of(&["1", "0", "1.0", "0.0", "yes", "no", "y", "n", "wahr", "falsch", "vrai", "faux"]),
        ),
        Column::Status => (is_one_of(&["active", "draft", "archived", "unlisted"]), false),
        Column::Policy => (is_one_of(&["deny", "continue"]), is_one_of(&["true", "false", "1", "0", "yes", "no"])),
        Column::Tracker if is_one_of(&["shopify"]) => (true, false),
        Column::Price | Column::CompareAtPrice | Column::Quantity | Column::Grams | Column::ImagePosition => {
            (false, is_number(piece))
        }
        Column::ImageSrc | Column::VariantImage => {
            (false, piece.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")))
        }
        Column::Handle
        | Column::Title
        | Column::Body
        | Column::Vendor
        | Column::Type
        | Column::Tags
        | Column::Option1Name
        | Column::Option1Value
        | Column::Option2Name
        | Column::Option2Value
        | Column::Option3Name
        | Column::Option3Value
        | Column::Sku
        | Column::Tracker
        | Column::ImageAlt => return Sign::Nothing,
    };
    match (word, like) {
        (true, _) => Sign::Word,
        (false, true) => Sign::Like,
        (false, false) => Sign::Against,
    }
}

/// A number, with its currency or unit.
fn is_number(piece: &str) -> bool {
    let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
    piece.contains(|c: char| c.is_ascii_digit())
        && letters <= 3
        && piece.chars().all(|c| c.is_alphanumeric() || "-+.,'’ \u{a0}\u{202f}€$£¥%".contains(c))
}

/// A handle, short of a sentence.
fn is_handle(piece: &str) -> bool {
    let words = piece.split_whitespace().count();
    (1..=4).contains(&words)
        && piece.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c))
        && piece.starts_with(char::is_alphanumeric)
        && !piece.ends_with('.')
}

/// A handle as it stands in an address.
fn is_slug(handle: &str) -> bool {
    handle.chars().all(|c| !c.is_uppercase() && !c.is_whitespace())
}

/// What a row would look like that lies in a text of this record.
pub(crate) struct Sought<'a> {
    header: &'a Header,
    record: &'a Record,
}

impl<'a> Sought<'a> {
    pub(crate) fn new(header: &'a Header, record: &'a Record) -> Self {
        Self { header, record }
    }

    /// Whether a handle and a title are of one product: most handles are made of their titles.
    pub(crate) fn akin(handle: &str, title: &str) -> bool {
        let plain =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let (handle, title) = (plain(handle), plain(title));
        let shorter = handle.chars().count().min(title.chars().count());
        shorter >= 2 && (handle.starts_with(&title) || title.starts_with(&handle))
    }

    /// How much speaks for a row in pieces that stand in columns from one place on; nothing if something speaks against it.
    pub(crate) fn speaks(&self, pieces: &[&str], from: usize) -> Option<u32> {
        let at = |place: usize| place.checked_sub(from).and_then(|at| pieces.get(at)).copied();
        // Exports have many columns that are not read and say yes or no.
        let says = |piece: &&&str| ["TRUE", "FALSE", "true", "false"].contains(*piece);
        let mut found = u32::try_from(pieces.iter().filter(says).count()).unwrap_or(u32::MAX);
        for (column, place) in &self.header.places {
            match at(*place).map(|piece| sign(*column, piece)) {
                Some(Sign::Word | Sign::Like) => found = found.saturating_add(1),
                Some(Sign::Nothing) | None => {}
                Some(Sign::Against) => return None,
            }
        }
        let of = |wanted: Column| {
            let (_, place) = self.header.places.iter().find(|(column, _)| *column == wanted)?;
            let own = self.record.cells.get(*place).map(String::as_str).unwrap_or_default();
            at(*place).map(|piece| (piece, own))
        };
        let Some((handle, own)) = of(Column::Handle) else { return Some(found) };
        let title = of(Column::Title).filter(|(title, _)| !title.trim().is_empty());
        let akin = title.is_some_and(|(title, _)| Self::akin(handle, title));
        let same = handle.trim() == own.trim();
        if !is_handle(handle.trim()) || blank_before(handle, own) {
            return None;
        }
        if akin || same {
            return Some(found.saturating_add(1));
        }
        // A file has one way to write handles and titles; what is written otherwise is prose.
        let other =
            is_slug(own.trim()) && !own.trim().is_empty() && !own.contains(['\n', '\r']) && !is_slug(handle.trim());
        let no_title = title.is_some_and(|(title, own)| {
            let large = |text: &str| text.trim().starts_with(char::is_uppercase);
            is_number(title.trim())
                || title.trim().chars().count() < 2
                || blank_before(title, own)
                || (large(own) && !large(title))
        });
        (!other && !no_title).then_some(found)
    }
}

/// Whether a blank stands before it where the row itself has none.
fn blank_before(piece: &str, own: &str) -> bool {
    piece.starts_with(' ') && !own.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_with_their_currency_and_sentences_are_no_handles() {
        assert_eq!(["49", "49 EUR", "€49", "1.299,00 kr", "-3", "1'299.-"].map(is_number), [true; 6]);
        assert_eq!(["blue", "", "about 10 pieces", "10x (each)"].map(is_number), [false; 4]);
        assert_eq!(["lamp", "Lampe groß", "a.1", "LAMP_1", "x-9"].map(is_handle), [true; 5]);
        assert_eq!(["", "Sizes: S", "and so on.", "one two three four five", "<p>", "-x"].map(is_handle), [false; 6]);
    }

    #[test]
    fn a_handle_is_made_of_its_title() {
        assert!(Sought::akin("red-mug", "Red mug!") && Sought::akin("cup-1", "Cup") && Sought::akin("Cup", "Cup, big"));
        assert!(!Sought::akin("red", "green") && !Sought::akin("c.1", "Cup") && !Sought::akin("", ""));
    }
}
