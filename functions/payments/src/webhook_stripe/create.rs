//! `POST /v1/webhooks/stripe`: receives what Stripe reports, about the platform's account and about connected ones.
//!
//! The signature is checked against the bytes as received; then the report is stored, once, and answered. `payments-apply` later applies
//! it. An event that is not for us, or of a kind that we do not handle, is answered as well and logged: otherwise Stripe would send it
//! again for three days.

use crate::receive::stored;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{Id, MarketplaceId, PaymentId};
use tradewind_lambda::{Anybody, App, Endpoint, Grant, Problem, Reply, Request, Unfinished};
use tradewind_payments::{ProviderReport, keys as payments_keys, provider::PaymentProvider};
use tradewind_providers::{
    News, Received, Webhook, WebhookError, Webhooks,
    stripe::{events::StripeWebhooks, signature::HEADER},
};
use tradewind_storage::CommitError;

pub const ENDPOINT: Endpoint =
    Endpoint::post("payments-webhook-stripe-create", "/v1/webhooks/stripe", "Takes what Stripe reports.")
        .signed()
        .refusals(&[WebhookError::CODES, &["stripe_disabled"]])
        .grants(&[
            Grant::MainRead,
            Grant::MainWrite,
            Grant::EphemeralRead,
            Grant::EphemeralWrite,
            Grant::StripeWebhookSecret,
        ]);

/// An event from Stripe whose signature has not been checked yet. It is any JSON, so that a bad signature is reported before a bad body.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(transparent)]
#[expect(dead_code, reason = "what is verified and read are the bytes that came")]
pub struct Unverified(
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    #[garde(skip)]
    serde_json::Value,
);

pub async fn handle(app: App, request: Request<Anybody, Unverified>) -> Result<Reply<()>, Problem> {
    let webhook = Webhook {
        signature: request.head.header(HEADER).unwrap_or_default(),
        marketplace: None,
        body: &request.raw,
        now: app.now(),
    };
    let secrets = StripeWebhooks(tradewind_providers::stripe_webhook_secrets(&app)?);
    let (id, news) = match secrets.read(webhook).map_err(|error| error.problem(HEADER))? {
        Received::News { id, news } => (id, news),
        Received::Ignored { id, kind, why } => {
            tracing::warn!(event = id, kind, why, "an event of Stripe's was taken and not acted on");
            return Ok(Reply::new(()));
        }
    };
    let Some((tenant, report)) = whose(&app, news).await? else {
        tracing::warn!(event = id, "an event of Stripe's is about a payment that is not ours");
        return Ok(Reply::new(()));
    };
    if app.marketplace(&tenant).await?.is_none() {
        // One account at Stripe may serve several deployments.
        tracing::warn!(event = id, %tenant, "an event of Stripe's is about a marketplace that is not here");
        return Ok(Reply::new(()));
    }
    let commit = stored(request.commit_in(&tenant), PaymentProvider::Stripe, id, report, request.now());
    match request.try_finish(&app, commit, Reply::new(())).await {
        // This event was stored before: Stripe can stop sending it.
        Err(Unfinished::Commit(CommitError::Again)) => Ok(Reply::new(())),
        answer => Ok(answer?),
    }
}

/// The marketplace that an event belongs to. A dispute only names Stripe's own payment id.
async fn whose(app: &App, news: News) -> Result<Option<(MarketplaceId, ProviderReport)>, Problem> {
    match news {
        News::Of(tenant, report) => Ok(Some((tenant, report))),
        News::OfPayment(paid_as, disputed) => {
            let owner = app.table.get(payments_keys::provider_owner(PaymentProvider::Stripe, &paid_as)).await?;
            let payment = |subject: &str| PaymentId::parse(subject).ok();
            Ok(owner.and_then(|owner| Some((owner.marketplace, disputed.report(payment(&owner.subject)?)))))
        }
    }
}
