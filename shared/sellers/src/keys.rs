//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | seller | main | `T#seller#S` / `seller` | `GetItem`, in a checkout `BatchGetItem` with listings | 1 R |
//! | sellers, oldest first | main, gsi1 | `T#sellers` | `Query`, 25 a page | 0.5 R a 4 KB |
//! | shops by name | main, gsi2 | `T#shops` / `NAME#S` | `Query` | 0.5 R a 4 KB, 2 W when a name changes |

use crate::Seller;
use tradewind_kernel::{MarketplaceId, SellerId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a seller's shop.
pub fn seller(t: &MarketplaceId, id: &SellerId) -> Key<Seller> {
    Key::main(format!("{t}#seller#{id}"), "seller")
}

/// The list of a marketplace's sellers, oldest first.
pub fn sellers(t: &MarketplaceId) -> List<SummaryRow<SellerId>> {
    List::of(Path::Gsi1, format!("{t}#sellers"), "", false)
}

/// The sellers of a marketplace that opened their shop after this one, oldest first.
pub fn sellers_after(t: &MarketplaceId, last: &SellerId) -> List<SummaryRow<SellerId>> {
    sellers(t).after(last.to_string())
}

/// The list of a marketplace's shops, by name.
pub fn shops(t: &MarketplaceId) -> List<SummaryRow<SellerId>> {
    List::of(Path::Gsi2, format!("{t}#shops"), "", false)
}
