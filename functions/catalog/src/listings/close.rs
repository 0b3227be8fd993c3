//! `POST /v1/listings/{listing_id}/close`: ends the sale of a listing for good. It stays readable, and its orders continue.

use crate::listings::{
    load,
    view::{ListingView, Pictures},
};
use tradewind_catalog::listing::ListingStatus;
use tradewind_lambda::{App, Endpoint, Grant, OfListing, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "catalog-listings-close",
    "/v1/listings/{listing_id}/close",
    "Closes one of the caller's listings for good.",
)
.edits()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// Closing a listing that is already closed changes nothing.
pub async fn handle(app: App, request: Request<Seller, (), OfListing>) -> Result<Reply<ListingView>, Problem> {
    let (mut listing, stock) = load::owned_with_stock(&app, &request, &request.params.listing_id).await?;
    request.check_version(listing.version)?;
    let mut commit = request.commit();
    if listing.status != ListingStatus::Closed {
        listing = listing.close(request.now());
        commit = commit.update(&mut listing);
    }
    let version = listing.version;
    let view = Pictures { marketplace: request.tenant(), media: &app.media }.listing(listing, &stock);
    request.finish(&app, commit, Reply::new(view).etag(version)).await
}
