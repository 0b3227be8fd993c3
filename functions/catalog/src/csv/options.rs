//! Puts the options of a file into the order in which the listing has them. Pure.
//!
//! A file may name the options of a product in another order, or have columns for some of them only. If options were read by position, a
//! colour would be taken for a size, or all sizes of a colour for one variant. So they are read by name, and options for which the file has
//! no columns keep their values. Where all names but one are known, the unknown one is the new name of the remaining option. And where
//! wrong names are corrected while the values stay in their places, options are read by position.

use crate::csv::{
    matching::{alike, reads_as},
    product::Draft,
};
use tradewind_catalog::listing::{Listing, Variant};

/// Rewrites the options of a draft in the order of the listing. A draft with other options than the listing stays as it is.
pub(crate) fn align(before: &Listing, draft: &mut Draft) {
    let Some(places) = places(before, draft) else { return };
    let all = before.option_names.len();
    if places.len() == all {
        let reordered = |values: &[String]| -> Vec<String> {
            let of = |place| places.iter().position(|of| *of == place).and_then(|n| values.get(n)).cloned();
            (0..all).filter_map(of).collect()
        };
        let met = |order: &dyn Fn(&[String]) -> Vec<String>| {
            let known = |options: &Vec<String>| before.variants.iter().any(|old| alike(&old.options, &order(options)));
            draft
                .variants
                .iter()
                .filter_map(|variant| variant.options.as_ref())
                .filter(|options| known(options))
                .count()
        };
        if met(&reordered) < met(&<[String]>::to_vec) {
            return;
        }
        draft.option_names = draft.option_names.as_deref().map(reordered);
        for variant in &mut draft.variants {
            variant.options = variant.options.as_deref().map(reordered);
        }
    } else if draft.option_columns < all {
        draft.option_names = None;
        for variant in &mut draft.variants {
            variant.options = variant.options.as_deref().and_then(|values| the_one(&before.variants, &places, values));
        }
    }
}

/// For each option of the draft, its position in the listing; none if the listing does not have them all.
fn places(before: &Listing, draft: &Draft) -> Option<Vec<usize>> {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let places: Vec<usize> = match &draft.option_names {
        Some(names) => {
            let place = |name: &String| before.option_names.iter().position(|known| same(known, name));
            let found: Vec<Option<usize>> = names.iter().map(place).collect();
            let left: Vec<usize> =
                (0..before.option_names.len()).filter(|place| !found.contains(&Some(*place))).collect();
            let unknown = found.iter().filter(|place| place.is_none()).count();
            let renamed = match left.as_slice() {
                [place] if unknown == 1 && names.len() == before.option_names.len() => Some(*place),
                _ => None,
            };
            found.into_iter().map(|place| place.or(renamed)).collect::<Option<_>>()?
        }
        None => (0..draft.variants.iter().find_map(|variant| variant.options.as_ref())?.len()).collect(),
    };
    let once = places.iter().enumerate().all(|(n, place)| !places.iter().take(n).any(|earlier| earlier == place));
    (once && !places.is_empty() && places.len() <= before.option_names.len()).then_some(places)
}

/// All options of the variant that has these values at these positions, if there is exactly one.
fn the_one(before: &[Variant], places: &[usize], values: &[String]) -> Option<Vec<String>> {
    let value_of =
        |old: &Variant, place: usize, value: &str| old.options.get(place).is_some_and(|old| reads_as(old, value));
    let has = |old: &&Variant| places.iter().zip(values).all(|(place, value)| value_of(old, *place, value));
    let mut found = before.iter().filter(has);
    match (found.next(), found.next()) {
        (Some(variant), None) => Some(variant.options.clone()),
        _ => None,
    }
}
