//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | dispute | main | `T#dispute#ID` / `dispute` | `GetItem` | 1 R |
//! | disputes | main, gsi1 | `T#disputes` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | disputes of a payment | main, gsi2 | `T#payment#P#disputes` | `Query` | 0.5 R |

use crate::Dispute;
use tradewind_kernel::{MarketplaceId, PaymentId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a dispute, by the provider's id for it.
pub fn dispute(t: &MarketplaceId, id: &str) -> Key<Dispute> {
    Key::main(format!("{t}#dispute#{id}"), "dispute")
}

/// The list of a marketplace's disputes, newest first.
pub fn disputes(t: &MarketplaceId) -> List<SummaryRow<Dispute>> {
    List::of(Path::Gsi1, format!("{t}#disputes"), "", true)
}

/// The list of a payment's disputes, newest first.
pub fn disputes_of(t: &MarketplaceId, payment: &PaymentId) -> List<SummaryRow<Dispute>> {
    List::of(Path::Gsi2, format!("{t}#payment#{payment}#disputes"), "", true)
}
