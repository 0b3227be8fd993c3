//! Combines what a file says about the stock of a variant with what is known. Pure.
//!
//! A number in the file is new only if it differs from the one in the last file: between two imports of the same file units are sold, and
//! must not come back. The same applies to counting: what the seller has chosen since is kept until the file says something else. A variant
//! that is not counted in the file, because nobody tracks it or because a shop with several locations exports no numbers, is not counted
//! here: otherwise it would arrive sold out. Numbers of a variant that is not counted mean nothing, and are not stored as if they had been
//! set.

use crate::csv::product::DraftStock;
use tradewind_catalog::listing::{Counting, LastImport, Variant};

/// The stock of a variant after an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stocked {
    pub(crate) counting: Counting,
    /// The number that was set from a file, to recognise next time whether the file has another.
    pub(crate) imported: Option<i32>,
    /// What the file said about counting, for the same purpose.
    pub(crate) last_import: Option<LastImport>,
    /// The number to set, if any.
    pub(crate) available: Option<i32>,
    /// Whether this file makes the variant sold out.
    pub(crate) sold_out: SoldOut,
}

/// Whether a file makes a variant sold out, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SoldOut {
    No,
    /// It says that there are no units.
    Stated,
    /// It says that units are counted, but not how many there are.
    Unsaid,
}

pub(crate) fn of(old: Option<&Variant>, file: DraftStock) -> Stocked {
    let before = old.map(|old| old.counting);
    let last = old.and_then(|old| old.imported);
    let known = old.and_then(|old| old.last_import).unwrap_or_default();
    let last_import =
        LastImport { tracked: file.tracked.or(known.tracked), continues: file.continues.or(known.continues) };
    // The number of a variant that nobody tracks means nothing; but a new variant needs a number from the beginning.
    let number = file.quantity.flatten().filter(|_| old.is_none() || file.tracked != Some(false));
    // A negative number that was raised to zero is stored as zero.
    let another = number.is_some_and(|number| last.is_none_or(|last| last != number && last != number.max(0)));
    let counted = counted(old, file, known, another);
    let continues = match (file.continues.filter(|now| known.continues != Some(*now)), before) {
        (Some(now), _) => now,
        (None, Some(Counting::Counted | Counting::BeyondZero)) => before == Some(Counting::BeyondZero),
        (None, None | Some(Counting::NotCounted)) => last_import.continues.unwrap_or(false),
    };
    let counting = match (counted, continues) {
        (false, _) => Counting::NotCounted,
        (true, true) => Counting::BeyondZero,
        (true, false) => Counting::Counted,
    };
    // A variant that is sold beyond zero may have a negative number, for units that are owed; for any other the least is zero.
    let set = number.map(|number| if counting == Counting::BeyondZero { number } else { number.max(0) });
    let (available, imported) = match old {
        None => (Some(set.unwrap_or(0)), set),
        Some(_) => {
            let news = set.filter(|set| counted && last != Some(*set) && last != number);
            (news, news.or(last))
        }
    };
    let sold_out = match (counting, available) {
        (Counting::Counted, Some(0)) if number.is_some() => SoldOut::Stated,
        (Counting::Counted, Some(0)) => SoldOut::Unsaid,
        (Counting::Counted, _) | (Counting::NotCounted | Counting::BeyondZero, _) => SoldOut::No,
    };
    let last_import = Some(last_import).filter(|last| *last != LastImport::default());
    Stocked { counting, imported, last_import, available, sold_out }
}

/// Whether the units are counted after this file. `another` says whether its number differs from the one in the last file.
fn counted(old: Option<&Variant>, file: DraftStock, known: LastImport, another: bool) -> bool {
    let until_now = old.is_some_and(|old| old.counting != Counting::NotCounted);
    let news = old.is_none() || file.tracked != known.tracked;
    match (file.tracked, file.quantity) {
        (Some(false), _) => until_now && !news,
        // A variant that is tracked, but of unknown number, because the file has no such column.
        (Some(true), None) | (None, None | Some(None)) => until_now,
        (Some(true), Some(_)) => until_now || news || another,
        (None, Some(Some(_))) => until_now || old.is_none() || another,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_catalog::stock::Buckets;
    use tradewind_kernel::{Currency, Id, Money, VariantId};

    fn old(counting: Counting, imported: Option<i32>) -> Variant {
        Variant {
            id: VariantId::from_ulid("01jd0000000000000000000000"),
            sku: None,
            options: vec![],
            price: Money::new(100, Currency::parse("EUR").unwrap()),
            compare_at_price: None,
            weight_grams: 0,
            buckets: Buckets::ONE,
            counting,
            image: None,
            imported,
            last_import: None,
        }
    }

    /// A variant after an import of this file; a test may then change it as a seller would.
    fn after(file: DraftStock, old: Option<&Variant>) -> Variant {
        let Stocked { counting, imported, last_import, .. } = of(old, file);
        Variant { last_import, ..super::tests::old(counting, imported) }
    }

    fn said(tracked: Option<bool>, quantity: Option<Option<i32>>, continues: Option<bool>) -> DraftStock {
        DraftStock { tracked, quantity, continues }
    }

    fn new(
        tracked: Option<bool>,
        quantity: Option<Option<i32>>,
        continues: Option<bool>,
    ) -> (Counting, Option<i32>, SoldOut) {
        let stocked = of(None, said(tracked, quantity, continues));
        (stocked.counting, stocked.available, stocked.sold_out)
    }

    #[test]
    fn what_is_new_is_counted_if_the_file_says_how_many_or_that_it_is_tracked() {
        assert_eq!(new(None, Some(Some(5)), None), (Counting::Counted, Some(5), SoldOut::No));
        assert_eq!(new(Some(true), Some(Some(0)), Some(false)), (Counting::Counted, Some(0), SoldOut::Stated));
        assert_eq!(new(Some(true), Some(None), None), (Counting::Counted, Some(0), SoldOut::Unsaid));
    }

    #[test]
    fn what_nobody_tracks_and_what_has_no_number_is_not_counted() {
        assert_eq!(new(Some(false), Some(Some(0)), Some(false)), (Counting::NotCounted, Some(0), SoldOut::No));
        assert_eq!(new(None, None, None), (Counting::NotCounted, Some(0), SoldOut::No));
        assert_eq!(new(Some(true), None, Some(true)), (Counting::NotCounted, Some(0), SoldOut::No));
        assert_eq!(new(None, Some(None), None), (Counting::NotCounted, Some(0), SoldOut::No));
    }

    #[test]
    fn what_goes_on_selling_is_counted_beyond_zero() {
        assert_eq!(new(Some(true), Some(Some(0)), Some(true)), (Counting::BeyondZero, Some(0), SoldOut::No));
        assert_eq!(new(None, Some(Some(3)), Some(true)), (Counting::BeyondZero, Some(3), SoldOut::No));
    }

    #[test]
    fn the_same_number_again_is_no_news_and_another_one_is() {
        let five = old(Counting::Counted, Some(5));
        assert_eq!(of(Some(&five), said(None, Some(Some(5)), None)).available, None);
        let seven = of(Some(&five), said(None, Some(Some(7)), None));
        assert_eq!((seven.available, seven.imported), (Some(7), Some(7)));
        let by_hand = old(Counting::Counted, None);
        assert_eq!(of(Some(&by_hand), said(None, Some(Some(5)), None)).available, Some(5));
    }

    #[test]
    fn what_a_file_does_not_speak_of_stays() {
        for counting in [Counting::Counted, Counting::NotCounted, Counting::BeyondZero] {
            let stocked = of(Some(&old(counting, Some(5))), DraftStock::default());
            assert_eq!((stocked.counting, stocked.available), (counting, None));
        }
        let kept = of(Some(&old(Counting::Counted, Some(5))), said(None, Some(None), None));
        assert_eq!((kept.counting, kept.imported, kept.available), (Counting::Counted, Some(5), None));
    }

    #[test]
    fn a_file_can_begin_and_end_to_count() {
        let counted = old(Counting::Counted, Some(5));
        let ended = of(Some(&counted), said(Some(false), Some(Some(5)), None));
        assert_eq!((ended.counting, ended.imported, ended.available), (Counting::NotCounted, Some(5), None));
        let begun = of(Some(&old(Counting::NotCounted, None)), said(Some(true), Some(Some(5)), None));
        assert_eq!((begun.counting, begun.imported, begun.available), (Counting::Counted, Some(5), Some(5)));
        let beyond = of(Some(&counted), said(None, Some(Some(5)), Some(true)));
        assert_eq!((beyond.counting, beyond.available), (Counting::BeyondZero, None));
        assert_eq!(
            of(Some(&old(Counting::BeyondZero, Some(5))), said(None, None, Some(false))).counting,
            Counting::Counted
        );
    }

    #[test]
    fn a_number_counts_as_imported_only_when_it_was_set() {
        for number in [0, 8] {
            let tracked = |number| said(Some(true), Some(Some(number)), None);
            let untracked = after(said(Some(false), Some(Some(number)), None), Some(&after(tracked(5), None)));
            assert_eq!((untracked.counting, untracked.imported), (Counting::NotCounted, Some(5)));
            let again = of(Some(&untracked), tracked(number));
            assert_eq!((again.counting, again.available), (Counting::Counted, Some(number)), "{number}");
        }
        // A new variant has a number, in case its seller chooses to count it.
        let new = of(None, said(Some(false), Some(Some(9)), None));
        assert_eq!((new.imported, new.available), (Some(9), Some(9)));
    }

    #[test]
    fn what_was_sold_beyond_zero_stays_owed() {
        let file = |number, continues| said(None, Some(Some(number)), Some(continues));
        assert_eq!(of(None, file(-3, true)).available, Some(-3));
        assert_eq!(of(None, file(-3, false)).available, Some(0));
        let one = after(file(1, true), None);
        assert_eq!(of(Some(&one), file(-2, true)).available, Some(-2));
        // None are left, and the same file again changes nothing.
        let none = after(file(-2, false), None);
        assert_eq!((none.imported, of(Some(&none), file(-2, false)).available), (Some(0), None));
        assert_eq!(of(Some(&none), file(-2, true)).available, Some(-2));
    }

    #[test]
    fn what_a_seller_chose_by_hand_stays_until_the_file_says_something_else() {
        let by_hand = |file, counting| Variant { counting, ..after(file, None) };
        let kept = |file, counting| {
            let stocked = of(Some(&by_hand(file, counting)), file);
            (stocked.counting, stocked.available)
        };
        let number = said(None, Some(Some(5)), None);
        let denied = said(Some(true), Some(Some(5)), Some(false));
        let free = said(Some(false), Some(Some(0)), Some(false));
        for file in [number, denied, free] {
            for counting in [Counting::Counted, Counting::NotCounted, Counting::BeyondZero] {
                assert_eq!(kept(file, counting), (counting, None), "{file:?}");
            }
        }
        // A different number, tracker or policy counts as new.
        let uncounted = by_hand(number, Counting::NotCounted);
        assert_eq!(of(Some(&uncounted), said(None, Some(Some(6)), None)).available, Some(6));
        let beyond = by_hand(denied, Counting::BeyondZero);
        let free = of(Some(&beyond), said(Some(false), Some(Some(5)), Some(false)));
        assert_eq!(free.counting, Counting::NotCounted);
        let counted = by_hand(denied, Counting::Counted);
        assert_eq!(of(Some(&counted), said(Some(true), Some(Some(5)), Some(true))).counting, Counting::BeyondZero);
        // The number of a variant that nobody tracks is ignored, however it changes.
        let by_hand = by_hand(said(Some(false), Some(Some(0)), None), Counting::Counted);
        assert_eq!(of(Some(&by_hand), said(Some(false), Some(Some(-3)), None)).available, None);
    }

    #[test]
    fn what_comes_to_be_counted_goes_on_selling_as_the_file_said() {
        let free = after(said(Some(false), Some(Some(0)), Some(true)), None);
        let begun = of(Some(&free), said(Some(true), Some(Some(0)), Some(true)));
        assert_eq!((begun.counting, begun.available), (Counting::BeyondZero, None));
        // A number where there was none starts the counting.
        let unknown = after(said(Some(true), None, None), None);
        let known = of(Some(&unknown), said(Some(true), Some(Some(4)), None));
        assert_eq!(
            (unknown.counting, known.counting, known.available),
            (Counting::NotCounted, Counting::Counted, Some(4))
        );
    }

    #[test]
    fn it_is_told_as_sold_out_only_when_the_file_makes_it_so() {
        let none = said(None, Some(Some(0)), None);
        let again = of(Some(&after(none, None)), none);
        assert_eq!((again.available, again.sold_out), (None, SoldOut::No));
        assert_eq!(of(Some(&old(Counting::Counted, Some(5))), none).sold_out, SoldOut::Stated);
    }
}
