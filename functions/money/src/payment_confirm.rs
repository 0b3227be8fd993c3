//! `POST /v1/payments/{payment_id}/confirm`: the sandbox provider's payment page.
//!
//! It changes nothing about the payment: the sandbox provider reports later what became of it, as often as it is asked to, and
//! only that counts. A capture has one event id, however often it is confirmed, because a payment is captured once; each
//! declined try has an event of its own.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_domain::{
    CommitId, Money, PaymentId,
    event::Event,
    payment::{Payment, PaymentStatus, ProviderReport},
};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, User};
use tradewind_storage::keys;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::post("money-payment-confirm", "/v1/payments/{payment_id}/confirm", "Pays with the sandbox provider.")
        .success(202)
        .refusals(&["sandbox_disabled", "payment_already_captured", "payment_expired"])
        .grants(&[
            Grant::MainRead,
            Grant::MainWrite,
            Grant::EphemeralRead,
            Grant::EphemeralWrite,
            Grant::SandboxSecret,
        ]);

/// How to pay.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// A test card: 4242424242424242 pays, 4000000000000002 is declined, 4000000000009995 has no funds, 4000000000000259 pays and
    /// is disputed afterwards.
    #[garde(custom(known))]
    card: String,
    /// After how many seconds the provider reports: 0 to 900. The capture may come after the time to pay is over.
    #[serde(default)]
    #[garde(range(max = 900))]
    delay_seconds: u16,
    /// How often the provider reports the same: 1 to 5 times.
    #[serde(default = "once")]
    #[garde(range(min = 1, max = 5))]
    deliveries: u8,
}

fn once() -> u8 {
    1
}

/// That the provider was asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfirmView {
    payment: PaymentId,
    /// What it was when the provider was asked. Read the payment again for what became of it.
    status: PaymentStatus,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User, Confirm>) -> Result<Reply<ConfirmView>, Problem> {
    // Without its secret the sandbox could not report what it is about to promise.
    app.sandbox_secret()?;
    let id = request.head.path::<PaymentId>("payment_id")?;
    let payment = app.table.get(keys::payment(request.tenant(), &id)).await?;
    let payment = payment.filter(|payment| payment.buyer == request.caller.id);
    let payment = payment.ok_or_else(|| Problem::not_found("payment"))?;
    let Confirm { card, delay_seconds, deliveries } = request.body.clone();
    match payment.status {
        PaymentStatus::Pending if payment.expires_at > request.now() => {}
        PaymentStatus::Pending | PaymentStatus::Expired | PaymentStatus::Returned => {
            let detail = "The time to pay is over and nothing was bought. Check out again.";
            return Err(Problem::conflict("payment_expired", detail));
        }
        PaymentStatus::Captured => {
            return Err(Problem::conflict(
                "payment_already_captured",
                "This is paid already; there is nothing left to do.",
            ));
        }
    }
    let attempt = app.id::<CommitId>();
    let mut commit = request.commit();
    for _ in 0..deliveries {
        let (event, report) = outcome(&card, &payment, attempt.ulid());
        commit = commit.emit_later(Event::SandboxReportDue { event, report }, delay_seconds);
    }
    if card == DISPUTED {
        // Behind the capture: what is reported of a payment that was not captured yet comes again until it was.
        let (event, report) = dispute(&payment);
        commit = commit.emit_later(Event::SandboxReportDue { event, report }, delay_seconds.saturating_add(1).min(900));
    }
    request.finish(&app, commit, Reply::new(ConfirmView { payment: payment.id, status: payment.status })).await
}

/// What the provider will report, and under which event id.
fn outcome(card: &str, payment: &Payment, attempt: &str) -> (String, ProviderReport) {
    let (id, ulid) = (payment.id.clone(), payment.id.ulid());
    match refusal(card) {
        None => {
            (format!("sbx_{ulid}_captured"), ProviderReport::PaymentSucceeded { payment: id, amount: payment.amount })
        }
        Some(reason) => (
            format!("sbx_{ulid}_declined_{attempt}"),
            ProviderReport::PaymentFailed { payment: id, reason: reason.into() },
        ),
    }
}

/// The bank takes it back, for a fee of 15 units of the currency.
fn dispute(payment: &Payment) -> (String, ProviderReport) {
    let (dispute, amount) = (format!("dp_{}", payment.id.ulid()), payment.amount);
    let fee = Money::parse_decimal("15", amount.currency).unwrap_or(Money::zero(amount.currency));
    let report = ProviderReport::DisputeOpened {
        dispute,
        payment: payment.id.clone(),
        amount,
        fee,
        reason: "fraudulent".into(),
    };
    (format!("sbx_{}_disputed", payment.id.ulid()), report)
}

const PAYS: &str = "4242424242424242";
const DISPUTED: &str = "4000000000000259";

/// Why a card is refused; `None` for the one that pays.
fn refusal(card: &str) -> Option<&'static str> {
    match card {
        PAYS | DISPUTED => None,
        "4000000000009995" => Some("insufficient_funds"),
        _ => Some("card_declined"),
    }
}

fn known(card: &str, (): &()) -> garde::Result {
    match card {
        PAYS | DISPUTED | "4000000000000002" | "4000000000009995" => Ok(()),
        _ => {
            Err(garde::Error::new("is not a card of the sandbox; 4242424242424242 pays, 4000000000000002 is declined"))
        }
    }
}
