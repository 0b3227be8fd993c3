//! Merges what a file says about a product into the existing listing. Pure.
//!
//! What the file has no column for stays as it is; what is blank in the file is removed. Tags and pictures that were added by hand since
//! the last import are kept beside those of the file. [`crate::csv::matching`] finds the existing variants, and one that the file does not
//! name is kept: a row that is missing from a file is no request to end a sale. Where such a variant cannot be kept, because the product
//! has other options than before, the product is left out. Only the single variant of a product without options is removed when the file
//! gives the product several.

use crate::csv::{
    columns::Column,
    matching::{alike, pair},
    options::align,
    product::{Draft, DraftVariant},
    stock::{self, SoldOut, Stocked},
};
use tradewind_catalog::{
    import::NoteKind,
    listing::{Image, Imported, Listing, ListingError, ListingStatus, MOST_IMAGES, MOST_VARIANTS, Variant},
    stock::Buckets,
};
use tradewind_kernel::{ListingId, SellerId, Time, VariantId};

/// The result of merging a file into a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    pub(crate) listing: Listing,
    /// Whether the listing differs from the one before.
    pub(crate) changed: bool,
    /// The stock to set.
    pub(crate) stock: Vec<(VariantId, i64)>,
    /// The variants whose stock is to be redistributed over its buckets.
    pub(crate) spread: Vec<VariantId>,
    /// The notes to store, each with the variants that it is about.
    pub(crate) notes: Vec<(NoteKind, Vec<String>)>,
}

/// Why a product cannot be imported as the file says: the row, the column if the error is in one, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) row: u32,
    pub(crate) column: Column,
    pub(crate) message: String,
}

/// The empty listing that an import starts from.
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
        imported: None,
        created_at: now,
        updated_at: now,
        published_at: None,
        version: 1,
    }
}

/// The listing after the import of the file.
pub(crate) fn merge(
    before: Listing,
    mut draft: Draft,
    now: Time,
    new_id: impl FnMut() -> VariantId,
) -> Result<Merged, Refusal> {
    if before.variants.len() != 1 {
        draft.variants.retain(|variant| !variant.silent);
    }
    align(&before, &mut draft);
    let (row, new) = (draft.row, before.handle.is_none());
    let refused = |column, message: String| Refusal { row, column, message };
    if new && draft.title.is_none() {
        let message = "A new product needs a title in one of its rows, and no listing of yours has this handle.";
        return Err(refused(Column::Title, message.into()));
    }
    if new && draft.variants.is_empty() {
        return Err(refused(Column::Price, "A new product needs a row with a price.".into()));
    }
    let published = draft.published.unwrap_or(new || before.status == ListingStatus::Published);
    let mut after = before.clone();
    let Variants { variants, stock, spread, mut notes } = variants(&before, &draft, new_id)?;
    after.handle = Some(draft.handle);
    after.title = draft.title.unwrap_or(after.title);
    after.description_html = draft.description_html.unwrap_or(after.description_html);
    after.vendor = draft.vendor.unwrap_or(after.vendor);
    after.product_type = draft.product_type.unwrap_or(after.product_type);
    after.option_names = draft.option_names.unwrap_or(after.option_names);
    after.variants = variants;
    let last = before.imported.clone();
    let mut imported = last.clone().unwrap_or_default();
    if let Some(tags) = draft.tags {
        after.tags = beside(&before.tags, last.as_ref().map(|last| &last.tags), &tags, |tag| tag.clone());
        imported.tags = tags;
    }
    if let Some(images) = draft.images {
        let urls = images.iter().filter_map(|image| image.url.clone()).collect();
        let name = |image: &Image| image.url.clone().unwrap_or_default();
        after.images = beside(&before.images, last.as_ref().map(|last| &last.images), &images, name);
        imported.images = urls;
    }
    show_variants(&mut after, &mut imported);
    if after.tags.len() > 50 || after.images.len() > MOST_IMAGES {
        let message = format!(
            "With what was added by hand, the listing would have {} tags and {} pictures: at most 50 and {MOST_IMAGES} are possible.",
            after.tags.len(),
            after.images.len()
        );
        return Err(refused(Column::Handle, message));
    }
    after.imported = Some(imported);
    let after = match (published, before.status) {
        (true, ListingStatus::Draft) | (_, ListingStatus::Closed) => after.publish(now),
        (false, ListingStatus::Published) => after.withdraw(now),
        (true, ListingStatus::Published) | (false, ListingStatus::Draft) => Ok(after),
    };
    let mut listing = after.map_err(|error| refusal(row, error))?;
    let changed = listing != before;
    if changed {
        listing.updated_at = now;
    }
    if listing.status == ListingStatus::Draft {
        notes.push((NoteKind::Draft, vec![]));
    }
    Ok(Merged { listing, changed, stock, spread, notes })
}

/// The list in the file, followed by what was added by hand since the last import. A file that says the same as the last one changes
/// nothing. An item without a name was added by hand.
fn beside<T: Clone + PartialEq>(
    now: &[T],
    last: Option<&Vec<String>>,
    file: &[T],
    name: impl Fn(&T) -> String,
) -> Vec<T> {
    let names: Vec<_> = file.iter().map(&name).collect();
    let by_hand = |item: &&T| {
        let name = name(item);
        let imported = last.is_none_or(|last| last.contains(&name));
        name.is_empty() || (!imported && !names.contains(&name))
    };
    let same = last == Some(&names) && file.iter().all(|item| now.contains(item));
    if same { now.to_vec() } else { file.iter().chain(now.iter().filter(by_hand)).cloned().collect() }
}

/// Adds the pictures of the variants to the listing's pictures, as long as there is room.
fn show_variants(listing: &mut Listing, imported: &mut Imported) {
    for image in listing.variants.iter().filter_map(|variant| variant.image.clone()) {
        let known = listing.images.iter().any(|shown| shown.url == image.url && shown.upload == image.upload);
        if !known && listing.images.len() < MOST_IMAGES {
            imported.images.extend(image.url.clone());
            listing.images.push(image);
        }
    }
}

struct Variants {
    variants: Vec<Variant>,
    stock: Vec<(VariantId, i64)>,
    spread: Vec<VariantId>,
    notes: Vec<(NoteKind, Vec<String>)>,
}

fn variants(before: &Listing, draft: &Draft, mut new_id: impl FnMut() -> VariantId) -> Result<Variants, Refusal> {
    let pairs = pair(&before.variants, &draft.variants).map_err(|place| unclear(before, draft, place))?;
    let names = draft.option_names.as_ref().unwrap_or(&before.option_names);
    let (mut made, mut stock, mut spread) = (vec![], vec![], vec![]);
    let (mut renamed, mut sold_out, mut uncounted) = (vec![], vec![], vec![]);
    for (drafted, place) in draft.variants.iter().zip(&pairs) {
        let old = place.and_then(|place| before.variants.get(place));
        let mut variant = variant(old, drafted, &mut new_id)?;
        if variant.options.len() != names.len() {
            return Err(Refusal { row: drafted.row, column: Column::Option1Name, message: misfit(names) });
        }
        if made.iter().any(|(_, earlier): &(_, Variant)| alike(&earlier.options, &variant.options)) {
            let message =
                "An earlier row of this product has the same options, however their letters are written.".into();
            return Err(Refusal { row: drafted.row, column: Column::Option1Value, message });
        }
        let Stocked { counting, imported, last_import, available, sold_out: none } = stock::of(old, drafted.stock);
        (variant.counting, variant.imported, variant.last_import) = (counting, imported, last_import);
        if available.is_none() && old.is_some_and(|old| old.buckets.all > 1 && counting.ends_after(old.counting)) {
            spread.push(variant.id.clone());
        }
        stock.extend(available.map(|available| (variant.id.clone(), available.into())));
        let name = named(&variant);
        match none {
            SoldOut::No => {}
            SoldOut::Stated => sold_out.push(name.clone()),
            SoldOut::Unsaid => sold_out.push(format!("{name} (the file does not say how many)")),
        }
        if counting == tradewind_catalog::listing::Counting::NotCounted {
            uncounted.push(name.clone());
        }
        if let Some(old) = old.filter(|old| old.options != variant.options) {
            renamed.push(format!("{} is {name} now", named(old)));
        }
        made.push((*place, variant));
    }
    let unnamed = |place: &usize| !pairs.contains(&Some(*place));
    let left: Vec<_> =
        before.variants.iter().enumerate().filter(|(place, _)| unnamed(place)).map(|(_, old)| named(old)).collect();
    let fits = fits(before, draft, names, &left)?;
    let (kept, removed) = if fits { (left, vec![]) } else { (vec![], left) };
    // If the file says nothing about variants, then none is missing from it.
    let kept = if made.is_empty() { vec![] } else { kept };
    let variants = in_order(before, made, fits);
    if variants.len() > MOST_VARIANTS {
        return Err(refusal(draft.row, ListingError::TooManyVariants));
    }
    let notes = [
        (NoteKind::VariantsRenamed, renamed),
        (NoteKind::VariantsRemoved, removed),
        (NoteKind::VariantsKept, kept),
        (NoteKind::SoldOut, sold_out),
        (NoteKind::NotCounted, uncounted),
    ];
    let notes = notes.into_iter().filter(|(_, about)| !about.is_empty()).collect();
    Ok(Variants { variants, stock, spread, notes })
}

/// Whether existing variants that the file does not name can stay beside those that it names, whose options have these names. If they
/// cannot, the product is left out: a file may name only a part of a product, and the rest must not vanish.
fn fits(before: &Listing, draft: &Draft, names: &[String], left: &[String]) -> Result<bool, Refusal> {
    let refused = |message: String| Err(Refusal { row: draft.row, column: Column::Option1Name, message });
    let list = |names: &[String]| match names {
        [] => "none".to_owned(),
        names => names.join(", "),
    };
    let (is, was) = (list(names), list(&before.option_names));
    let others = draft.variants.is_empty() || before.variants.is_empty();
    if names.len() == before.option_names.len() {
        if !others && !alike(names, &before.option_names) && left.len() == before.variants.len() {
            return refused(format!(
                "No variant of this file is known, and the options are called {is} here and {was} in the listing. If they are to be called \
                 otherwise, first send a file that also names a variant that there is: {}.",
                some(left)
            ));
        }
        return Ok(true);
    }
    // A product without options becomes one with options: its single variant is removed, because it has no place among them.
    if others || left.is_empty() || before.option_names.is_empty() {
        return Ok(false);
    }
    if names.is_empty() {
        return refused(format!(
            "The row is of a product in one form (`Default Title`), and the listing has variants by {was}, which would be lost: {}. Name \
             the options, or take these variants out of the listing first.",
            some(left)
        ));
    }
    refused(format!(
        "The file has the options {is} and the listing {was}. These variants, which the file does not name, would be lost: {}. Name them in \
         the file, too, with their SKUs, or take them out of the listing first.",
        some(left)
    ))
}

/// The first few of some names, as text.
fn some(names: &[String]) -> String {
    let more = names.len().saturating_sub(5);
    let first = names.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

/// Uses the order of the file if it names all existing variants; otherwise existing variants stay where they were, and new ones follow.
fn in_order(before: &Listing, made: Vec<(Option<usize>, Variant)>, fits: bool) -> Vec<Variant> {
    let named = made.iter().filter(|(place, _)| place.is_some()).count();
    if !fits || named == before.variants.len() {
        return made.into_iter().map(|(_, variant)| variant).collect();
    }
    let now = |(place, old): (usize, &Variant)| {
        made.iter().find(|(of, _)| *of == Some(place)).map_or_else(|| old.clone(), |(_, variant)| variant.clone())
    };
    let new = made.iter().filter(|(place, _)| place.is_none()).map(|(_, variant)| variant.clone());
    before.variants.iter().enumerate().map(now).chain(new).collect()
}

/// Builds a variant, except for its stock.
fn variant(
    old: Option<&Variant>,
    drafted: &DraftVariant,
    new_id: &mut impl FnMut() -> VariantId,
) -> Result<Variant, Refusal> {
    let price = drafted.price.or(old.map(|old| old.price)).ok_or_else(|| Refusal {
        row: drafted.row,
        column: Column::Price,
        message: "A new variant needs a price.".into(),
    })?;
    let id = old.map_or_else(new_id, |old| old.id.clone());
    Ok(Variant {
        id,
        sku: drafted.sku.clone().unwrap_or_else(|| old.and_then(|old| old.sku.clone())),
        options: drafted.options.clone().unwrap_or_else(|| old.map(|old| old.options.clone()).unwrap_or_default()),
        price,
        compare_at_price: drafted.compare_at_price.unwrap_or_else(|| old.and_then(|old| old.compare_at_price)),
        weight_grams: drafted.weight_grams.unwrap_or_else(|| old.map_or(0, |old| old.weight_grams)),
        buckets: old.map_or(Buckets::ONE, |old| old.buckets),
        counting: old.map(|old| old.counting).unwrap_or_default(),
        image: drafted.image.clone().unwrap_or_else(|| old.and_then(|old| old.image.clone())),
        imported: old.and_then(|old| old.imported),
        last_import: old.and_then(|old| old.last_import),
    })
}

/// The name of a variant for people.
fn named(variant: &Variant) -> String {
    match (variant.options.is_empty(), &variant.sku) {
        (false, _) => variant.options.join(" / "),
        (true, Some(sku)) => sku.clone(),
        (true, None) => "its one variant".into(),
    }
}

fn unclear(before: &Listing, draft: &Draft, place: usize) -> Refusal {
    let row = draft.variants.get(place).map_or(draft.row, |drafted| drafted.row);
    let message = match before.variants.as_slice() {
        [] => {
            "No listing of yours has this handle, and a new product with several variants needs the names and values of its options."
        }
        _ => {
            "Which variant this row means cannot be told: the file says nothing of its options, and its SKU is not that of one variant \
             alone. Add the columns of the options."
        }
    };
    Refusal { row, column: Column::Sku, message: message.into() }
}

fn misfit(names: &[String]) -> String {
    match names {
        [] => "The row has option values and the product has no options: name them in one of its rows.".into(),
        names => format!("Each variant of this product needs values for {}, and for nothing else.", names.join(", ")),
    }
}

/// Explains why a listing cannot be as a file says.
pub(crate) fn refusal(row: u32, error: ListingError) -> Refusal {
    let message = match error {
        ListingError::Closed => "The listing with this handle is closed, and a closed listing stays closed.".into(),
        ListingError::TooManyVariants => {
            format!(
                "The product would have too many variants: {error}, and this one has others that the file does not name."
            )
        }
        ListingError::TooManyBuckets => {
            "The stock of its variants is split over too many buckets for so many variants: at most 95 together.".into()
        }
        ListingError::NoVariants
        | ListingError::OptionsDiffer(_)
        | ListingError::SameVariantTwice(_)
        | ListingError::PriceOutOfRange(_)
        | ListingError::OtherCurrency(_)
        | ListingError::MixedCurrencies(_) => format!("The product cannot be as the file says: {error}."),
    };
    Refusal { row, column: Column::Handle, message }
}

#[cfg(test)]
mod tests;
