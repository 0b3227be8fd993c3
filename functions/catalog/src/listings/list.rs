//! `GET /v1/listings`: the published listings, newest first. The cost of a page does not grow with the table.

use crate::listings::view::{ListingSummaryView, Pictures};
use tradewind_catalog::keys as catalog_keys;
use tradewind_lambda::{App, Endpoint, Grant, ListView, Paged, Problem, Public, Reply, Request};

pub const ENDPOINT: Endpoint =
    Endpoint::get("catalog-listings-list", "/v1/listings", "Lists the published listings, newest first.")
        .public_for(5)
        .grants(&[Grant::MainRead, Grant::SealingKey]);

pub async fn handle(
    app: App,
    request: Request<Public, (), Paged>,
) -> Result<Reply<ListView<ListingSummaryView>>, Problem> {
    let pictures = Pictures { marketplace: request.tenant(), media: &app.media };
    request.list(&app, catalog_keys::newest_listings(request.tenant()), |row| pictures.summary(row.summary)).await
}
