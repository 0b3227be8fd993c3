//! `POST /v1/webhooks/sandbox/{marketplace_id}`: takes what the sandbox provider reports.
//!
//! The signature is checked on the marketplace of the path and the bytes that came; then the report is stored, once, and answered. What it means is worked out
//! by `money-payment-apply`.

use crate::delivery::{Delivery, HEADER, verify};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_domain::{MarketplaceId, event::Event, payment::ProviderEvent};
use tradewind_lambda::{Anybody, App, Endpoint, Function, Grant, Problem, Reply, Request};
use tradewind_storage::keys;

/// The provider's name.
pub const PROVIDER: &str = "sandbox";

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::post(
    "money-webhook",
    "/v1/webhooks/sandbox/{marketplace_id}",
    "Takes what the sandbox provider reports.",
)
.refusals(&["signature_invalid"])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SandboxSecret]);

/// A report that nobody has vouched for yet: any JSON, so that a bad signature is told before a bad body.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(transparent)]
pub struct Unverified(
    #[schemars(with = "Delivery")]
    #[garde(skip)]
    serde_json::Value,
);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Anybody, Unverified>) -> Result<Reply<()>, Problem> {
    let tenant = request.head.path::<MarketplaceId>("marketplace_id")?;
    let signature = request.head.header(HEADER).unwrap_or_default();
    if !verify(app.sandbox_secret()?, signature, &tenant, &request.raw, app.now()) {
        let detail =
            "The sandbox-signature header does not fit this marketplace and body, or is older than five minutes.";
        return Err(Problem::bad_request("signature_invalid", detail));
    }
    let delivery =
        serde_json::from_value::<Delivery>(request.body.0.clone()).map_err(|e| Problem::invalid("", e.to_string()))?;
    delivery.validate().map_err(|e| Problem::invalid("id", e.to_string()))?;
    if app.table.peek(keys::marketplace(&tenant)).await?.is_none() {
        return Err(Problem::not_found("marketplace"));
    }

    let Delivery { id, report } = delivery;
    let stored = ProviderEvent { id: id.clone(), provider: PROVIDER.into(), report, received_at: request.now() };
    let reported = Event::ProviderReported { provider: PROVIDER.into(), event: id };
    let commit = request.commit_in(&tenant).create_once(&stored).emit(reported);
    match request.finish(&app, commit, Reply::new(())).await {
        // Stored before: the provider can stop sending it.
        Err(problem) if problem.again => Ok(Reply::new(())),
        answer => answer,
    }
}
