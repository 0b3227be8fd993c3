//! Finds which variant of a listing a row of a file means. Pure.
//!
//! Carts hold the ids of variants, so an id must never move to a different choice. Therefore a row means the variant with the same options,
//! whatever its SKU, and whether its options are written in upper or lower case. Only a variant that no row matches by its options can be
//! found by its SKU, if that SKU belongs to exactly one variant on both sides: then the choice has been renamed. Where the file says
//! nothing about options, only the SKU is left to match by.

use crate::csv::product::DraftVariant;
use tradewind_catalog::listing::Variant;

/// Returns, for each drafted variant, the position of the existing variant that it means, or none if it is new. `Err` is the position of a
/// draft for which this is unclear.
pub(crate) fn pair(before: &[Variant], drafted: &[DraftVariant]) -> Result<Vec<Option<usize>>, usize> {
    let mut pairs: Vec<Option<usize>> = drafted
        .iter()
        .map(|draft| before.iter().position(|old| draft.options.as_ref() == Some(&old.options)))
        .collect();
    for (place, draft) in drafted.iter().enumerate() {
        if pairs.get(place) == Some(&None) {
            let found = by_letters(before, drafted, draft).filter(|old| !pairs.contains(&Some(*old)));
            set(&mut pairs, place, found);
        }
    }
    for (place, draft) in drafted.iter().enumerate() {
        let by_sku = by_sku(before, drafted, draft);
        let free = by_sku.filter(|old| !pairs.contains(&Some(*old)));
        let lone = || (before.len() == 1 && drafted.len() == 1).then_some(0);
        match (pairs.get(place).copied().flatten(), &draft.options, free) {
            (Some(_), _, _) => {}
            (None, Some(_), found) => set(&mut pairs, place, found),
            (None, None, Some(found)) => set(&mut pairs, place, Some(found)),
            // A product with a single variant needs no options or SKU to find it.
            (None, None, None) if before.is_empty() && drafted.len() == 1 => {}
            (None, None, None) => set(&mut pairs, place, Some(lone().ok_or(place)?)),
        }
    }
    Ok(pairs)
}

fn set(pairs: &mut [Option<usize>], place: usize, found: Option<usize>) {
    if let Some(pair) = pairs.get_mut(place) {
        *pair = found;
    }
}

/// Whether two texts are the same apart from upper and lower case and white space.
pub(crate) fn reads_as(one: &str, other: &str) -> bool {
    let folded = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    one == other || folded(one) == folded(other)
}

/// Whether two lists are the same in this way, item by item.
pub(crate) fn alike(these: &[String], those: &[String]) -> bool {
    these.len() == those.len() && these.iter().zip(those).all(|(one, other)| reads_as(one, other))
}

/// The variant whose options differ from the draft's only in case and white space, if there is exactly one, and only one row means it.
fn by_letters(before: &[Variant], drafted: &[DraftVariant], draft: &DraftVariant) -> Option<usize> {
    let options = draft.options.as_ref()?;
    let mut same = before.iter().enumerate().filter(|(_, old)| alike(&old.options, options));
    let (Some((found, _)), None) = (same.next(), same.next()) else { return None };
    let rows = drafted.iter().filter(|draft| draft.options.as_ref().is_some_and(|other| alike(other, options))).count();
    (rows == 1).then_some(found)
}

fn by_sku(before: &[Variant], drafted: &[DraftVariant], draft: &DraftVariant) -> Option<usize> {
    let sku = draft.sku.as_ref()?.as_ref()?;
    let mut same = before.iter().enumerate().filter(|(_, old)| old.sku.as_ref() == Some(sku));
    let (Some((found, _)), None) = (same.next(), same.next()) else { return None };
    let rows = drafted.iter().filter(|draft| draft.sku.as_ref() == Some(&Some(sku.clone()))).count();
    (rows == 1).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::product::DraftStock;
    use proptest::prelude::*;
    use tradewind_catalog::{listing::Counting, stock::Buckets};
    use tradewind_kernel::{Currency, Id, Money, VariantId};

    type Named<'a> = (Option<&'a str>, Option<&'a str>);

    fn old(of: &[Named<'_>]) -> Vec<Variant> {
        let variant = |(sku, size): &Named<'_>| Variant {
            id: VariantId::from_ulid("01jd0000000000000000000000"),
            sku: sku.map(str::to_owned),
            options: size.iter().map(|size| (*size).to_owned()).collect(),
            price: Money::new(100, Currency::parse("EUR").unwrap()),
            compare_at_price: None,
            weight_grams: 0,
            buckets: Buckets::ONE,
            counting: Counting::Counted,
            image: None,
            imported: None,
            last_import: None,
        };
        of.iter().map(variant).collect()
    }

    fn rows(of: &[Named<'_>]) -> Vec<DraftVariant> {
        let draft = |(sku, size): &Named<'_>| DraftVariant {
            silent: false,
            row: 2,
            sku: Some(sku.map(str::to_owned)),
            options: size.map(|size| vec![size.to_owned()]),
            price: None,
            compare_at_price: None,
            weight_grams: None,
            stock: DraftStock::default(),
            image: None,
        };
        of.iter().map(draft).collect()
    }

    fn paired(before: &[Named<'_>], file: &[Named<'_>]) -> Result<Vec<Option<usize>>, usize> {
        pair(&old(before), &rows(file))
    }

    #[test]
    fn rows_that_change_places_keep_their_ids_whatever_their_numbers() {
        let before = [(Some("TEE"), Some("Blue")), (Some("TEE"), Some("Red"))];
        assert_eq!(paired(&before, &[before[1], before[0]]), Ok(vec![Some(1), Some(0)]));
        let before = [(Some("A"), Some("Blue")), (Some("B"), Some("Red"))];
        let swapped = [(Some("B"), Some("Blue")), (Some("A"), Some("Red"))];
        assert_eq!(paired(&before, &swapped), Ok(vec![Some(0), Some(1)]));
    }

    #[test]
    fn a_choice_under_another_name_is_found_by_a_number_that_is_its_own() {
        let before = [(Some("A"), Some("S")), (Some("B"), Some("M"))];
        assert_eq!(paired(&before, &[(Some("A"), Some("Small"))]), Ok(vec![Some(0)]));
        // The choice with that SKU still exists, so this one is new.
        let both = [(Some("A"), Some("S")), (Some("A"), Some("Small"))];
        assert_eq!(paired(&before, &both), Ok(vec![Some(0), None]));
        let taken = [(None, Some("S")), (Some("A"), Some("Small"))];
        assert_eq!(paired(&before, &taken), Ok(vec![Some(0), None]));
        assert_eq!(paired(&[before[0], (Some("A"), Some("M"))], &[(Some("A"), Some("Small"))]), Ok(vec![None]));
    }

    #[test]
    fn a_choice_in_other_letters_is_the_same_choice() {
        let before = [(None, Some("Blue")), (None, Some("Sea Green"))];
        assert_eq!(
            paired(&before, &[(None, Some("BLUE")), (None, Some("sea\u{a0} green"))]),
            Ok(vec![Some(0), Some(1)])
        );
        // This does not apply if there are several such variants, or two rows mean it.
        assert_eq!(paired(&before, &[(None, Some("blue")), (None, Some("BLUE"))]), Ok(vec![None, None]));
        let both = [(None, Some("Blue")), (None, Some("BLUE"))];
        assert_eq!(paired(&both, &[(None, Some("blue")), (None, Some("BLUE"))]), Ok(vec![None, Some(1)]));
        // The options count for more than the SKU.
        let numbered = [(Some("A"), Some("Blue")), (Some("B"), Some("Red"))];
        assert_eq!(paired(&numbered, &[(Some("B"), Some("blue"))]), Ok(vec![Some(0)]));
    }

    #[test]
    fn without_options_the_number_tells_or_that_there_is_but_one() {
        let before = [(Some("A"), Some("S")), (Some("B"), Some("M"))];
        assert_eq!(paired(&before, &[(Some("B"), None), (Some("A"), None)]), Ok(vec![Some(1), Some(0)]));
        assert_eq!(paired(&before, &[(Some("A"), None), (None, None)]), Err(1));
        assert_eq!(paired(&before, &[(Some("A"), None), (Some("A"), None)]), Err(0));
        assert_eq!(paired(&before[..1], &[(Some("Z"), None)]), Ok(vec![Some(0)]));
        assert_eq!(paired(&[], &[(None, None)]), Ok(vec![None]));
        assert_eq!(paired(&[], &[(None, None), (None, None)]), Err(0));
    }

    proptest! {
        #[test]
        fn no_id_goes_to_a_choice_that_another_has_and_none_is_given_twice(
            before in proptest::collection::btree_map("[a-e]", proptest::option::of("[X-Z]"), 0..5),
            file in proptest::collection::btree_map("[a-g]", proptest::option::of("[X-Z]"), 0..7),
        ) {
            let named = |of: &std::collections::BTreeMap<String, Option<String>>| {
                of.iter().map(|(size, sku)| (sku.clone(), size.clone())).collect::<Vec<_>>()
            };
            let (before, file) = (named(&before), named(&file));
            let view = |of: &[(Option<String>, String)]| old(&of.iter().map(|(k, s)| (k.as_deref(), Some(s.as_str()))).collect::<Vec<_>>());
            let drafts = rows(&file.iter().map(|(k, s)| (k.as_deref(), Some(s.as_str()))).collect::<Vec<_>>());
            let pairs = pair(&view(&before), &drafts).unwrap();
            let mut given = std::collections::BTreeSet::new();
            for (place, found) in pairs.iter().enumerate() {
                let same = before.iter().position(|(_, size)| *size == file[place].1);
                match found {
                    Some(found) => {
                        prop_assert!(given.insert(*found));
                        prop_assert!(same.is_none_or(|same| same == *found));
                        let still = file.iter().any(|(_, size)| *size == before[*found].1);
                        prop_assert!(same.is_some() || (!still && before[*found].0 == file[place].0));
                    }
                    None => prop_assert_eq!(same, None),
                }
            }
        }
    }
}
