//! `PUT /v1/listings/{listing_id}/variants/{variant_id}/stock`: how many units of a variant can be bought from now on. Units in orders are
//! not among them, and are left alone.

use crate::load;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_domain::{ListingId, VariantId, listing::MOST_STOCK};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, Seller};

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
}

/// The stock of a variant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StockView {
    listing: ListingId,
    variant: VariantId,
    /// Units that can be bought.
    available: u32,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Seller, SetStock>) -> Result<Reply<StockView>, Problem> {
    let listing = load::owned(&app, &request).await?;
    let variant = request.head.path::<VariantId>("variant_id")?;
    if listing.variant(&variant).is_none() {
        return Err(Problem::not_found("variant"));
    }
    let available = request.body.available;
    let commit = request.commit().set_stock(&listing.id, &variant, available);
    request.finish(&app, commit, Reply::new(StockView { listing: listing.id, variant, available })).await
}
