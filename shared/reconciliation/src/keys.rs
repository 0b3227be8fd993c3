//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | transaction that a provider reported | main | `T#said#KIND#SUBJECT` / `PROVIDER#ID` | `Query` | 2 W, 1 R |
//! | reconciliation | main | `T#reconciliation#R` / `reconciliation` | `GetItem` | 1 R |
//! | finding, those open or resolved | main, gsi1 | `T#finding#F` / `finding`; `T#findings#open` / `TIME#F` | `GetItem`, `Query`, 20 a page | 1 R, 0.5 to 2.5 R |

use crate::{
    ProviderTransaction, TransactionKind,
    entities::{Reconciliation, StoredFinding, StoredTransaction},
};
use tradewind_kernel::{FindingId, MarketplaceId, ReconciliationId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a transaction that a provider reported. All transactions of the same subject lie together, so that a duplicate is
/// noticed.
pub fn provider_transaction(t: &MarketplaceId, reported: &ProviderTransaction) -> Key<StoredTransaction> {
    Key::main(
        format!("{t}#said#{}#{}", reported.kind.name(), reported.subject),
        format!("{}#{}", reported.provider, reported.id),
    )
}

/// The list of all transactions that providers reported for one subject.
pub fn provider_transactions(t: &MarketplaceId, kind: TransactionKind, subject: &str) -> List<StoredTransaction> {
    List::of(Path::Table, format!("{t}#said#{}#{subject}", kind.name()), "", false)
}

/// The key of a reconciliation.
pub fn reconciliation(t: &MarketplaceId, id: &ReconciliationId) -> Key<Reconciliation> {
    Key::main(format!("{t}#reconciliation#{id}"), "reconciliation")
}

/// The key of a finding.
pub fn finding(t: &MarketplaceId, id: &FindingId) -> Key<StoredFinding> {
    Key::main(format!("{t}#finding#{id}"), "finding")
}

/// The list of findings that are open, or that are resolved, newest first.
pub fn findings(t: &MarketplaceId, resolved: bool) -> List<SummaryRow<StoredFinding>> {
    let which = if resolved { "resolved" } else { "open" };
    List::of(Path::Gsi1, format!("{t}#findings#{which}"), "", true)
}
