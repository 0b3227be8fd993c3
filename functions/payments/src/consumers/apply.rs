//! `payments-apply`: applies what providers reported, in any order and any number of times.
//!
//! A report takes effect in one transaction, together with a mark that it did; the journal that it enters may serve as that mark. Besides,
//! the state of its subject shows whether the report is new, so that two reports of the same thing under different ids take effect once,
//! too.

use crate::consumers::account_updated::account_updated;
use tradewind_disputes::keys as disputes_keys;
use tradewind_kernel::{Id, MarketplaceId, Money, PaymentId, RefundId, event::Envelope};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_ledger::{JournalKind, keys as ledger_keys};
use tradewind_orders::{keys as orders_keys, refund::Refund};
use tradewind_payments::{ProviderReport, ReportEvent, keys as payments_keys};
use tradewind_payouts::keys as payouts_keys;
use tradewind_providers::finding_id;
use tradewind_reconciliation::{Finding, ReconciliationEvent, entities::StoredFinding};
use tradewind_sales::{Booking, Changes, Opened, SaleError};

/// How often everything is read again when a report does not fit, before an administrator is asked.
const READ_AGAIN: u8 = 3;

pub const CONSUMER: Consumer = Consumer {
    function: "payments-apply",
    summary: "Brings about what payment providers reported.",
    queue: tradewind_payments::REPORTS,
    batch: 10,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite],
    memory: 256,
    timeout_seconds: 30,
    most_at_once: 100,
};

/// Events that were handled are marked under this name for 30 days. It is the function's former name and must stay the same.
const MARK: &str = "money-payment-apply";

pub async fn handle(app: App, message: Message<Envelope<ReportEvent>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace, .. } = message;
    let ReportEvent::Received { provider, event, report } = event;
    let report = match report {
        Some(report) => report,
        None => {
            let stored = app.table.get(payments_keys::provider_event(&tenant, &provider, &event)).await?;
            stored.ok_or_else(|| JobError::internal(format!("{provider}'s event {event} is missing")))?.report
        }
    };
    if let ProviderReport::AccountUpdated { seller, status, reported_at } = report {
        return account_updated(&app, &tenant, &seller, status, reported_at, trace).await;
    }
    let commit = app.commit_sale(&tenant, trace.clone()).await?;
    let mut decided = decide(&app, &tenant, report.clone()).await;
    // A purchase is read piece by piece, and may change in between: the payment may still wait while the order has expired. Reading again
    // shows the finished change as a whole.
    for _ in 0..READ_AGAIN {
        if !matches!(decided, Err(Undecided::Refused(_))) {
            break;
        }
        decided = decide(&app, &tenant, report.clone()).await;
    }
    let commit = match decided {
        Ok(None) => {
            settle_what_a_bank_gave(&app, &tenant, &report, trace).await?;
            return Ok(Handled::Duplicate);
        }
        // A journal is entered only once, so it serves as the mark that the report was applied.
        Ok(Some(mut changes)) if changes.journal.is_some() => {
            commit.with(&mut changes).send(&app.table).await?;
            settle_what_a_bank_gave(&app, &tenant, &report, trace).await?;
            return Ok(Handled::Done);
        }
        Ok(Some(mut changes)) => commit.with(&mut changes),
        Err(Undecided::Failed(error)) => return Err(error),
        // The provider did it all the same: an administrator has to look at it.
        Err(Undecided::Refused(error)) => {
            tracing::warn!(%error, provider, event, "a report is not applied");
            match noted(&app, &report, &event, &error) {
                Some(finding) => commit
                    .emit(ReconciliationEvent::FindingOpened { finding: finding.id.clone() })
                    .create_once(&finding),
                None => return Ok(Handled::Duplicate),
            }
        }
    };
    commit.once(MARK, &format!("{provider}_{event}")).send(&app.table).await?;
    settle_what_a_bank_gave(&app, &tenant, &report, trace).await?;
    Ok(Handled::Done)
}

/// The reasons why a report changes nothing.
enum Undecided {
    /// It could not be examined: it is delivered again, and if it keeps failing it ends in the dead-letter queue.
    Failed(JobError),
    /// It contradicts what is stored, however often it is delivered.
    Refused(SaleError),
}

impl<E: Into<JobError>> From<E> for Undecided {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// The decision of the rules; `None` if the report is not new.
fn ruled<T>(decided: Result<T, SaleError>) -> Result<T, Undecided> {
    decided.map_err(Undecided::Refused)
}

/// A finding for an administrator to look at; `None` if the report moved no money.
fn noted(app: &App, report: &ProviderReport, event: &str, error: &SaleError) -> Option<StoredFinding> {
    let now = app.now();
    let finding = Finding::not_applied(report, event, error.to_string(), now)?;
    let id = finding_id(&finding);
    Some(StoredFinding { id, finding, run: None, found_at: now, resolution: None, version: 1 })
}

/// What a report changes; `None` if it is not new. A report about something unknown is an error, for an operator to look at.
async fn decide(app: &App, tenant: &MarketplaceId, report: ProviderReport) -> Result<Option<Changes>, Undecided> {
    let missing = |what: &str| JobError::internal(format!("the provider reports on {what}, which is missing"));
    let booking = Booking { now: app.now(), journal: app.id() };
    match report {
        ProviderReport::PaymentSucceeded { payment, amount } => {
            let purchase = tradewind_sales::purchase::load(&app.table, tenant, &payment)
                .await?
                .ok_or_else(|| missing(payment.as_str()))?;
            let version = purchase.orders.first().map_or(0, |order| order.process);
            let rules = app.order_process(tenant, version).await?;
            ruled(tradewind_sales::capture(purchase, &rules, amount, tenant, booking))
        }
        ProviderReport::PaymentFailed { payment, reason } => {
            let found = app
                .table
                .get(payments_keys::payment(tenant, &payment))
                .await?
                .ok_or_else(|| missing(payment.as_str()))?;
            Ok(tradewind_sales::decline(found, reason, booking.now))
        }
        ProviderReport::PaymentNeedsAction { payment } => {
            let found = app
                .table
                .get(payments_keys::payment(tenant, &payment))
                .await?
                .ok_or_else(|| missing(payment.as_str()))?;
            let waiting = found.needs_action(booking.now);
            Ok(waiting.map(|payment| Changes { payment: Some(payment), ..Changes::default() }))
        }
        ProviderReport::RefundSucceeded { subject, amount } => {
            let order = app.table.get(ledger_keys::journal(tenant, JournalKind::Refund, &subject)).await?;
            let asked = match order {
                Some(asked) => Some(asked),
                None => app.table.get(ledger_keys::journal(tenant, JournalKind::Capture, &subject)).await?,
            };
            let refund = refund(app, tenant, &subject).await?;
            if asked.is_none() && refund.is_none() {
                return Err(missing(&subject).into());
            }
            let late = match (&refund, PaymentId::parse(&subject)) {
                (None, Ok(payment)) => app.table.get(payments_keys::payment(tenant, &payment)).await?,
                _ => None,
            };
            // Money that arrived too late has a stored refund only if sending it back failed. That is the later report, so this one is
            // outdated.
            if refund.is_none() && late_refund(app, tenant, &subject).await? {
                return Ok(None);
            }
            let decided = ruled(tradewind_sales::refunded(asked.as_ref(), refund, (&subject, amount), booking))?;
            // If the opposite is reported at the same moment, the version of the payment decides which report is applied.
            Ok(decided.map(|changes| Changes { payment: late, ..changes }))
        }
        ProviderReport::RefundFailed { subject, reason } => {
            let Some(refund) = refund(app, tenant, &subject).await? else {
                // Money that arrived too late is sent back under the payment's own id.
                let late = PaymentId::parse(&subject).map_err(|_| missing(&subject))?;
                return late_money_not_returned(app, tenant, &late, &reason, booking).await;
            };
            let purchase = tradewind_sales::purchase::load(&app.table, tenant, &refund.payment).await?;
            let purchase = purchase.ok_or_else(|| missing(refund.payment.as_str()))?;
            ruled(tradewind_sales::refund_failed(refund, purchase, reason, booking))
        }
        ProviderReport::DisputeOpened { dispute, payment, amount, fee, reason } => {
            if app.table.get(disputes_keys::dispute(tenant, &dispute)).await?.is_some() {
                return Ok(None);
            }
            let purchase = tradewind_sales::purchase::load(&app.table, tenant, &payment)
                .await?
                .ok_or_else(|| missing(payment.as_str()))?;
            // A fee in another currency is no part of this sale's ledger: reconciliation with the provider's balance finds it.
            let fee = fee.filter(|fee| fee.currency == amount.currency).unwrap_or(Money::zero(amount.currency));
            let opened = Opened { id: dispute, amount, fee, reason };
            ruled(tradewind_sales::dispute_opened(purchase, opened, booking)).map(Some)
        }
        ProviderReport::DisputeWon { dispute, amount, .. } => {
            close(app, tenant, &dispute, (true, amount), booking).await
        }
        ProviderReport::DisputeLost { dispute, amount, .. } => {
            close(app, tenant, &dispute, (false, amount), booking).await
        }
        ProviderReport::PayoutPaid { payout } => {
            let found =
                app.table.get(payouts_keys::payout(tenant, &payout)).await?.ok_or_else(|| missing(payout.as_str()))?;
            ruled(tradewind_sales::payout_arrived(found, booking))
        }
        ProviderReport::PayoutFailed { payout, reason } => {
            let found =
                app.table.get(payouts_keys::payout(tenant, &payout)).await?.ok_or_else(|| missing(payout.as_str()))?;
            ruled(tradewind_sales::payout_failed(found, reason, booking))
        }
        // This changes no money: see `account_updated`.
        ProviderReport::AccountUpdated { .. } => Ok(None),
    }
}

/// Handles the report that money which arrived too late could not be sent back, or came back; `None` if that is known already.
async fn late_money_not_returned(
    app: &App,
    tenant: &MarketplaceId,
    payment: &PaymentId,
    reason: &str,
    booking: Booking,
) -> Result<Option<Changes>, Undecided> {
    let missing = || JobError::internal(format!("the provider reports on {payment}, which is missing"));
    let purchase = tradewind_sales::purchase::load(&app.table, tenant, payment).await?.ok_or_else(missing)?;
    if late_refund(app, tenant, payment.as_str()).await? {
        return Ok(None);
    }
    let sent =
        app.table.get(ledger_keys::journal(tenant, JournalKind::RefundSettled, payment.as_str())).await?.is_some();
    ruled(tradewind_sales::late_money_not_returned(purchase, sent, reason, booking)).map(Some)
}

/// Whether this payment is known to have been paid too late, with money that could not be sent back.
async fn late_refund(app: &App, tenant: &MarketplaceId, subject: &str) -> Result<bool, JobError> {
    let Ok(payment) = PaymentId::parse(subject) else { return Ok(false) };
    let payment = app.table.get(payments_keys::payment(tenant, &payment)).await?;
    for order in payment.iter().flat_map(|payment| &payment.orders) {
        if app
            .table
            .get(orders_keys::refund(tenant, &tradewind_sales::late_refund(order)))
            .await?
            .is_some_and(|it| it.came_late)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Closes a dispute as the bank decided. If the dispute has not been reported yet, the report is delivered again later.
async fn close(
    app: &App,
    tenant: &MarketplaceId,
    dispute: &str,
    decided: (bool, Money),
    booking: Booking,
) -> Result<Option<Changes>, Undecided> {
    let missing = || JobError::internal(format!("dispute {dispute} is missing"));
    let dispute = app.table.get(disputes_keys::dispute(tenant, dispute)).await?.ok_or_else(missing)?;
    let purchase = tradewind_sales::purchase::load(&app.table, tenant, &dispute.payment).await?.ok_or_else(missing)?;
    let rules = app.order_process(tenant, purchase.orders.first().map_or(0, |order| order.process)).await?;
    ruled(tradewind_sales::dispute_closed(purchase, &rules, dispute, decided, tenant, booking))
}

/// Settles refunds that could not be sent, of orders whose money the bank gave to the buyer in a dispute that was lost just now or before.
/// A report that is delivered again settles those that are left.
async fn settle_what_a_bank_gave(
    app: &App,
    tenant: &MarketplaceId,
    report: &ProviderReport,
    trace: Option<String>,
) -> Result<(), JobError> {
    let payment = match report {
        ProviderReport::DisputeLost { payment, .. } | ProviderReport::DisputeWon { payment, .. } => {
            Some(payment.clone())
        }
        // Money that arrived too late is sent back under the payment's own id.
        ProviderReport::RefundFailed { subject, .. } => match refund(app, tenant, subject).await? {
            Some(refund) => Some(refund.payment),
            None => PaymentId::parse(subject).ok(),
        },
        ProviderReport::PaymentSucceeded { .. }
        | ProviderReport::PaymentFailed { .. }
        | ProviderReport::PaymentNeedsAction { .. }
        | ProviderReport::RefundSucceeded { .. }
        | ProviderReport::DisputeOpened { .. }
        | ProviderReport::PayoutPaid { .. }
        | ProviderReport::PayoutFailed { .. }
        | ProviderReport::AccountUpdated { .. } => None,
    };
    let Some(payment) = payment else { return Ok(()) };
    let payment = app.table.get(payments_keys::payment(tenant, &payment)).await?;
    for id in payment.iter().flat_map(|payment| &payment.orders) {
        let Some(mut order) = app.table.get(orders_keys::order(tenant, id)).await? else { continue };
        if order.unsent == 0 || order.bank_gave == 0 || order.is_disputed() {
            continue;
        }
        // An order has at most a few hundred refunds, one for each unit. The refund of money that arrived too late may be too new to be in
        // the list.
        let listed = app.table.page(orders_keys::refunds_of(tenant, id), 1_000, None).await?.items;
        let late = tradewind_sales::late_refund(id);
        let listed = listed.into_iter().map(|row| row.summary.id).filter(|listed| *listed != late);
        for refund in listed.chain([late.clone()]).collect::<Vec<_>>() {
            let Some(refund) = app.table.get(orders_keys::refund(tenant, &refund)).await? else { continue };
            let booking = Booking { now: app.now(), journal: app.id() };
            let Some(mut changes) = tradewind_sales::settle_by_bank(refund, order.clone(), booking)? else { continue };
            app.commit_sale(tenant, trace.clone()).await?.with(&mut changes).send(&app.table).await?;
            let settled = changes.orders.pop();
            order = settled.ok_or_else(|| JobError::internal("settling a refund changes its order"))?;
        }
    }
    Ok(())
}

/// The refund with this id. Money that is sent back because it arrived too late is not stored as a refund.
async fn refund(app: &App, tenant: &MarketplaceId, subject: &str) -> Result<Option<Refund>, JobError> {
    match RefundId::parse(subject) {
        Ok(id) => Ok(app.table.get(orders_keys::refund(tenant, &id)).await?),
        Err(_) => Ok(None),
    }
}
