//! What a payment provider says it did: its balance transactions of a day, page by page, in our own words.
//!
//! Reconciliation compares these with the ledger. A provider implements [`ProviderLedger`] and stands in [`page`] and
//! [`PROVIDERS`]; nothing else of reconciliation knows one provider from another.

use crate::sandbox_ledger::Sandbox;
use tradewind_domain::{MarketplaceId, period::Day, reconciliation::ProviderTransaction};
use tradewind_lambda::{App, Problem};

/// The providers whose books are compared, in the order in which they are read.
pub const PROVIDERS: [&str; 1] = ["sandbox"];

/// A page of what a provider did on a day.
#[derive(Debug, Default)]
pub struct TransactionPage {
    /// What it did: only what moved money for this marketplace, each with the id that we know it by.
    pub transactions: Vec<ProviderTransaction>,
    /// Behind what to go on; `None` on the last page.
    pub next: Option<String>,
}

/// A provider that tells what it did.
pub trait ProviderLedger {
    /// A page of what it did on a day in UTC, behind `behind` (empty for the first page), in an order that stays. Pages hold at most
    /// 100 transactions.
    fn page(
        &self,
        app: &App,
        tenant: &MarketplaceId,
        day: Day,
        behind: &str,
    ) -> impl Future<Output = Result<TransactionPage, Problem>> + Send;
}

/// A page of what the provider of this name did.
pub async fn page(
    provider: &str,
    app: &App,
    tenant: &MarketplaceId,
    day: Day,
    behind: &str,
) -> Result<TransactionPage, Problem> {
    match provider {
        "sandbox" => Sandbox.page(app, tenant, day, behind).await,
        other => Err(Problem::internal(format!("{other} keeps no books that we could read"))),
    }
}
