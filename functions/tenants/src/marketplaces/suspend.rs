//! `POST /v1/marketplaces/{marketplace_id}/suspend`: refuses all writing in a marketplace, such as while something is looked into. Reading goes
//! on, payments that were begun are booked, everybody can log in and out, and nobody is paid by the clock. It takes effect within five seconds.

use crate::{
    standing::{Reason, change},
    view::MarketplaceView,
};
use tradewind_lambda::{App, Endpoint, Grant, OfMarketplace, Operator, Problem, Reply, Request};
use tradewind_tenancy::Standing;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "tenants-marketplaces-suspend",
    "/v1/marketplaces/{marketplace_id}/suspend",
    "Suspends a marketplace.",
)
.refusals(&[&["marketplace_gone"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

pub async fn handle(
    app: App,
    request: Request<Operator, Reason, OfMarketplace>,
) -> Result<Reply<MarketplaceView>, Problem> {
    let standing = Standing::Suspended { reason: request.body.reason.clone().into(), since: request.now() };
    change(&app, &request, standing).await
}
