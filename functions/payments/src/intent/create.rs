//! `POST /v1/payments/{payment_id}/intent`: starts a payment with the marketplace's provider, and answers what the buyer's client needs to
//! pay.
//!
//! However often it is called, a payment is started only once: the request to the provider carries the payment's id, and the provider's own
//! id is stored. The state of the payment does not change; only what the provider reports changes it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Explain, PaymentId};
use tradewind_lambda::{App, Endpoint, Grant, OfPayment, Problem, Reply, Request, User};
use tradewind_payments::{
    NotPayable, Payment, keys as payments_keys,
    provider::{PaymentProvider, ProviderLink, ProviderOwner},
};
use tradewind_providers::{Begun, FOR_REQUEST, KeyError, ProviderError, provider};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "payments-intent-create",
    "/v1/payments/{payment_id}/intent",
    "Begins to pay with the marketplace's provider.",
)
.refusals(&[ProviderError::CODES, KeyError::CODES, NotPayable::CODES])
.live()
.grants(&[
    Grant::MainRead,
    Grant::MainWrite,
    Grant::EphemeralRead,
    Grant::EphemeralWrite,
    Grant::SealingKey,
    Grant::SandboxSecret,
    Grant::StripeSecretKey,
    Grant::StripePublishableKey,
])
.sealed();

/// What the client needs to pay.
#[derive(Debug, Serialize, JsonSchema)]
pub struct IntentView {
    /// The payment's id.
    payment: PaymentId,
    /// The provider that takes the money.
    provider: PaymentProvider,
    /// Stripe: the provider's own status of the payment, such as `requires_payment_method`.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Stripe: the secret that opens its form in the browser. It lets one pay this payment and nothing else; keep it out of logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
    /// Stripe: the key for its form in the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    publishable_key: Option<String>,
    /// Sandbox: where to post a test card.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_at: Option<String>,
}

pub async fn handle(app: App, request: Request<User, (), OfPayment>) -> Result<Reply<IntentView>, Problem> {
    let id = &request.params.payment_id;
    let tenant = request.tenant();
    let payment = app.table.get(payments_keys::payment(tenant, id)).await?;
    let payment = payment.filter(|payment| payment.buyer == request.caller.id);
    let mut payment = payment.ok_or_else(|| Problem::not_found("payment"))?;
    payment.payable(request.now())?;

    let link = app.table.get(payments_keys::provider_link(tenant, id.as_str())).await?;
    let which = link.as_ref().map_or(request.marketplace().payment_provider, |link| link.provider);
    let begun =
        provider(&app, which, tenant, FOR_REQUEST)?.begin(&payment, link.as_ref().map(|link| link.id.as_str())).await?;
    let (view, intent) = view(&app, &payment, begun)?;

    let mut commit = request.commit();
    if let Some(intent) = intent.filter(|_| link.is_none()) {
        let subject = id.to_string();
        let owner = ProviderOwner {
            provider: which,
            id: intent.clone(),
            marketplace: tenant.clone(),
            subject: subject.clone(),
        };
        let link = ProviderLink { subject, provider: which, id: intent, created_at: request.now() };
        // This fails if the payment ended meanwhile: then nobody is shown how to pay it.
        commit = commit.create_fresh(&link).replace(&owner).update(&mut payment);
    }
    request.finish(&app, commit, Reply::new(view)).await
}

/// What the client is shown, and the provider's id to store.
fn view(app: &App, payment: &Payment, begun: Begun) -> Result<(IntentView, Option<String>), Problem> {
    let empty = IntentView {
        payment: payment.id.clone(),
        provider: PaymentProvider::Sandbox,
        status: None,
        client_secret: None,
        publishable_key: None,
        confirm_at: None,
    };
    Ok(match begun {
        Begun::Sandbox => {
            (IntentView { confirm_at: Some(format!("/v1/payments/{}/confirm", payment.id)), ..empty }, None)
        }
        Begun::Stripe { intent, status, client_secret } => {
            let view = IntentView {
                provider: PaymentProvider::Stripe,
                status: Some(status),
                client_secret: Some(client_secret),
                publishable_key: Some(tradewind_providers::stripe_publishable_key(app)?.to_owned()),
                ..empty
            };
            (view, Some(intent))
        }
    })
}
