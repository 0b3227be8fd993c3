//! `POST /v1/marketplaces/{marketplace_id}/close`: closes a marketplace for good. People can still log in and read what concerns them. Its
//! slug is never freed. It takes effect within five seconds.

use crate::{
    standing::{Reason, change},
    view::MarketplaceView,
};
use tradewind_lambda::{App, Endpoint, Grant, OfMarketplace, Operator, Problem, Reply, Request};
use tradewind_tenancy::Standing;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "tenants-marketplaces-close",
    "/v1/marketplaces/{marketplace_id}/close",
    "Closes a marketplace for good.",
)
.refusals(&[&["marketplace_gone"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

pub async fn handle(
    app: App,
    request: Request<Operator, Reason, OfMarketplace>,
) -> Result<Reply<MarketplaceView>, Problem> {
    let standing = Standing::Closed { reason: request.body.reason.clone().into(), since: request.now() };
    change(&app, &request, standing).await
}
