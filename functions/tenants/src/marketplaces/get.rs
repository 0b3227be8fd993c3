//! `GET /v1/marketplaces/{marketplace_id}`: a marketplace, for the operator.

use crate::view::MarketplaceView;
use tradewind_lambda::{App, Endpoint, Grant, OfMarketplace, Operator, Problem, Reply, Request};
use tradewind_tenancy::keys as tenancy_keys;

pub const ENDPOINT: Endpoint = Endpoint::get(
    "tenants-marketplaces-get",
    "/v1/marketplaces/{marketplace_id}",
    "Reads a marketplace of the deployment.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(
    app: App,
    request: Request<Operator, (), OfMarketplace>,
) -> Result<Reply<MarketplaceView>, Problem> {
    let found = app.table.get(tenancy_keys::marketplace(&request.params.marketplace_id)).await?;
    let found = found.ok_or_else(|| Problem::not_found("marketplace"))?;
    Ok(Reply::new(MarketplaceView::from(&found)).etag(found.version))
}
