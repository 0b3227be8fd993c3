//! `money-payment-apply`: brings about what providers reported, in any order and any number of times.
//!
//! A report has its effect in one transaction with a mark that it had it. Besides, the state of what it is about says whether it
//! is news, so that two reports of the same thing under different ids have one effect too.

use crate::account_told::account_told;
use tradewind_domain::{
    Id, MarketplaceId, Money, RefundId,
    event::{Envelope, Event, Queue},
    ledger::JournalKind,
    payment::ProviderReport,
    process::{self, Booking, Changes, Opened},
    refund::Refund,
};
use tradewind_lambda::{App, Consumer, Function, Grant, Handled, Message, Problem};
use tradewind_storage::{keys, purchase};

/// What the consumer declares.
pub const CONSUMER: Consumer = Consumer {
    function: "money-payment-apply",
    summary: "Brings about what payment providers reported.",
    queue: Queue::PaymentApply,
    batch: 10,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite],
    memory: 256,
    timeout_seconds: 30,
    most_at_once: 100,
};

/// The function.
pub fn function() -> Function {
    Function::consumer(CONSUMER, handle)
}

async fn handle(app: App, message: Message<Envelope>) -> Result<Handled, Problem> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace } = message;
    let Event::ProviderReported { provider, event } = event else {
        return Err(Problem::internal("this event is not for money-payment-apply"));
    };
    let stored = app.table.get(keys::provider_event(&tenant, &provider, &event)).await?;
    let stored = stored.ok_or_else(|| Problem::internal(format!("{provider}'s event {event} is missing")))?;
    if let ProviderReport::AccountUpdated { seller, status, said_at } = stored.report {
        return account_told(&app, &tenant, &seller, status, said_at, trace).await;
    }
    let Some(mut changes) = decide(&app, &tenant, stored.report).await? else { return Ok(Handled::Duplicate) };
    let commit = app.commit(&tenant, trace).apply(&mut changes);
    commit.once(CONSUMER.function, &format!("{provider}_{event}")).send(&app.table).await?;
    Ok(Handled::Done)
}

/// What a report changes; `None` if it is no news. What we know nothing of is an error, for an operator to look at.
async fn decide(app: &App, tenant: &MarketplaceId, report: ProviderReport) -> Result<Option<Changes>, Problem> {
    let missing = |what: &str| Problem::internal(format!("the provider reports on {what}, which is missing"));
    let booking = Booking { now: app.now(), journal: app.id() };
    match report {
        ProviderReport::PaymentSucceeded { payment, amount } => {
            let purchase =
                purchase::load(&app.table, tenant, &payment).await?.ok_or_else(|| missing(payment.as_str()))?;
            let version = purchase.orders.first().map_or(0, |order| order.process);
            let rules = app.process(tenant, version).await?;
            Ok(process::capture(purchase, &rules, amount, tenant, booking)?)
        }
        ProviderReport::PaymentFailed { payment, reason } => {
            let found =
                app.table.get(keys::payment(tenant, &payment)).await?.ok_or_else(|| missing(payment.as_str()))?;
            Ok(process::decline(found, reason, booking.now))
        }
        ProviderReport::PaymentNeedsAction { payment } => {
            let found =
                app.table.get(keys::payment(tenant, &payment)).await?.ok_or_else(|| missing(payment.as_str()))?;
            let waiting = found.needs_action(booking.now);
            Ok(waiting.map(|payment| Changes { payment: Some(payment), ..Changes::default() }))
        }
        ProviderReport::RefundSucceeded { subject, amount } => {
            let order = app.table.get(keys::journal(tenant, JournalKind::Refund, &subject)).await?;
            let asked = match order {
                Some(asked) => Some(asked),
                None => app.table.get(keys::journal(tenant, JournalKind::Capture, &subject)).await?,
            };
            let asked = asked.ok_or_else(|| missing(&subject))?;
            let refund = refund(app, tenant, &subject).await?;
            Ok(Some(process::refunded(&asked, refund, amount, booking)?))
        }
        ProviderReport::RefundFailed { subject, reason } => {
            let refund = refund(app, tenant, &subject).await?.ok_or_else(|| missing(&subject))?;
            Ok(process::refund_failed(refund, reason, booking)?)
        }
        ProviderReport::DisputeOpened { dispute, payment, amount, fee, reason } => {
            if app.table.get(keys::dispute(tenant, &dispute)).await?.is_some() {
                return Ok(None);
            }
            let purchase =
                purchase::load(&app.table, tenant, &payment).await?.ok_or_else(|| missing(payment.as_str()))?;
            let fee = fee.unwrap_or(Money::zero(amount.currency));
            let opened = Opened { id: dispute, amount, fee, reason };
            Ok(Some(process::dispute_opened(purchase, opened, booking)?))
        }
        ProviderReport::DisputeWon { dispute, .. } => close(app, tenant, &dispute, true, booking).await,
        ProviderReport::DisputeLost { dispute, .. } => close(app, tenant, &dispute, false, booking).await,
        ProviderReport::PayoutPaid { payout } => {
            let found = app.table.get(keys::payout(tenant, &payout)).await?.ok_or_else(|| missing(payout.as_str()))?;
            Ok(process::payout_arrived(found, booking)?)
        }
        ProviderReport::PayoutFailed { payout, reason } => {
            let found = app.table.get(keys::payout(tenant, &payout)).await?.ok_or_else(|| missing(payout.as_str()))?;
            Ok(process::payout_failed(found, reason, booking)?)
        }
        // Changes no money: see `account_told`.
        ProviderReport::AccountUpdated { .. } => Ok(None),
    }
}

/// The bank decided. What it decides of a dispute that was not reported yet comes again later.
async fn close(
    app: &App,
    tenant: &MarketplaceId,
    dispute: &str,
    won: bool,
    booking: Booking,
) -> Result<Option<Changes>, Problem> {
    let missing = || Problem::internal(format!("dispute {dispute} is missing"));
    let dispute = app.table.get(keys::dispute(tenant, dispute)).await?.ok_or_else(missing)?;
    let purchase = purchase::load(&app.table, tenant, &dispute.payment).await?.ok_or_else(missing)?;
    let rules = app.process(tenant, purchase.orders.first().map_or(0, |order| order.process)).await?;
    Ok(process::dispute_closed(purchase, &rules, dispute, won, tenant, booking)?)
}

/// The refund of this id. What goes back because it came too late is none.
async fn refund(app: &App, tenant: &MarketplaceId, subject: &str) -> Result<Option<Refund>, Problem> {
    match RefundId::parse(subject) {
        Ok(id) => Ok(app.table.get(keys::refund(tenant, &id)).await?),
        Err(_) => Ok(None),
    }
}
