//! Reading balances: the sum of an account's shards.

use crate::{Account, SELLERS_CONTROL, SYSTEM_ACCOUNTS, entities::BalanceShard, keys};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_kernel::{Currency, MarketplaceId, Money, SellerId, Time};
use tradewind_storage::{StorageError, Table};

/// The time for the next entry of a seller's account: `now`, or just after the newest entry if clocks differ. 1 read unit.
pub async fn next_entry(
    table: &Table,
    tenant: &MarketplaceId,
    seller: &SellerId,
    now: Time,
) -> Result<Time, StorageError> {
    let entries = keys::entries(tenant, &Account::SellerPayable(seller.clone())).now();
    let page = table.page(entries, 1, None).await?;
    let newest = page.items.first().map(|entry| entry.at.millis().saturating_add(1));
    Ok(now.max(Time::from_millis(newest.unwrap_or_default())))
}

/// The currencies in which anything was posted to a marketplace's ledger: those of the provider clearing account, through which all
/// money comes in. A query for each shard: 8 read units.
pub async fn currencies(table: &Table, tenant: &MarketplaceId) -> Result<BTreeSet<Currency>, StorageError> {
    let account = Account::ProviderClearing.code();
    let mut found = BTreeSet::new();
    for shard in 0..keys::BALANCE_SHARDS {
        // The 1 MB of a Query holds more currencies than exist.
        let page = table.page(keys::balances(tenant, &account, shard), 1_000, None).await?;
        found.extend(page.items.into_iter().map(|balance| balance.currency));
    }
    Ok(found)
}

/// The balance of every account of a marketplace, with all sellers summed into one: debits are positive. All shards are read at one
/// moment, so that a journal that is being written is seen as a whole or not at all. 128 read units.
pub async fn trial(
    table: &Table,
    tenant: &MarketplaceId,
    currency: Currency,
) -> Result<BTreeMap<String, Money>, StorageError> {
    let accounts: Vec<_> = SYSTEM_ACCOUNTS.iter().map(Account::code).chain([SELLERS_CONTROL.to_owned()]).collect();
    let shards = |account: &String| {
        let account = account.clone();
        (0..keys::BALANCE_SHARDS).map(move |shard| keys::balance(tenant, &account, shard, currency))
    };
    let found: Vec<BalanceShard> = table.get_together(accounts.iter().flat_map(shards).collect()).await?;
    let mut sums: BTreeMap<_, _> = accounts.into_iter().map(|account| (account, Money::zero(currency))).collect();
    for (account, amount) in found.iter().flat_map(BalanceShard::accounts) {
        let sum = sums.entry(account.to_owned()).or_insert(Money::zero(currency));
        *sum = sum.plus(amount).map_err(StorageError::shape::<BalanceShard>)?;
    }
    Ok(sums)
}
