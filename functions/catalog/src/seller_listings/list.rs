//! `GET /v1/sellers/{seller_id}/listings`: all the listings of the caller's own shop, newest first, including drafts and closed ones.
//!
//! Another seller's shop is "not found" here: what others may see of it is among the published listings of `GET /v1/listings`.

use crate::listings::view::{ListingSummaryView, Pictures};
use tradewind_catalog::keys as catalog_keys;
use tradewind_lambda::{App, Endpoint, Grant, ListView, OfSeller, Paged, Problem, Reply, Request, Seller};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "catalog-seller-listings-list",
    "/v1/sellers/{seller_id}/listings",
    "Lists all listings of the caller's own shop, drafts too.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

pub async fn handle(
    app: App,
    request: Request<Seller, (), Paged<OfSeller>>,
) -> Result<Reply<ListView<ListingSummaryView>>, Problem> {
    let seller = &request.params.seller_id;
    if *seller != request.caller.id {
        return Err(Problem::not_found("shop of yours"));
    }
    let pictures = Pictures { marketplace: request.tenant(), media: &app.media };
    request.list(&app, catalog_keys::listings_of(request.tenant(), seller), |row| pictures.summary(row.summary)).await
}
