//! `POST /v1/marketplaces/{marketplace_id}/resume`: opens a marketplace again that was suspended. It takes effect within five seconds.

use crate::{standing::change, view::MarketplaceView};
use tradewind_lambda::{App, Endpoint, Grant, OfMarketplace, Operator, Problem, Reply, Request};
use tradewind_tenancy::Standing;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "tenants-marketplaces-resume",
    "/v1/marketplaces/{marketplace_id}/resume",
    "Resumes a marketplace that was suspended.",
)
.refusals(&[&["marketplace_gone"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

pub async fn handle(
    app: App,
    request: Request<Operator, (), OfMarketplace>,
) -> Result<Reply<MarketplaceView>, Problem> {
    let standing = Standing::Open;
    change(&app, &request, standing).await
}
