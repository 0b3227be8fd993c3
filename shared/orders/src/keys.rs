//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | cart | main | `T#user#U` / `cart` | `GetItem`, to change it `BatchGetItem` with listings and stock | 1 R |
//! | order | main | `T#order#O` / `order` | `GetItem` | 1 R |
//! | a buyer's orders | main, gsi1 | `T#buyer#U#orders` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | a seller's orders | main, gsi2 | `T#seller#S#orders` | `Query`, 20 a page | 0.5 to 2.5 R |
//! | version of the order process | main | `T#process#N` / `process` | `GetItem` | 1 R a 4 KB, then cached |
//! | refund | main | `T#refund#R` / `refund` | `GetItem` | 1 R |
//! | an order's refunds | main, gsi1 | `T#order#O#refunds` | `Query`, 20 a page | 0.5 R |
//! | numbers of orders | main | `T#order_counter#SHARD` / `counter` | `UpdateItem` | 1 W a checkout |

use crate::{
    Order,
    cart::Cart,
    entities::{OrderCounter, ProcessVersion, RefundSummary},
    refund::Refund,
};
use tradewind_kernel::{MarketplaceId, OrderId, RefundId, SellerId, UserId};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The key of a user's cart.
pub fn cart(t: &MarketplaceId, user: &UserId) -> Key<Cart> {
    Key::main(format!("{t}#user#{user}"), "cart")
}

/// The key of an order.
pub fn order(t: &MarketplaceId, id: &OrderId) -> Key<Order> {
    Key::main(format!("{t}#order#{id}"), "order")
}

/// The list of a buyer's orders, newest first.
pub fn orders_of_buyer<E>(t: &MarketplaceId, buyer: &UserId) -> List<SummaryRow<E>> {
    List::of(Path::Gsi1, format!("{t}#buyer#{buyer}#orders"), "", true)
}

/// The list of a seller's orders, newest first.
pub fn orders_of_seller<E>(t: &MarketplaceId, seller: &SellerId) -> List<SummaryRow<E>> {
    List::of(Path::Gsi2, format!("{t}#seller#{seller}#orders"), "", true)
}

/// The key of the counter of a shard of the marketplace's order numbers.
pub fn order_counter(t: &MarketplaceId, shard: u8) -> Key<OrderCounter> {
    Key::main(format!("{t}#order_counter#{shard}"), "counter")
}

/// The key of a version of the marketplace's order process.
pub fn order_process(t: &MarketplaceId, version: u32) -> Key<ProcessVersion> {
    Key::main(format!("{t}#process#{version:06}"), "process")
}

/// The key of a refund.
pub fn refund(t: &MarketplaceId, id: &RefundId) -> Key<Refund> {
    Key::main(format!("{t}#refund#{id}"), "refund")
}

/// The list of an order's refunds, newest first.
pub fn refunds_of(t: &MarketplaceId, order: &OrderId) -> List<SummaryRow<RefundSummary>> {
    List::of(Path::Gsi1, format!("{t}#order#{order}#refunds"), "", true)
}
