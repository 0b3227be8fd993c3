//! Translates what payment providers report into the terms of reconciliation: the movements of their balances
//! ([`tradewind_providers::Provider::balance`]) that concern something of ours.
//!
//! Movements that a provider marks as another marketplace's, its own fees, and transfers of the platform's own money to its bank are left
//! out. At Stripe a dispute does not carry our marketplace's id: it counts if the marketplace knows it by the provider's id. So a dispute
//! that was never reported is not found here, but only in the provider's own list of disputes.

use tradewind_disputes::keys as disputes_keys;
use tradewind_kernel::{MarketplaceId, Money, period::Day};
use tradewind_lambda::{App, JobError};
use tradewind_payments::provider::{BalanceKind, BalanceTransaction, PaymentProvider};
use tradewind_providers::provider;
use tradewind_providers::{FOR_MESSAGE, KeyError};
use tradewind_reconciliation::{ProviderTransaction, TransactionKind};

/// The providers whose books are compared, in the order in which they are read.
pub const PROVIDERS: [PaymentProvider; 2] = [PaymentProvider::Sandbox, PaymentProvider::Stripe];

/// A page of a provider's movements on a day.
#[derive(Debug, Default)]
pub struct TransactionPage {
    /// The movements for this marketplace.
    pub transactions: Vec<ProviderTransaction>,
    /// The position after which to continue; `None` on the last page.
    pub next: Option<String>,
}

/// Reads a page of a provider's movements on a day in UTC, after the position `after` (empty for the first page). A provider for which the
/// deployment has no keys has none.
pub async fn page(
    which: PaymentProvider,
    app: &App,
    tenant: &MarketplaceId,
    day: Day,
    after: &str,
) -> Result<TransactionPage, JobError> {
    let provider = match provider(app, which, tenant, FOR_MESSAGE) {
        Ok(provider) => provider,
        Err(KeyError::SandboxDisabled | KeyError::StripeDisabled) => return Ok(TransactionPage::default()),
        Err(error @ KeyError::NotGranted(_)) => return Err(error.into()),
    };
    let after = (!after.is_empty()).then_some(after);
    let page = provider.balance(day.start(), day.next().start(), after).await;
    let page = page?;
    let mut transactions = Vec::with_capacity(page.items.len());
    for movement in page.items {
        let mine = match (&movement.marketplace, movement.kind, &movement.source) {
            (Some(marketplace), _, _) => marketplace == tenant,
            (None, BalanceKind::Dispute, Some(dispute)) => {
                app.table.get(disputes_keys::dispute(tenant, dispute)).await?.is_some()
            }
            (None, _, _) => false,
        };
        transactions.extend(mine.then(|| transaction(which, movement)).flatten());
    }
    Ok(TransactionPage { transactions, next: page.after })
}

/// Translates a movement, if it is about something of ours.
fn transaction(which: PaymentProvider, movement: BalanceTransaction) -> Option<ProviderTransaction> {
    let BalanceTransaction { id, kind, amount, fee, created_at, source, subject, .. } = movement;
    let kind = match kind {
        BalanceKind::Charge => TransactionKind::Charge,
        BalanceKind::Refund => TransactionKind::Refund,
        BalanceKind::RefundFailure => TransactionKind::RefundReturned,
        BalanceKind::Transfer => TransactionKind::Payout,
        BalanceKind::TransferReversal => TransactionKind::PayoutReturned,
        BalanceKind::Dispute if amount.amount < 0 => TransactionKind::Dispute,
        BalanceKind::Dispute => TransactionKind::DisputeReturned,
        BalanceKind::Payout | BalanceKind::Fee | BalanceKind::Other => return None,
    };
    let amount = Money::new(amount.amount.saturating_abs(), amount.currency);
    let (provider, subject) = (which.name().to_owned(), subject.or(source)?);
    Some(ProviderTransaction { provider, id, kind, subject, amount, fee, at: created_at })
}
