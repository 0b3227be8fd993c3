//! `POST /v1/payments/{payment_id}/confirm`: the sandbox provider's payment page.
//!
//! It does not change the payment itself: the sandbox provider later reports the result, as often as requested, and only that counts.
//! [`tradewind_providers::sandbox::cards`] lists what each card does.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{CommitId, Explain, PaymentId};
use tradewind_lambda::{App, Endpoint, Grant, OfPayment, Problem, Reply, Request, User};
use tradewind_payments::{NotPayable, PaymentStatus, ProviderTask, keys as payments_keys, provider::PaymentProvider};
use tradewind_providers::sandbox::cards::{self, Due};

/// The longest delay of a message in a queue, in seconds.
const LONGEST_DELAY: u16 = 900;

pub const ENDPOINT: Endpoint =
    Endpoint::post("payments-confirm", "/v1/payments/{payment_id}/confirm", "Pays with the sandbox provider.")
        .success(202)
        .refusals(&[NotPayable::CODES, &["sandbox_disabled", "other_provider"]])
        .live()
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
    /// A test card: 4242424242424242 pays, 4000000000000002 is declined, 4000000000009995 has no funds, 4000000000000069 has
    /// expired, 4000000000000127 has another code, 4000000000000119 fails with `try_again`; 4000000000000077 pays late, 4000000000000093 is
    /// reported twice, 4000000000000341 out of order; 4000002760003184 has to be confirmed a second time, as if the buyer had
    /// authenticated with their bank; 4000000000000259 pays and is disputed.
    #[schemars(regex(pattern = "^[0-9 ]{1,40}$"))]
    #[garde(custom(known))]
    card: String,
    /// The delay in seconds before the provider reports: 0 to 900. The capture may arrive after the time to pay is over.
    #[serde(default)]
    #[garde(range(max = 900))]
    delay_seconds: u16,
    /// How often the provider sends the same report: 1 to 5 times.
    #[serde(default = "once")]
    #[garde(range(min = 1, max = 5))]
    deliveries: u8,
}

fn once() -> u8 {
    1
}

/// The confirmation that the provider was asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfirmView {
    /// The payment's id.
    payment: PaymentId,
    /// The status at the moment when the provider was asked. Read the payment again for the result.
    status: PaymentStatus,
}

pub async fn handle(app: App, request: Request<User, Confirm, OfPayment>) -> Result<Reply<ConfirmView>, Problem> {
    // Without its secret the sandbox could not report what it is about to promise.
    tradewind_providers::sandbox_secret(&app)?;
    let id = &request.params.payment_id;
    let payment = app.table.get(payments_keys::payment(request.tenant(), id)).await?;
    let payment = payment.filter(|payment| payment.buyer == request.caller.id);
    let payment = payment.ok_or_else(|| Problem::not_found("payment"))?;
    if request.marketplace().payment_provider != PaymentProvider::Sandbox {
        let detail =
            "This marketplace takes no test cards. Ask for what its provider needs with POST /v1/payments/{id}/intent.";
        return Err(Problem::conflict("other_provider", detail));
    }
    payment.payable(request.now())?;
    let Confirm { card, delay_seconds, deliveries } = request.body.clone();
    let attempt = app.id::<CommitId>();
    let mut commit = request.commit();
    for Due { event, report, in_seconds } in cards::reports(&card, &payment, attempt.ulid()) {
        let delay = delay_seconds.saturating_add(in_seconds).min(LONGEST_DELAY);
        for _ in 0..deliveries {
            commit = commit
                .emit_later(ProviderTask::SandboxReportDue { event: event.clone(), report: report.clone() }, delay);
        }
    }
    request.finish(&app, commit, Reply::new(ConfirmView { payment: payment.id, status: payment.status })).await
}

fn known(card: &str, (): &()) -> garde::Result {
    if cards::known(card) {
        return Ok(());
    }
    Err(garde::Error::new("is not a card of the sandbox; 4242424242424242 pays, 4000000000000002 is declined"))
}
