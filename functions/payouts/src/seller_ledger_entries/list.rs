//! `GET /v1/sellers/{seller_id}/ledger-entries`: every change to what a shop is owed, newest first.

use crate::shop;
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{JournalId, Money, Time};
use tradewind_lambda::{App, Endpoint, Grant, ListView, OfSeller, Paged, Problem, Reply, Request, User};
use tradewind_ledger::{Account, JournalKind, LedgerEntry, keys as ledger_keys};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "payouts-seller-ledger-entries-list",
    "/v1/sellers/{seller_id}/ledger-entries",
    "Lists every change of what a shop is owed.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// A change to what a shop is owed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryView {
    /// The journal that it is part of.
    pub(crate) journal: JournalId,
    /// The kind of booking.
    pub(crate) kind: JournalKind,
    /// The amount by which the shop is owed more; negative if it is owed less.
    pub(crate) amount: Money,
    /// The subject: the id of an order, a refund or a payout.
    pub(crate) subject: String,
    /// When the change was booked.
    pub(crate) at: Time,
}

impl From<LedgerEntry> for EntryView {
    fn from(entry: LedgerEntry) -> Self {
        let LedgerEntry { journal, kind, amount, subject, at, .. } = entry;
        // The ledger records what is owed as a credit, which is negative.
        Self { journal, kind, amount: Money::new(amount.amount.saturating_neg(), amount.currency), subject, at }
    }
}

pub async fn handle(
    app: App,
    request: Request<User, (), Paged<OfSeller>>,
) -> Result<Reply<ListView<EntryView>>, Problem> {
    let seller = shop::readable(&app, &request, &request.params.seller_id).await?;
    request.list(&app, ledger_keys::entries(request.tenant(), &Account::SellerPayable(seller)), EntryView::from).await
}
