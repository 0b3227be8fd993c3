//! `GET /v1/marketplace`: the marketplace that the request addresses.

use crate::view::MarketplaceView;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};
use tradewind_tenancy::keys as tenancy_keys;

pub const ENDPOINT: Endpoint =
    Endpoint::get("tenants-marketplace-get", "/v1/marketplace", "Reads the marketplace that the request is for.")
        .public_for(10)
        .grants(&[Grant::MainRead]);

/// Reads the table rather than the cache of settings: an administrator who edits the settings needs the current entity tag.
pub async fn handle(app: App, request: Request<Public>) -> Result<Reply<MarketplaceView>, Problem> {
    let marketplace = app.table.get(tenancy_keys::marketplace(request.tenant())).await?;
    let marketplace = marketplace.ok_or_else(|| Problem::not_found("marketplace"))?;
    Ok(Reply::new(MarketplaceView::from(&marketplace)).etag(marketplace.version))
}
