//! `PUT /v1/listings/{listing_id}/variants/{variant_id}/stock`: how many units of a variant can be bought from now on. Units in orders are
//! not among them, and are left alone.
//!
//! For a sale to which thousands come at once, the seller has the units spread over buckets; see [`tradewind_domain::stock`]. One bucket
//! takes some 500 checkouts a second. Each costs 2 write units here, and up to 1 read unit wherever the stock is read. Spreading the
//! units over another number of buckets changes the listing's version, as its variant says how many there are.

use crate::load;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_domain::{
    ListingId, VariantId,
    listing::{Listing, MOST_STOCK},
    stock::{Buckets, MOST_BUCKETS},
};
use tradewind_lambda::{App, Endpoint, FieldError, Function, Grant, Problem, Reply, Request, Seller};
use tradewind_storage::stock;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::put(
    "catalog-stock-set",
    "/v1/listings/{listing_id}/variants/{variant_id}/stock",
    "Sets how many units of a variant can be bought.",
)
.grants(&[Grant::MainRead, Grant::MainWrite]);

/// How many there are.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetStock {
    /// Units that can be bought: 0 to 1,000,000.
    #[garde(range(max = MOST_STOCK))]
    available: u32,
    /// Over how many buckets they are spread, each of which takes some 500 checkouts a second: 1 to 20, and at most 95 for all
    /// variants of the listing. If absent, as many as before; 1 at first.
    #[serde(default)]
    #[garde(inner(range(min = 1, max = MOST_BUCKETS)))]
    buckets: Option<u8>,
}

/// The stock of a variant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StockView {
    listing: ListingId,
    variant: VariantId,
    /// Units that can be bought.
    available: u32,
    /// Over how many buckets they are spread.
    buckets: u8,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Seller, SetStock>) -> Result<Reply<StockView>, Problem> {
    let mut listing = load::owned(&app, &request).await?;
    let variant = request.head.path::<VariantId>("variant_id")?;
    let SetStock { available, buckets } = request.body;
    let before = listing.variant(&variant).ok_or_else(|| Problem::not_found("variant"))?.buckets;
    let after = match buckets {
        Some(now) => spread(&app, &request, &listing, &variant, before, now).await?,
        None => before,
    };
    let mut commit = request.commit().split_stock(&listing.id, &variant, (before, after), available);
    if after != before {
        listing.variants.iter_mut().filter(|v| v.id == variant).for_each(|v| v.buckets = after);
        listing.check_buckets().map_err(too_many)?;
        listing.updated_at = request.now();
        commit = commit.update(&mut listing);
    }
    let view = StockView { listing: listing.id, variant, available, buckets: after.now };
    request.finish(&app, commit, Reply::new(view)).await
}

/// The buckets after this. Those that are not used any more go, if no order needs them.
async fn spread(
    app: &App,
    request: &Request<Seller, SetStock>,
    listing: &Listing,
    variant: &VariantId,
    before: Buckets,
    now: u8,
) -> Result<Buckets, Problem> {
    let stock = if now < before.all {
        stock::load(&app.table, request.tenant(), [(&listing.id, variant, before)]).await?
    } else {
        vec![]
    };
    Ok(before.spread(now, &stock))
}

fn too_many(error: tradewind_domain::listing::ListingError) -> Problem {
    let message = format!("This is too many for one listing: {error}.");
    Problem::fields(vec![FieldError { field: "buckets".into(), message }])
}
