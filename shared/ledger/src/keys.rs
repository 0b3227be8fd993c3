//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | journal | main | `T#journal#KIND#SUBJECT` / `journal` | in a transaction, `GetItem` | 2 W, 1 R |
//! | journals by time | main, gsi1 | `T#journals#MONTH#SHARD` / `TIME#JOURNAL` | `Query`, 100 a page | 1 W a journal, 3 R a page |
//! | a seller's entries | main | `T#account#A` / `entry#TIME#JOURNAL#KIND` | `Query`, 20 a page | 1 R |
//! | balance (of a seller, with attributes `mMONTH`) | main | `T#balance#A#SHARD` / `balance#CURRENCY` | `GetItem` | 2 W a journal that posts to it, 1 R |
//! | balances of the marketplace's own accounts, attributes `of_ACCOUNT` | main | `T#balance#provider_clearing#SHARD` / `balance#CURRENCY`; what older releases summed, `T#balance#A#SHARD` | `TransactGetItems` | 2 W a journal, 2 R an account and shard |
//! | an account's balances in all currencies | main | `T#balance#A#SHARD` / `balance#` | `Query` | 1 R |
//! | what an account earned by day | main | `T#turnover#A#SHARD` / `MONTH#CURRENCY`, attributes `DAY` | `Query` | 2 W a journal, 0.5 R a shard and 10 months |

use crate::{
    Account, Journal, JournalKind, LedgerEntry,
    entities::{BalanceShard, JournalRow, Turnover},
};
use tradewind_kernel::{MarketplaceId, currency::Currency, period::Month, time::Time};
use tradewind_storage::{Key, List, Path};

/// The number of shards of an account to which many orders post. One partition takes about 1,000 write units a second and a
/// transactional write costs two, so eight shards take some 4,000 postings a second.
pub const BALANCE_SHARDS: u8 = 8;

/// The key of a journal: there is at most one of a kind for a subject.
pub fn journal(t: &MarketplaceId, kind: JournalKind, subject: &str) -> Key<Journal> {
    Key::main(format!("{t}#journal#{}#{subject}", kind.name()), "journal")
}

/// The journals of a month in one shard, oldest first. It is the shard of the balances to which they were posted, so that a sale of a
/// thousand orders a second does not wait for one partition of the index.
pub fn journals(t: &MarketplaceId, month: Month, shard: u8) -> List<JournalRow> {
    List::of(Path::Gsi1, format!("{t}#journals#{month}#{shard}"), "", false)
}

/// The key of an entry in the account of a holder.
pub fn entry(t: &MarketplaceId, entry: &LedgerEntry) -> Key<LedgerEntry> {
    let sk = format!("entry#{}#{}#{}", entry.at, entry.journal, entry.kind.name());
    Key::main(format!("{t}#account#{}", entry.account), sk)
}

/// The entries of a seller's account, newest first.
pub fn entries(t: &MarketplaceId, account: &Account) -> List<LedgerEntry> {
    List::of(Path::Table, format!("{t}#account#{account}"), "entry#", true)
}

/// The entries of a seller's account from a moment on, oldest first.
pub fn entries_since(t: &MarketplaceId, account: &Account, from: Time) -> List<LedgerEntry> {
    entries(t, account).after(format!("entry#{from}"))
}

/// The key of one shard of an account's balance.
pub fn balance(t: &MarketplaceId, account: &str, shard: u8, currency: Currency) -> Key<BalanceShard> {
    Key::main(format!("{t}#balance#{account}#{shard}"), format!("balance#{currency}"))
}

/// The current balances of one shard of an account, in every currency.
pub fn balances(t: &MarketplaceId, account: &str, shard: u8) -> List<BalanceShard> {
    List::of(Path::Table, format!("{t}#balance#{account}#{shard}"), "balance#", false).now()
}

/// The key of the amounts posted to one shard of an account on each day of a month.
pub fn turnover(t: &MarketplaceId, account: &str, shard: u8, month: Month, currency: Currency) -> Key<Turnover> {
    Key::main(format!("{t}#turnover#{account}#{shard}"), format!("{month}#{currency}"))
}

/// The amounts posted to one shard of an account, for every month and currency, oldest first.
pub fn turnovers(t: &MarketplaceId, account: &str, shard: u8) -> List<Turnover> {
    List::of(Path::Table, format!("{t}#turnover#{account}#{shard}"), "", false)
}
