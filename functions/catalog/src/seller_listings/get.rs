//! `GET /v1/sellers/{seller_id}/listings/{listing_id}`: a listing of the caller's own shop as it is now, even a draft. The public form of a
//! listing is read with `GET /v1/listings/{listing_id}`, which needs no login.

use crate::listings::{
    load,
    view::{ListingView, Pictures},
};
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{ListingId, SellerId};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "catalog-seller-listings-get",
    "/v1/sellers/{seller_id}/listings/{listing_id}",
    "Reads a listing of the caller's own shop, drafts too.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// The parameters of the path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfShop {
    /// The id of the shop.
    seller_id: SellerId,
    /// The id of one of the shop's listings.
    listing_id: ListingId,
}

pub async fn handle(app: App, request: Request<Seller, (), OfShop>) -> Result<Reply<ListingView>, Problem> {
    if request.params.seller_id != request.caller.id {
        return Err(Problem::not_found("shop of yours"));
    }
    let (listing, stock) = load::owned_with_stock(&app, &request, &request.params.listing_id).await?;
    let version = listing.version;
    let view = Pictures { marketplace: request.tenant(), media: &app.media }.listing(listing, &stock);
    Ok(Reply::new(view).etag(version))
}
