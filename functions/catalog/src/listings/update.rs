//! `PATCH /v1/listings/{listing_id}`: changes a listing. Without any field it changes nothing and answers the listing as it is, even a
//! draft.
//!
//! Variants are identified by their options: one with the same options keeps its id and its stock, so carts and orders that name it stay
//! valid. The stock of a removed variant is deleted with all its buckets, unless an order holds or held units of it, because those must
//! have a place to return to.
//!
//! The listing can change to another of the marketplace's currencies, if the prices of all its variants do.

use crate::listings::{
    input::{self, ImageInput, VariantInput},
    load,
    view::{ListingView, Pictures},
};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_catalog::{
    DropStock, SetStock,
    listing::{Listing, ListingError, ListingStatus, MOST_IMAGES, MOST_OPTIONS, MOST_VARIANTS},
    stock::Stock,
};
use tradewind_kernel::{Explain, VariantId, text::Line};
use tradewind_lambda::{App, Endpoint, Grant, OfListing, Problem, Reply, Request, Seller};
use tradewind_pricing::Category;
use tradewind_storage::Commit;

/// Actions of a transaction that are left for stock, after the listing itself.
const ROOM: usize = 99;

pub const ENDPOINT: Endpoint =
    Endpoint::patch("catalog-listings-update", "/v1/listings/{listing_id}", "Changes one of the caller's listings.")
        .edits()
        .refusals(&[ListingError::CODES, &["image_not_ready"]])
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead]);

/// The changes; what is absent stays as it is. The limits are those for creating a listing.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The title: 1 to 200 characters.
    #[serde(default)]
    #[schemars(with = "Line<1, 200>")]
    #[garde(skip)]
    title: Option<Line<1, 200>>,
    /// The description as HTML, at most 100,000 bytes.
    #[serde(default)]
    #[schemars(with = "String")]
    #[garde(length(bytes, max = 100_000))]
    description_html: Option<String>,
    /// The name of the maker: at most 100 characters.
    #[serde(default)]
    #[schemars(with = "Line<0, 100>")]
    #[garde(skip)]
    vendor: Option<Line<0, 100>>,
    /// The kind of product, in the seller's words: at most 100 characters.
    #[serde(default)]
    #[schemars(with = "Line<0, 100>")]
    #[garde(skip)]
    product_type: Option<Line<0, 100>>,
    /// The marketplace's category for these goods, on which tax and commission may depend. `null` removes it.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    category: Option<Option<Category>>,
    /// Replaces all tags: at most 50, of 1 to 60 characters each.
    #[serde(default)]
    #[schemars(with = "Vec<Line<1, 60>>")]
    #[garde(length(max = 50))]
    tags: Option<Vec<Line<1, 60>>>,
    /// Replaces the names of the options: at most 3; a different number of names requires `variants` too.
    #[serde(default)]
    #[schemars(with = "Vec<Line<1, 60>>")]
    #[garde(length(max = MOST_OPTIONS))]
    option_names: Option<Vec<Line<1, 60>>>,
    /// Replaces all variants: 1 to 95. A variant with the options of an existing one keeps its id, stock and picture.
    #[serde(default)]
    #[schemars(with = "Vec<VariantInput>")]
    #[garde(length(min = 1, max = MOST_VARIANTS), dive)]
    variants: Option<Vec<VariantInput>>,
    /// Replaces all pictures: at most 20.
    #[serde(default)]
    #[schemars(with = "Vec<ImageInput>")]
    #[garde(length(max = MOST_IMAGES), dive)]
    images: Option<Vec<ImageInput>>,
}

pub async fn handle(app: App, request: Request<Seller, Update, OfListing>) -> Result<Reply<ListingView>, Problem> {
    let (before, mut stock) = load::owned_with_stock(&app, &request, &request.params.listing_id).await?;
    request.check_version(before.version)?;
    let mut listing = before.clone();
    let mut commit = request.commit();

    let body = request.body.clone();
    listing.title = body.title.map_or(listing.title, String::from);
    listing.vendor = body.vendor.map_or(listing.vendor, String::from);
    listing.category = body.category.unwrap_or(listing.category);
    listing.product_type = body.product_type.map_or(listing.product_type, String::from);
    listing.tags = body.tags.map_or(listing.tags, input::plain);
    listing.option_names = body.option_names.map_or(listing.option_names, input::plain);
    if let Some(html) = body.description_html {
        listing.description_html = input::description(&html)?;
    }
    if let Some(images) = body.images {
        listing.images = input::images(&app, request.tenant(), &request.caller.user.id, images).await?;
    }
    if let Some(variants) = body.variants {
        let left_behind = tradewind_catalog::buckets::complete(&app.table, request.tenant(), &stock).await?;
        stock.extend(left_behind);
        commit = replace_variants(commit, &mut listing, &mut stock, variants, || app.id());
    }

    one_at_a_time(&before, &listing)?;
    if listing != before {
        if listing.status == ListingStatus::Closed {
            return Err(ListingError::Closed.into());
        }
        listing.check(&request.marketplace().sells_in())?;
        listing.updated_at = request.now();
        commit.update(&mut listing).send(&app.table).await?;
    }
    let version = listing.version;
    let view = Pictures { marketplace: request.tenant(), media: &app.media }.listing(listing, &stock);
    Ok(Reply::new(view).etag(version))
}

/// Refuses to end the sale beyond zero here for a variant whose stock is spread over buckets: some buckets may owe units that others hold,
/// so the stock has to be redistributed in the same step.
fn one_at_a_time(before: &Listing, after: &Listing) -> Result<(), Problem> {
    let spread = after.variants.iter().enumerate().filter(|(_, variant)| variant.buckets.all > 1);
    for (place, variant) in spread {
        let ends = before.variant(&variant.id).is_some_and(|before| variant.counting.ends_after(before.counting));
        if ends {
            let message =
                "The units of this variant are spread over buckets: change how they are counted with PUT …/stock.";
            return Err(Problem::invalid(format!("variants[{place}].counting"), message));
        }
    }
    Ok(())
}

/// Replaces a listing's variants, and adds the stock of new ones. Stock that does not fit into the transaction any more stays behind unseen
/// and is deleted with the next change.
fn replace_variants(
    mut commit: Commit,
    listing: &mut Listing,
    stock: &mut Vec<Stock>,
    variants: Vec<VariantInput>,
    mut new_id: impl FnMut() -> VariantId,
) -> Commit {
    let before = std::mem::take(&mut listing.variants);
    let mut room = ROOM;
    for variant in variants {
        let kept = before.iter().find(|old| variant.has(&old.options));
        let id = kept.map(|old| old.id.clone()).unwrap_or_else(|| {
            let (id, available) = (new_id(), variant.stock);
            stock.push(Stock::new(listing.id.clone(), id.clone(), available));
            room = room.saturating_sub(1);
            id
        });
        listing.variants.push(variant.into_variant(id, kept));
    }
    for first in stock.iter().filter(|stock| stock.bucket == 0) {
        let before = before.iter().any(|old| old.id == first.variant);
        if listing.variant(&first.variant).is_some() {
            if !before {
                commit = commit.with(SetStock::first(&listing.id, &first.variant, first.free()));
            }
            continue;
        }
        // All buckets are deleted or none: the others are found through the first one.
        let buckets: Vec<_> = stock.iter().filter(|stock| stock.variant == first.variant).collect();
        let unused = buckets.iter().all(|bucket| bucket.reserved == 0 && bucket.sold == 0);
        if let Some(left) = room.checked_sub(buckets.len()).filter(|_| unused) {
            room = left;
            for bucket in buckets {
                commit =
                    commit.with(DropStock { listing: &listing.id, variant: &bucket.variant, bucket: bucket.bucket });
            }
        }
    }
    commit
}
