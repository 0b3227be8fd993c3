//! What a file says about the stock of a variant, put together with what is known of it. Pure.
//!
//! A number in the file is news only if it is another than in the last one: between two imports of the same file things are sold, and
//! must not come back. What is not counted by the file, because nobody tracks it or because a shop with several locations exports no
//! numbers, is not counted here: it must not arrive sold out.

use crate::csv_product::DraftStock;
use tradewind_domain::listing::{Counting, Variant};

/// The stock of a variant after an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stocked {
    pub(crate) counting: Counting,
    /// The number that the file said, to know next time whether it says another.
    pub(crate) imported: Option<u32>,
    /// The number to set, if it is to be set.
    pub(crate) available: Option<u32>,
    /// Whether the file says that there are none, and it is not sold without.
    pub(crate) sold_out: bool,
}

pub(crate) fn of(old: Option<&Variant>, said: DraftStock) -> Stocked {
    let before = old.map(|old| old.counting);
    let number = said.quantity.flatten();
    let counted = match (said.tracked, said.quantity) {
        (Some(false), _) => false,
        // A new one that is tracked, of which nobody knows how many there are, because the file has no such column.
        (Some(true), None) => before.is_some_and(|before| before != Counting::NotCounted),
        (Some(true), Some(_)) | (None, Some(Some(_))) => true,
        (None, None | Some(None)) => before.is_some_and(|before| before != Counting::NotCounted),
    };
    let continues = said.continues.unwrap_or(before == Some(Counting::BeyondZero));
    let counting = match (counted, continues) {
        (false, _) => Counting::NotCounted,
        (true, true) => Counting::BeyondZero,
        (true, false) => Counting::Counted,
    };
    let last = old.and_then(|old| old.imported);
    // What is new has a number from the beginning: none, if the file does not say.
    let news = if old.is_none() { Some(number.unwrap_or(0)) } else { number.filter(|number| last != Some(*number)) };
    Stocked {
        counting,
        // Kept where it is not counted: if it is again, the same number is still no news.
        imported: number.or(last),
        available: if counted || old.is_none() { news } else { None },
        sold_out: counting == Counting::Counted && (number == Some(0) || (old.is_none() && number.is_none())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_domain::{Currency, Id, Money, VariantId, stock::Buckets};

    fn old(counting: Counting, imported: Option<u32>) -> Variant {
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
        }
    }

    fn said(tracked: Option<bool>, quantity: Option<Option<u32>>, continues: Option<bool>) -> DraftStock {
        DraftStock { tracked, quantity, continues }
    }

    fn new(
        tracked: Option<bool>,
        quantity: Option<Option<u32>>,
        continues: Option<bool>,
    ) -> (Counting, Option<u32>, bool) {
        let stocked = of(None, said(tracked, quantity, continues));
        (stocked.counting, stocked.available, stocked.sold_out)
    }

    #[test]
    fn what_is_new_is_counted_if_the_file_says_how_many_or_that_it_is_tracked() {
        assert_eq!(new(None, Some(Some(5)), None), (Counting::Counted, Some(5), false));
        assert_eq!(new(Some(true), Some(Some(0)), Some(false)), (Counting::Counted, Some(0), true));
        assert_eq!(new(Some(true), Some(None), None), (Counting::Counted, Some(0), true));
    }

    #[test]
    fn what_nobody_tracks_and_what_has_no_number_is_not_counted() {
        assert_eq!(new(Some(false), Some(Some(0)), Some(false)), (Counting::NotCounted, Some(0), false));
        assert_eq!(new(None, None, None), (Counting::NotCounted, Some(0), false));
        assert_eq!(new(Some(true), None, Some(true)), (Counting::NotCounted, Some(0), false));
        assert_eq!(new(None, Some(None), None), (Counting::NotCounted, Some(0), false));
    }

    #[test]
    fn what_goes_on_selling_is_counted_beyond_zero() {
        assert_eq!(new(Some(true), Some(Some(0)), Some(true)), (Counting::BeyondZero, Some(0), false));
        assert_eq!(new(None, Some(Some(3)), Some(true)), (Counting::BeyondZero, Some(3), false));
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
}
