//! The notes about a product that was imported, in words and in numbers. Pure.

use tradewind_catalog::{
    entities::ImportNote,
    import::{NoteKind, Tally},
};
use tradewind_kernel::ImportId;

/// The number of variants that a note names.
const NAMED: usize = 10;

/// Writes a note about a product and these of its variants.
pub(crate) fn note(import: &ImportId, row: u32, handle: &str, kind: NoteKind, about: &[String]) -> ImportNote {
    let mut names = about.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if about.len() > NAMED {
        names.push_str(&format!(" and {} more", about.len().saturating_sub(NAMED)));
    }
    let message = match kind {
        NoteKind::Draft => {
            "It is a draft, as the file says, and only you see it. Publish it when it is to be for sale.".into()
        }
        NoteKind::SoldOut => format!("By the file there are none of these, so nobody can buy them: {names}."),
        NoteKind::NotCounted => format!(
            "The file does not count these, or has no numbers for them, so that they can always be bought: {names}. Set their stock if \
             they are to be counted."
        ),
        NoteKind::VariantsKept => format!(
            "The file does not name these variants, and they were left as they are: {names}. If the file calls one of them otherwise now, \
             both are in the listing: take the old one out."
        ),
        NoteKind::VariantsRemoved => format!(
            "The product has other options than before, which these variants do not fit; they are gone: {names}."
        ),
        NoteKind::VariantsRenamed => {
            format!("These were found again under other names, by their SKU or their letters: {names}.")
        }
    };
    ImportNote { import: import.clone(), row, handle: handle.to_owned(), kind, message }
}

/// Adds the variants that the notes are about to the counts.
pub(crate) fn count(tally: &mut Tally, notes: &[(NoteKind, Vec<String>)]) {
    for (kind, about) in notes {
        let count = u32::try_from(about.len()).unwrap_or(u32::MAX);
        match kind {
            NoteKind::Draft => tally.drafts = tally.drafts.saturating_add(1),
            NoteKind::SoldOut => tally.sold_out = tally.sold_out.saturating_add(count),
            NoteKind::NotCounted => tally.not_counted = tally.not_counted.saturating_add(count),
            NoteKind::VariantsKept => tally.variants_kept = tally.variants_kept.saturating_add(count),
            NoteKind::VariantsRemoved | NoteKind::VariantsRenamed => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Id;

    #[test]
    fn a_note_names_ten_variants_and_counts_the_others() {
        let about: Vec<_> = (0..12).map(|n| format!("v{n}")).collect();
        let note = note(&ImportId::from_ulid("01jd0000000000000000000000"), 2, "mug", NoteKind::SoldOut, &about);
        assert!(note.message.ends_with("v8, v9 and 2 more."), "{}", note.message);
        let mut tally = Tally::default();
        count(&mut tally, &[(NoteKind::SoldOut, about), (NoteKind::Draft, vec![])]);
        assert_eq!((tally.sold_out, tally.drafts, tally.variants_kept), (12, 1, 0));
    }
}
