//! `GET /v1/health`: whether the API and its table respond.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Id, MarketplaceId, Time};
use tradewind_lambda::{Anybody, App, Endpoint, Grant, Problem, Reply, Request};
use tradewind_tenancy::keys as tenancy_keys;

pub const ENDPOINT: Endpoint =
    Endpoint::get("platform-health-get", "/v1/health", "Says whether the API and its table answer.")
        .grants(&[Grant::MainRead]);

/// The answer when all is well; otherwise the answer is a 503 problem.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Health {
    /// Always `ok`.
    status: String,
    /// The version of the product that is deployed.
    version: String,
    /// The time by the server's clock.
    time: Time,
}

pub async fn handle(app: App, request: Request<Anybody>) -> Result<Reply<Health>, Problem> {
    // This reads an item that never exists: half a unit shows whether the table responds.
    let nothing = MarketplaceId::from_ulid("00000000000000000000000000");
    app.table.peek(tenancy_keys::marketplace(&nothing)).await?;
    Ok(Reply::new(Health { status: "ok".into(), version: env!("CARGO_PKG_VERSION").into(), time: request.now() }))
}
