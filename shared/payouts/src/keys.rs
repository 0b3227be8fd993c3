//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | payout | main | `T#payout#P` / `payout` | `GetItem` | 1 R |
//! | a seller's payouts | main, gsi2 | `T#seller#S#payouts` | `Query`, 20 a page | 0.5 R |

use crate::Payout;
use tradewind_kernel::{MarketplaceId, PayoutId, SellerId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a payout.
pub fn payout(t: &MarketplaceId, id: &PayoutId) -> Key<Payout> {
    Key::main(format!("{t}#payout#{id}"), "payout")
}

/// The list of a seller's payouts, newest first.
pub fn payouts_of<E>(t: &MarketplaceId, seller: &SellerId) -> List<SummaryRow<E>> {
    List::of(Path::Gsi2, format!("{t}#seller#{seller}#payouts"), "", true)
}
