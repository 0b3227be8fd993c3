//! Judges whether a piece of text could be a value in a column; this distinguishes rows from prose. Pure.

use crate::csv::{
    cells,
    columns::{Column, Header},
    read::Record,
};

/// How well a piece of text fits a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A word of this column that hardly occurs in prose: `TRUE`, `deny`, `active`.
    Word,
    /// A value of this column that also occurs in prose: a number.
    Like,
    /// It shows nothing either way.
    Nothing,
    /// It never occurs in this column.
    Against,
}

pub(crate) fn sign(column: Column, piece: &str) -> Sign {
    let piece = piece.trim();
    if piece.is_empty() {
        return Sign::Nothing;
    }
    let is_one_of = |words: &[&str]| words.iter().any(|word| piece.eq_ignore_ascii_case(word));
    let (word, like) = match column {
        Column::Published | Column::GiftCard => (is_one_of(&["true", "false"]), says_yes_or_no(piece)),
        Column::Status => (is_one_of(&["active", "draft", "archived", "unlisted"]), false),
        Column::Policy => (is_one_of(&["deny", "continue"]), says_yes_or_no(piece)),
        Column::Tracker if is_one_of(&["shopify"]) => (true, false),
        Column::Price | Column::CompareAtPrice | Column::Quantity | Column::Grams | Column::ImagePosition => {
            (false, is_number(piece))
        }
        Column::ImageSrc | Column::VariantImage => {
            let http = piece.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
            (false, http || piece.starts_with("//"))
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

fn says_yes_or_no(piece: &str) -> bool {
    cells::yes(piece, Column::Published).is_ok_and(|said| said.is_some())
}

/// Whether this is a number, perhaps with its currency or unit.
fn is_number(piece: &str) -> bool {
    let letters = piece.chars().filter(|c| c.is_alphabetic()).count();
    piece.contains(|c: char| c.is_ascii_digit())
        && letters <= 3
        && piece.chars().all(|c| c.is_alphanumeric() || "-+.,'’ \u{a0}\u{202f}€$£¥%".contains(c))
}

/// Whether this can be a handle, and is not as long as a sentence.
fn is_handle(piece: &str) -> bool {
    let words = piece.split_whitespace().count();
    (1..=4).contains(&words)
        && piece.chars().all(|c| c.is_alphanumeric() || "-_. ".contains(c))
        && piece.starts_with(char::is_alphanumeric)
        && !piece.ends_with('.')
}

/// Whether this is a handle as used in a web address.
fn is_slug(handle: &str) -> bool {
    handle.chars().all(|c| !c.is_uppercase() && !c.is_whitespace())
}

/// What a row inside a text of this record would have to look like.
pub(crate) struct Sought<'a> {
    header: &'a Header,
    record: &'a Record,
}

impl<'a> Sought<'a> {
    pub(crate) fn new(header: &'a Header, record: &'a Record) -> Self {
        Self { header, record }
    }

    /// Whether a handle and a title may be of one product: most handles are made from titles.
    pub(crate) fn akin(handle: &str, title: &str) -> bool {
        let plain =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let (handle, title) = (plain(handle), plain(title));
        let shorter = if handle.chars().count() < title.chars().count() { &handle } else { &title };
        // Numbers may begin alike by chance.
        let says = shorter.chars().count() >= 2 && shorter.chars().any(char::is_alphabetic);
        says && (handle.starts_with(&title) || title.starts_with(&handle))
    }

    /// How much evidence there is that these pieces, placed in the columns from `from` on, are a row; `None` if there is evidence against
    /// it.
    pub(crate) fn speaks(&self, pieces: &[&str], from: usize) -> Option<u32> {
        let at = |place: usize| place.checked_sub(from).and_then(|at| pieces.get(at)).copied();
        // Exports have many columns that are not read here and contain yes or no.
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
        if blank_before(handle, own) {
            return None;
        }
        // Handles and titles have one style within a file; anything in another style is prose.
        if is_alike(handle.trim(), own.trim()) {
            return Some(found.saturating_add(1));
        }
        let slug = !own.trim().is_empty() && is_slug(own.trim());
        let other = slug && !own.contains(['\n', '\r']) && !is_slug(handle.trim());
        let no_title = title.is_some_and(|(title, own)| {
            let large = |text: &str| text.chars().any(char::is_uppercase);
            is_number(title.trim())
                || title.trim().chars().count() < 2
                || blank_before(title, own)
                || (large(own) && !large(title))
        });
        if !is_handle(handle.trim()) || other || no_title {
            return None;
        }
        // A further row of the same product has the same title or none.
        let same = handle.trim() == own.trim();
        if same && title.is_some_and(|(title, own)| title.trim() != own.trim()) {
            return None;
        }
        let akin = title.is_some_and(|(title, _)| Self::akin(handle, title));
        Some(found.saturating_add(u32::from(akin || same)))
    }
}

/// Whether two handles are numbered in the same way: `p-1` and `p-20`, `A/7` and `B/8`.
fn is_alike(handle: &str, own: &str) -> bool {
    let form = |text: &str| {
        let mut form = String::new();
        for c in text.chars() {
            let kind = match c {
                c if c.is_ascii_digit() => '0',
                c if c.is_alphabetic() => 'a',
                other => other,
            };
            if !form.ends_with(kind) || !kind.is_alphanumeric() {
                form.push(kind);
            }
        }
        form
    };
    let own = form(own);
    own.contains('0') && own.len() > 1 && own != "0" && handle.len() < 256 && form(handle) == own
}

/// Whether the piece begins with a blank where the row's own cell does not.
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
