//! Reading balances: the shards of an account, summed.

use crate::{StorageError, Table, entities::BalanceShard, keys};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_domain::{
    Currency, Id, MarketplaceId, Money, OrderId, RefundId, SellerId, Time,
    dispute::Dispute,
    ledger::{Account, JournalKind, SELLERS_CONTROL, SYSTEM_ACCOUNTS},
    payout::{LedgerEntry, Owed},
};

/// What a seller is owed: positive is what the marketplace owes. 1 read unit.
pub async fn owed(
    table: &Table,
    tenant: &MarketplaceId,
    seller: &SellerId,
    currency: Currency,
) -> Result<Owed, StorageError> {
    let account = Account::SellerPayable(seller.clone()).code();
    let shard = table.get(keys::balance(tenant, &account, 0, currency)).await?;
    Ok(shard.as_ref().map_or(Owed { now: Money::zero(currency), paid: None }, owed_of))
}

/// The ledger holds what is owed as a credit, which is negative.
fn owed_of(shard: &BalanceShard) -> Owed {
    let money = |amount| Money::new(amount, shard.currency);
    Owed { now: money(shard.amount.saturating_neg()), paid: shard.paid_at.zip(shard.paid_left.map(money)) }
}

/// A moment for the next entry of a seller's account: `now`, or behind the newest one if clocks differ. 1 read unit.
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

/// What a seller is owed in every currency in which anything was ever posted to them: positive is what the marketplace owes. 1 read
/// unit for each 4 KB, which holds more currencies than most sell in.
pub async fn owed_in_all(table: &Table, tenant: &MarketplaceId, seller: &SellerId) -> Result<Vec<Owed>, StorageError> {
    let account = Account::SellerPayable(seller.clone()).code();
    // 1 MB of a Query holds more currencies than there are.
    let page = table.page(keys::balances(tenant, &account, 0), 1_000, None).await?;
    Ok(page.items.iter().map(owed_of).collect())
}

/// What of it was released too short a time ago to be paid out: after `since`. What was taken back of such an order since holds nothing
/// up. 1 read unit for each 4 KB of entries, which is about ten, and half a one for each refund and dispute among them.
pub async fn held(
    table: &Table,
    tenant: &MarketplaceId,
    seller: &SellerId,
    currency: Currency,
    since: Time,
) -> Result<Money, StorageError> {
    let account = Account::SellerPayable(seller.clone());
    let (mut held, mut position) = (BTreeMap::<OrderId, i64>::new(), None);
    loop {
        let page = table.page(keys::entries_since(tenant, &account, since).now(), 100, position).await?;
        for entry in page.items.iter().filter(|entry| entry.amount.currency == currency) {
            let released = entry.kind == JournalKind::Release;
            let Some(order) = order_of(table, tenant, entry).await? else { continue };
            // What is owed is a credit, which is negative. Oldest first: what an older order took back is not of these.
            match held.get_mut(&order) {
                Some(held) => *held = held.saturating_sub(entry.amount.amount),
                None if released => drop(held.insert(order, entry.amount.amount.saturating_neg())),
                None => {}
            }
        }
        position = page.next;
        if position.is_none() {
            let sum = held.values().fold(0_i64, |sum, held| sum.saturating_add((*held).max(0)));
            return Ok(Money::new(sum, currency));
        }
    }
}

/// Of which order an entry of its seller's account is.
async fn order_of(table: &Table, tenant: &MarketplaceId, entry: &LedgerEntry) -> Result<Option<OrderId>, StorageError> {
    Ok(match entry.kind {
        JournalKind::Release => OrderId::parse(&entry.subject).ok(),
        JournalKind::Refund => match RefundId::parse(&entry.subject) {
            Ok(refund) => table.peek(keys::refund(tenant, &refund)).await?.map(|refund| refund.order),
            Err(_) => None,
        },
        JournalKind::DisputeOpened | JournalKind::DisputeWon | JournalKind::DisputeLost => {
            let dispute = table.peek(keys::dispute(tenant, &entry.subject)).await?;
            // A payment has one order of a seller.
            let part = |dispute: Dispute| {
                let of_seller = |account: &SellerId| entry.account == Account::SellerPayable(account.clone());
                dispute.orders.into_iter().find(|part| of_seller(&part.seller)).map(|part| part.order)
            };
            dispute.and_then(part)
        }
        JournalKind::Capture
        | JournalKind::RefundSettled
        | JournalKind::RefundReturned
        | JournalKind::RefundSettledOtherwise
        | JournalKind::Payout
        | JournalKind::PayoutSettled
        | JournalKind::PayoutReturned
        | JournalKind::PayoutSettledOtherwise => None,
    })
}

/// The currencies that a marketplace's ledger was posted to in: those of what the provider holds, through which all money comes in. A
/// query for each shard: 8 read units.
pub async fn currencies(table: &Table, tenant: &MarketplaceId) -> Result<BTreeSet<Currency>, StorageError> {
    let account = Account::ProviderClearing.code();
    let mut found = BTreeSet::new();
    for shard in 0..keys::BALANCE_SHARDS {
        // 1 MB of a Query holds more currencies than there are.
        let page = table.page(keys::balances(tenant, &account, shard), 1_000, None).await?;
        found.extend(page.items.into_iter().map(|balance| balance.currency));
    }
    Ok(found)
}

/// The balance of every account of a marketplace, sellers summed into one: debits positive. All shards are read at one moment,
/// so that a journal that is just being written is seen whole or not at all. 128 read units.
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
