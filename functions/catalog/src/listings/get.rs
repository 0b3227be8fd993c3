//! `GET /v1/listings/{listing_id}`: a listing with the available units of each variant, for everybody.
//!
//! This is the busiest endpoint: it makes one eventually consistent `Query` and nothing else, except for a batch of half a read unit for
//! each further bucket if a variant's stock is split. A draft is "not found" here, even for its seller, because the endpoint does not
//! authenticate callers: sellers read drafts among their shop's listings, `GET /v1/sellers/{seller_id}/listings/{listing_id}`. A closed
//! listing stays readable, because orders and links lead to it.

use crate::listings::{
    load,
    view::{ListingView, Pictures},
};
use tradewind_catalog::listing::ListingStatus;
use tradewind_lambda::{App, Endpoint, Grant, OfListing, Problem, Public, Reply, Request};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "catalog-listings-get",
    "/v1/listings/{listing_id}",
    "Reads a published or closed listing with its stock.",
)
.public_for(5)
.grants(&[Grant::MainRead]);

pub async fn handle(app: App, request: Request<Public, (), OfListing>) -> Result<Reply<ListingView>, Problem> {
    let found = load::with_stock(&app, request.tenant(), &request.params.listing_id).await?;
    let (listing, stock) = found
        .filter(|(listing, _)| listing.status != ListingStatus::Draft)
        .ok_or_else(|| Problem::not_found("listing"))?;
    let version = listing.version;
    let view = Pictures { marketplace: request.tenant(), media: &app.media }.listing(listing, &stock);
    Ok(Reply::new(view).etag(version))
}
