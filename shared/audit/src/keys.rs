//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | ledger verification, its differences | main | `T#verification#V` / `verification`, `difference#KIND#SUBJECT` | `GetItem`, `Query`, 20 a page | 1 R, 0.5 to 2.5 R |

use crate::{
    DifferenceKind,
    entities::{Found, LedgerVerification},
};
use tradewind_kernel::{LedgerVerificationId, MarketplaceId};
use tradewind_storage::{Key, List, Path};

/// The key of a verification of the ledger.
pub fn ledger_verification(t: &MarketplaceId, id: &LedgerVerificationId) -> Key<LedgerVerification> {
    Key::main(format!("{t}#verification#{id}"), "verification")
}

/// The key of a difference that a verification found. The same difference has the same key, however often its part is processed.
pub fn difference(t: &MarketplaceId, id: &LedgerVerificationId, kind: DifferenceKind, subject: &str) -> Key<Found> {
    Key::main(format!("{t}#verification#{id}"), format!("difference#{}#{subject}", kind.name()))
}

/// The list of differences that a verification found, by kind.
pub fn differences(t: &MarketplaceId, id: &LedgerVerificationId) -> List<Found> {
    List::of(Path::Table, format!("{t}#verification#{id}"), "difference#", false)
}
