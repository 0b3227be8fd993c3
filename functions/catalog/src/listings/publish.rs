//! `POST /v1/listings/{listing_id}/publish`: makes the listing visible to everybody and lets them buy it.

use crate::listings::{
    load,
    view::{ListingView, Pictures},
};
use tradewind_catalog::listing::{ListingError, ListingStatus};
use tradewind_kernel::Explain;
use tradewind_lambda::{App, Endpoint, Grant, OfListing, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "catalog-listings-publish",
    "/v1/listings/{listing_id}/publish",
    "Publishes one of the caller's listings.",
)
.edits()
.refusals(&[ListingError::CODES, &["currency_withdrawn"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// Publishing a listing that is already published changes nothing.
pub async fn handle(app: App, request: Request<Seller, (), OfListing>) -> Result<Reply<ListingView>, Problem> {
    let (mut listing, stock) = load::owned_with_stock(&app, &request, &request.params.listing_id).await?;
    request.check_version(listing.version)?;
    let mut commit = request.commit();
    if listing.status != ListingStatus::Published {
        if !listing.is_priced_in(&request.marketplace().sells_in()) {
            let detail = "The marketplace does not sell in the currency of this listing any more. Price it anew, then publish it.";
            return Err(Problem::conflict("currency_withdrawn", detail));
        }
        listing = listing.publish(request.now())?;
        commit = commit.update(&mut listing);
    }
    let version = listing.version;
    let view = Pictures { marketplace: request.tenant(), media: &app.media }.listing(listing, &stock);
    request.finish(&app, commit, Reply::new(view).etag(version)).await
}
