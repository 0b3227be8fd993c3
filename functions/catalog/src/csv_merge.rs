//! What a file says about a product, put together with the listing that there is. Pure.
//!
//! An import adds and changes; it never takes a variant away, because a row that was refused or left out of a file is no order to end
//! a sale. Only when the product has other options than before do variants go that the file does not name.

use crate::csv_product::{Draft, DraftVariant};
use tradewind_domain::{
    ListingId, SellerId, Time, VariantId,
    listing::{Listing, ListingError, ListingStatus, MOST_VARIANTS, Variant},
    stock::Buckets,
};

/// What becomes of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) listing: Listing,
    /// Whether the listing differs from what it was.
    pub(crate) changed: bool,
    /// The stock to set.
    pub(crate) stock: Vec<(VariantId, u32)>,
}

/// A listing that an import makes, before anything is said about it.
pub(crate) fn blank(id: ListingId, seller: SellerId, now: Time) -> Listing {
    Listing {
        id,
        seller,
        handle: None,
        title: String::new(),
        description_html: String::new(),
        vendor: String::new(),
        product_type: String::new(),
        category: None,
        tags: vec![],
        status: ListingStatus::Draft,
        option_names: vec![],
        variants: vec![],
        images: vec![],
        created_at: now,
        updated_at: now,
        published_at: None,
        version: 1,
    }
}

/// The listing as the file has it. Variants are found again by their SKU or else by their options.
pub(crate) fn merge(
    before: Listing,
    draft: Draft,
    now: Time,
    mut new_id: impl FnMut() -> VariantId,
) -> Result<Merged, ListingError> {
    let mut left = before.variants.clone();
    let (mut variants, mut stock) = (vec![], vec![]);
    for drafted in draft.variants {
        let found = find(&left, &drafted).map(|place| left.remove(place));
        let quantity = if found.is_some() { drafted.stock } else { Some(drafted.stock.unwrap_or(0)) };
        let (id, buckets) = found.map_or_else(|| (new_id(), Buckets::ONE), |variant| (variant.id, variant.buckets));
        stock.extend(quantity.map(|quantity| (id.clone(), quantity)));
        let DraftVariant { sku, options, price, compare_at_price, weight_grams, stock: _ } = drafted;
        variants.push(Variant { id, sku, options, price, compare_at_price, weight_grams, buckets });
    }
    if draft.option_names == before.option_names {
        let taken = |old: &Variant| variants.iter().any(|new| new.options == old.options);
        let kept: Vec<_> = left.into_iter().filter(|old| !taken(old)).collect();
        variants.extend(kept);
    }
    if variants.len() > MOST_VARIANTS {
        return Err(ListingError::TooManyVariants);
    }
    let after = Listing {
        handle: Some(draft.handle),
        title: draft.title,
        description_html: draft.description_html,
        vendor: draft.vendor,
        product_type: draft.product_type,
        tags: draft.tags,
        option_names: draft.option_names,
        variants,
        images: draft.images,
        ..before.clone()
    };
    let mut listing = match (draft.published, before.status) {
        (true, ListingStatus::Draft) | (_, ListingStatus::Closed) => after.publish(now)?,
        (false, ListingStatus::Published) => after.withdraw(now)?,
        (true, ListingStatus::Published) | (false, ListingStatus::Draft) => after,
    };
    let changed = listing != before;
    if changed {
        listing.updated_at = now;
    }
    Ok(Merged { listing, changed, stock })
}

fn find(variants: &[Variant], drafted: &DraftVariant) -> Option<usize> {
    let by_sku = variants.iter().position(|old| drafted.sku.is_some() && old.sku == drafted.sku);
    by_sku.or_else(|| variants.iter().position(|old| old.options == drafted.options))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_domain::{Currency, Id, Money};

    const NOW: Time = Time::from_millis(1_000);

    fn variant(sku: Option<&str>, size: &str, stock: Option<u32>) -> DraftVariant {
        DraftVariant {
            sku: sku.map(str::to_owned),
            options: vec![size.to_owned()],
            price: Money::new(100, Currency::parse("EUR").unwrap()),
            compare_at_price: None,
            weight_grams: 0,
            stock,
        }
    }

    fn draft(variants: Vec<DraftVariant>) -> Draft {
        Draft {
            handle: "top".into(),
            title: "Top".into(),
            description_html: String::new(),
            vendor: String::new(),
            product_type: String::new(),
            tags: vec![],
            published: true,
            option_names: vec!["Size".into()],
            variants,
            images: vec![],
            row: 2,
        }
    }

    fn import(before: Listing, draft: Draft) -> Result<Merged, ListingError> {
        let mut numbers = before.variants.len()..;
        merge(before, draft, NOW, || {
            let number = numbers.next().unwrap();
            VariantId::from_ulid(&format!("01jd00000000000000000000{number:02}"))
        })
    }

    fn first() -> Listing {
        let blank = blank(
            ListingId::from_ulid("01jd0000000000000000000000"),
            SellerId::from_ulid("01jd0000000000000000000000"),
            NOW,
        );
        import(blank, draft(vec![variant(Some("A"), "S", Some(3)), variant(None, "M", None)])).unwrap().listing
    }

    fn shape(listing: &Listing) -> Vec<(&str, &str)> {
        listing.variants.iter().map(|v| (v.id.as_str().get(28..).unwrap(), v.options[0].as_str())).collect()
    }

    #[test]
    fn a_new_product_becomes_a_published_listing_with_stock_for_each_variant() {
        let listing = first();
        assert_eq!((listing.status, listing.published_at), (ListingStatus::Published, Some(NOW)));
        assert_eq!(listing.handle.as_deref(), Some("top"));
        assert_eq!(shape(&listing), [("00", "S"), ("01", "M")]);
    }

    #[test]
    fn the_same_product_again_changes_nothing_but_the_stock_that_the_file_names() {
        let again = import(first(), draft(vec![variant(Some("A"), "S", Some(9)), variant(None, "M", None)])).unwrap();
        assert!(!again.changed);
        assert_eq!(again.listing, first());
        assert_eq!(again.stock, [(first().variants[0].id.clone(), 9)]);
    }

    #[test]
    fn a_variant_is_found_by_its_number_even_under_another_name() {
        let merged = import(first(), draft(vec![variant(Some("A"), "Small", None)])).unwrap();
        assert_eq!(shape(&merged.listing), [("00", "Small"), ("01", "M")]);
        assert!(merged.changed && merged.stock.is_empty());
    }

    #[test]
    fn a_variant_is_found_by_its_options_and_a_new_one_begins_with_no_stock() {
        let merged = import(first(), draft(vec![variant(Some("B"), "M", Some(1)), variant(None, "L", None)])).unwrap();
        assert_eq!(shape(&merged.listing), [("01", "M"), ("02", "L"), ("00", "S")]);
        assert_eq!(merged.stock.iter().map(|(_, n)| *n).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn stock_stays_split_as_its_seller_split_it() {
        let mut before = first();
        before.variants[0].buckets = Buckets { now: 4, all: 6 };
        let again = import(before.clone(), draft(vec![variant(Some("A"), "S", Some(9)), variant(None, "M", None)]));
        assert_eq!(again.map(|merged| (merged.changed, merged.listing)), Ok((false, before)));
    }

    #[test]
    fn variants_go_when_the_product_has_other_options() {
        let mut other = draft(vec![variant(None, "Red", None)]);
        other.option_names = vec!["Colour".into()];
        assert_eq!(shape(&import(first(), other).unwrap().listing), [("02", "Red")]);
    }

    #[test]
    fn what_is_not_published_any_more_is_withdrawn() {
        let hidden = Draft { published: false, ..draft(vec![variant(Some("A"), "S", None)]) };
        let listing = import(first(), hidden).unwrap().listing;
        assert_eq!((listing.status, listing.published_at), (ListingStatus::Draft, Some(NOW)));
    }

    #[test]
    fn a_closed_listing_stays_closed() {
        let closed = first().close(NOW);
        assert_eq!(import(closed, draft(vec![variant(Some("A"), "S", None)])), Err(ListingError::Closed));
    }

    #[test]
    fn old_and_new_variants_together_are_no_more_than_a_listing_may_have() {
        let many = (0..MOST_VARIANTS - 1).map(|n| variant(None, &n.to_string(), None)).collect();
        assert_eq!(import(first(), draft(many)), Err(ListingError::TooManyVariants));
    }
}
