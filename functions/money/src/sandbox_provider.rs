//! `money-sandbox-provider`: plays the payment provider. It "captures", "refunds" and "pays out" by reporting that it did, in signed
//! webhooks to the deployment's own API, as a provider outside would.
//!
//! The id of each report follows from what it is about, so that a redelivered message reports the same event again.

use crate::{
    delivery::{Delivery, HEADER, sign},
    post::{Post, post},
    sandbox_ledger,
};
use tradewind_domain::{
    event::{Envelope, Event, Queue},
    payment::ProviderReport,
};
use tradewind_lambda::{App, Consumer, Function, Grant, Handled, Message, Problem};

/// What the consumer declares.
pub const CONSUMER: Consumer = Consumer {
    function: "money-sandbox-provider",
    summary: "Reports captures, refunds and payouts as a payment provider would.",
    queue: Queue::SandboxProvider,
    // One that hangs until its timeout must leave time for the others.
    batch: 3,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::SandboxSecret],
    memory: 256,
    timeout_seconds: 30,
    most_at_once: 10,
};

/// The function.
pub fn function() -> Function {
    Function::consumer(CONSUMER, handle)
}

async fn handle(app: App, message: Message<Envelope>) -> Result<Handled, Problem> {
    let Envelope { marketplace, event, at, .. } = message.payload;
    let asked = if let Event::PayoutRequested { amount, .. } = &event { Some(*amount) } else { None };
    let delivery = report(event).ok_or_else(|| Problem::internal("this event is not for money-sandbox-provider"))?;
    let secret = app.sandbox_secret()?;
    // It did so, whatever becomes of telling it.
    sandbox_ledger::record(&app, &marketplace, &delivery, asked, at).await?;
    let body = serde_json::to_string(&delivery).map_err(Problem::internal)?;
    let signature = sign(secret, &marketplace, body.as_bytes(), app.now());
    let webhook = Post { path: format!("/v1/webhooks/sandbox/{marketplace}"), header: (HEADER, signature), body };
    match post(app.http(), &app.settings().api_url, webhook).await {
        Ok(200..=299) => Ok(Handled::Done),
        Ok(status) => Err(Problem::internal(format!("the webhook {} was answered {status}", delivery.id))),
        Err(cause) => Err(Problem::unavailable(cause)),
    }
}

/// What the provider reports of an event, if it is one that a provider acts on.
fn report(event: Event) -> Option<Delivery> {
    let (id, report) = match event {
        Event::SandboxReportDue { event, report } => (event, report),
        Event::RefundRequested { subject, amount, .. } => {
            (format!("sbx_{subject}_refunded"), ProviderReport::RefundSucceeded { subject, amount })
        }
        // As with Stripe's test cards: the evidence says how the bank will decide.
        Event::EvidenceGiven { dispute, text, .. } => {
            let won = text.contains("winning_evidence");
            let outcome = if won { "won" } else { "lost" };
            let id = format!("sbx_{dispute}_{outcome}");
            let report =
                if won { ProviderReport::DisputeWon { dispute } } else { ProviderReport::DisputeLost { dispute } };
            (id, report)
        }
        Event::PayoutRequested { payout, .. } => (format!("sbx_{payout}_paid"), ProviderReport::PayoutPaid { payout }),
        Event::UserRegistered { .. }
        | Event::ImportRequested { .. }
        | Event::ImportPartReady { .. }
        | Event::ProviderReported { .. }
        | Event::PaymentFailed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderExpired { .. }
        | Event::OrderShipped { .. }
        | Event::OrderCompleted { .. }
        | Event::OrderCancelled { .. }
        | Event::OrderDisputed { .. }
        | Event::OrderRefunded { .. }
        | Event::PayoutRunRequested { .. }
        | Event::LedgerVerificationStep { .. }
        | Event::ReconciliationStep { .. }
        | Event::PayoutPaid { .. }
        | Event::PayoutFailed { .. } => return None,
    };
    Some(Delivery { id, report })
}
