//! `POST /v1/listings`: creates a draft of a listing, with the stock of its variants.

use crate::listings::{
    input::{self, ImageInput, VariantInput},
    view::{ListingView, Pictures},
};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_catalog::{
    SetStock,
    listing::{Listing, ListingStatus, MOST_IMAGES, MOST_OPTIONS, MOST_VARIANTS},
    stock::Stock,
};
use tradewind_kernel::{VariantId, text::Line};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, Seller};
use tradewind_pricing::Category;

pub const ENDPOINT: Endpoint = Endpoint::post("catalog-listings-create", "/v1/listings", "Makes a draft of a listing.")
    .success(201)
    .refusals(&[&["image_not_ready"]])
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The listing to create.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The title: 1 to 200 characters.
    #[garde(skip)]
    title: Line<1, 200>,
    /// The description as HTML, at most 100,000 bytes in UTF-8. Scripts, styles, forms and the like are removed.
    #[serde(default)]
    #[garde(length(bytes, max = 100_000))]
    description_html: String,
    /// The name of the maker: at most 100 characters.
    #[serde(default)]
    #[garde(skip)]
    vendor: Line<0, 100>,
    /// The kind of product, in the seller's words: at most 100 characters.
    #[serde(default)]
    #[garde(skip)]
    product_type: Line<0, 100>,
    /// The marketplace's category for these goods, on which tax and commission may depend.
    #[serde(default)]
    #[garde(skip)]
    category: Option<Category>,
    /// Words by which the listing can be found: at most 50, of 1 to 60 characters each.
    #[serde(default)]
    #[garde(length(max = 50))]
    tags: Vec<Line<1, 60>>,
    /// The names of the options in which the variants differ: at most 3 names of 1 to 60 characters.
    #[serde(default)]
    #[garde(length(max = MOST_OPTIONS))]
    option_names: Vec<Line<1, 60>>,
    /// The forms in which it can be bought: 1 to 95.
    #[garde(length(min = 1, max = MOST_VARIANTS), dive)]
    variants: Vec<VariantInput>,
    /// Pictures in the order in which they are shown: at most 20.
    #[serde(default)]
    #[garde(length(max = MOST_IMAGES), dive)]
    images: Vec<ImageInput>,
}

pub async fn handle(app: App, request: Request<Seller, Create>) -> Result<Reply<ListingView>, Problem> {
    let body = request.body.clone();
    let (now, tenant) = (request.now(), request.tenant());
    let mut listing = Listing {
        id: app.id(),
        seller: request.caller.id.clone(),
        handle: None,
        title: body.title.into(),
        description_html: input::description(&body.description_html)?,
        vendor: body.vendor.into(),
        product_type: body.product_type.into(),
        category: body.category,
        tags: input::plain(body.tags),
        status: ListingStatus::Draft,
        option_names: input::plain(body.option_names),
        variants: vec![],
        images: input::images(&app, tenant, &request.caller.user.id, body.images).await?,
        imported: None,
        created_at: now,
        updated_at: now,
        published_at: None,
        version: 1,
    };
    let mut commit = request.commit();
    let mut stock = vec![];
    for variant in body.variants {
        let (id, available) = (app.id::<VariantId>(), variant.stock);
        commit = commit.with(SetStock::first(&listing.id, &id, available));
        stock.push(Stock::new(listing.id.clone(), id.clone(), available));
        listing.variants.push(variant.into_variant(id, None));
    }
    listing.check(&request.marketplace().sells_in())?;

    let commit = commit.create_fresh(&listing);
    let (location, version) = (format!("/v1/sellers/{}/listings/{}", listing.seller, listing.id), listing.version);
    let view = Pictures { marketplace: tenant, media: &app.media }.listing(listing, &stock);
    request.finish(&app, commit, Reply::new(view).location(location).etag(version)).await
}
