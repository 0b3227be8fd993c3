//! The books of the sandbox provider. It writes down what it does when it does it, apart from the ledger: whatever becomes of its
//! webhooks, it knows what it did, as a provider outside would.

use crate::{
    delivery::Delivery,
    provider_ledger::{ProviderLedger, TransactionPage},
    webhook::PROVIDER,
};
use tradewind_domain::{
    MarketplaceId, Money, Time,
    payment::ProviderReport,
    period::Day,
    reconciliation::{ProviderTransaction, TransactionKind},
};
use tradewind_lambda::{App, Problem};
use tradewind_storage::{
    CommitError,
    keys::{self, END},
    reconciliation::OwnTransaction,
};

/// Transactions of a page.
const PAGE: u16 = 100;

/// The sandbox provider, telling what it did.
#[derive(Debug, Clone, Copy)]
pub struct Sandbox;

impl ProviderLedger for Sandbox {
    async fn page(
        &self,
        app: &App,
        tenant: &MarketplaceId,
        day: Day,
        behind: &str,
    ) -> Result<TransactionPage, Problem> {
        let list = keys::own_transactions(tenant, PROVIDER, day).span(behind, END);
        let page = app.table.page(list, PAGE, None).await?;
        let transactions: Vec<_> = page.items.into_iter().map(|row| row.card).collect();
        let last = transactions.last().map(|last| keys::by_time(last.at, &last.id));
        Ok(TransactionPage { transactions, next: page.next.and(last) })
    }
}

/// Writes down what the sandbox did when it reports it, once: 3 write units. `asked` is the amount that it was asked to send, and
/// `at` when it was asked, so that a message that comes again writes the same.
pub(crate) async fn record(
    app: &App,
    tenant: &MarketplaceId,
    delivery: &Delivery,
    asked: Option<Money>,
    at: Time,
) -> Result<(), Problem> {
    let Some((kind, subject, amount, fee)) = did(app, tenant, &delivery.report, asked).await? else { return Ok(()) };
    if amount.amount == 0 {
        return Ok(());
    }
    let fee = fee.unwrap_or(Money::zero(amount.currency));
    let (provider, id) = (PROVIDER.to_owned(), name(&delivery.id));
    let transaction =
        OwnTransaction { transaction: ProviderTransaction { provider, id, kind, subject, amount, fee, at } };
    match app.commit(tenant, None).create_once(&transaction).send(&app.table).await {
        Ok(()) | Err(CommitError::Again) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The sandbox's id for what it reports under this one.
fn name(event: &str) -> String {
    format!("txn_{event}")
}

/// What moved, if anything did.
async fn did(
    app: &App,
    tenant: &MarketplaceId,
    report: &ProviderReport,
    asked: Option<Money>,
) -> Result<Option<(TransactionKind, String, Money, Option<Money>)>, Problem> {
    // What comes back is what was sent: a refund or payout that was never sent moves nothing by failing.
    let sent = async |id: String| -> Result<Option<Money>, Problem> {
        let sent = app.table.get(keys::own_transaction(tenant, PROVIDER, &name(&id))).await?;
        Ok(sent.map(|sent| sent.transaction.amount))
    };
    Ok(match report {
        ProviderReport::PaymentSucceeded { payment, amount } => {
            Some((TransactionKind::Charge, payment.to_string(), *amount, None))
        }
        ProviderReport::PaymentFailed { .. } | ProviderReport::DisputeLost { .. } => None,
        ProviderReport::DisputeOpened { dispute, amount, fee, .. } => {
            Some((TransactionKind::Dispute, dispute.clone(), *amount, Some(*fee)))
        }
        ProviderReport::DisputeWon { dispute } => {
            let opened = sent(format!("sbx_{}_disputed", dispute.trim_start_matches("dp_"))).await?;
            opened.map(|amount| (TransactionKind::DisputeReturned, dispute.clone(), amount, None))
        }
        ProviderReport::RefundSucceeded { subject, amount } => {
            Some((TransactionKind::Refund, subject.clone(), *amount, None))
        }
        ProviderReport::RefundFailed { subject, .. } => {
            let sent = sent(format!("sbx_{subject}_refunded")).await?;
            sent.map(|amount| (TransactionKind::RefundReturned, subject.clone(), amount, None))
        }
        ProviderReport::PayoutPaid { payout } => {
            asked.map(|amount| (TransactionKind::Payout, payout.to_string(), amount, None))
        }
        ProviderReport::PayoutFailed { payout, .. } => {
            let sent = sent(format!("sbx_{payout}_paid")).await?;
            sent.map(|amount| (TransactionKind::PayoutReturned, payout.to_string(), amount, None))
        }
    })
}
