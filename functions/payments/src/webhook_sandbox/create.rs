//! `POST /v1/webhooks/sandbox/{marketplace_id}`: receives what the sandbox provider reports.
//!
//! The signature is checked against the marketplace in the path and the bytes as received; then the report is stored, once, and answered.
//! `payments-apply` later applies it.

use crate::receive::stored;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_lambda::{Anybody, App, Endpoint, Grant, OfMarketplace, Problem, Reply, Request, Unfinished};
use tradewind_payments::provider::PaymentProvider;
use tradewind_providers::{
    News, Received, Webhook, WebhookError, Webhooks,
    sandbox::{
        SandboxWebhooks,
        delivery::{Delivery, HEADER},
    },
};
use tradewind_storage::CommitError;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "payments-webhook-sandbox-create",
    "/v1/webhooks/sandbox/{marketplace_id}",
    "Takes what the sandbox provider reports.",
)
.signed()
.refusals(&[WebhookError::CODES, &["sandbox_disabled"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SandboxSecret]);

/// A report whose signature has not been checked yet. It is any JSON, so that a bad signature is reported before a bad body.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(transparent)]
#[expect(dead_code, reason = "what is verified and read are the bytes that came")]
pub struct Unverified(
    #[schemars(with = "Delivery")]
    #[garde(skip)]
    serde_json::Value,
);

pub async fn handle(app: App, request: Request<Anybody, Unverified, OfMarketplace>) -> Result<Reply<()>, Problem> {
    let tenant = &request.params.marketplace_id;
    let webhook = Webhook {
        signature: request.head.header(HEADER).unwrap_or_default(),
        marketplace: Some(tenant),
        body: &request.raw,
        now: app.now(),
    };
    let received = SandboxWebhooks(tradewind_providers::sandbox_secret(&app)?)
        .read(webhook)
        .map_err(|error| error.problem(HEADER))?;
    let Received::News { id, news: News::Of(_, report) } = received else {
        return Err(Problem::internal("the sandbox says whose its news is"));
    };
    if app.marketplace(tenant).await?.is_none() {
        return Err(Problem::not_found("marketplace"));
    }
    let commit = stored(request.commit_in(tenant), PaymentProvider::Sandbox, id, report, request.now());
    match request.try_finish(&app, commit, Reply::new(())).await {
        // This report was stored before: the provider can stop sending it.
        Err(Unfinished::Commit(CommitError::Again)) => Ok(Reply::new(())),
        answer => Ok(answer?),
    }
}
