//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | payment with its orders | main | `T#payment#P`, `T#order#O` | `GetItem`, `BatchGetItem` | 1 R, 1 R an order |
//! | payment | main | `T#payment#P` / `payment` | `GetItem` | 1 R |
//! | payments, newest first | main, gsi1 | `T#payments#SHARD` / `TIME#P` | `Query` of 8 shards | 1 W a payment, 4 R a page |
//! | order by number | main, gsi2 | `T#order_numbers#SHARD` / `NUMBER` | `Query` | 1 W a payment, 0.5 R |
//! | provider event | main | `T#provider#N#E` / `event` | `PutItem` with its event, `GetItem` | 1 W, 1 R |
//! | a seller's payout account | main | `T#seller#S` / `payout_account` | `GetItem` | 1 R |
//! | a payment's or payout's id at its provider | main | `T#link#P` / `link` | `GetItem` | 1 R |
//! | whose a provider's thing is | main | `platform#owner#N#I` / `owner` | `GetItem` | 1 R |
//! | what moved the sandbox's balance | main, gsi1 | `T#sandbox` | `Query`, 100 a page | 0.5 R |

use crate::{
    Payment, ProviderEvent,
    entities::PaymentSummary,
    provider::{BalanceTransaction, PaymentProvider, PayoutAccount, ProviderLink, ProviderOwner},
};
use tradewind_kernel::{MarketplaceId, PaymentId, SellerId, order_number::OrderNumber};
use tradewind_storage::{Key, List, Path, SummaryRow};

/// The number of shards of the list of payments, so that the payments of a busy marketplace do not all go to one partition of the
/// index.
pub const LIST_SHARDS: u8 = 8;

/// The key of a payment.
pub fn payment(t: &MarketplaceId, id: &PaymentId) -> Key<Payment> {
    Key::main(format!("{t}#payment#{id}"), "payment")
}

/// One shard of the list of a marketplace's payments, newest first.
pub fn payments(t: &MarketplaceId, shard: u8) -> List<SummaryRow<PaymentSummary>> {
    List::of(Path::Gsi1, format!("{t}#payments#{shard}"), "", true)
}

/// The payments of one shard of the order numbers, highest number first.
pub fn order_numbers(t: &MarketplaceId, shard: u8) -> List<SummaryRow<PaymentSummary>> {
    List::of(Path::Gsi2, format!("{t}#order_numbers#{shard}"), "", true)
}

/// The sort key of a payment in the list by number.
pub fn by_number(number: OrderNumber) -> String {
    format!("{:015}", number.value())
}

/// The key of a provider's webhook, as received.
pub fn provider_event(t: &MarketplaceId, provider: &str, id: &str) -> Key<ProviderEvent> {
    Key::main(format!("{t}#provider#{provider}#{id}"), "event")
}

/// The key of the id under which a provider knows a payment, a refund or a payout.
pub fn provider_link(t: &MarketplaceId, subject: &str) -> Key<ProviderLink> {
    Key::main(format!("{t}#link#{subject}"), "link")
}

/// The key that tells to which marketplace a provider's object belongs. It lies in the platform's partition, because it is read
/// before the tenant is known.
pub fn provider_owner(provider: PaymentProvider, id: &str) -> Key<ProviderOwner> {
    Key::main(format!("platform#owner#{provider}#{id}"), "owner")
}

/// The key of the account through which a seller is paid.
pub fn payout_account(t: &MarketplaceId, seller: &SellerId) -> Key<PayoutAccount> {
    Key::main(format!("{t}#seller#{seller}"), "payout_account")
}

/// The key of a movement of the sandbox provider's balance.
pub fn sandbox_movement(t: &MarketplaceId, id: &str) -> Key<BalanceTransaction> {
    Key::main(format!("{t}#sandbox#{id}"), "movement")
}

/// The list of movements of the sandbox provider's balance, newest first.
pub fn sandbox_movements(t: &MarketplaceId) -> List<SummaryRow<BalanceTransaction>> {
    List::of(Path::Gsi1, format!("{t}#sandbox"), "", true)
}
