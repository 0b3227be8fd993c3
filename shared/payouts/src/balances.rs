//! Reading how much a seller is owed.

use crate::Owed;
use tradewind_kernel::{Currency, MarketplaceId, Money, SellerId};
use tradewind_ledger::{Account, entities::BalanceShard, keys};
use tradewind_storage::{StorageError, Table};

/// Reads how much a seller is owed in a currency: a positive amount is what the marketplace owes. 1 read unit.
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

/// The ledger holds an amount that is owed as a credit, which is negative.
fn owed_of(shard: &BalanceShard) -> Owed {
    let money = |amount| Money::new(amount, shard.currency);
    Owed { now: money(shard.amount.saturating_neg()), paid: shard.paid_at.zip(shard.paid_left.map(money)) }
}

/// Reads how much a seller is owed in every currency in which anything was ever posted to them: a positive amount is what the
/// marketplace owes. 1 read unit for each 4 KB, which holds more currencies than most sell in.
pub async fn owed_in_all(table: &Table, tenant: &MarketplaceId, seller: &SellerId) -> Result<Vec<Owed>, StorageError> {
    let account = Account::SellerPayable(seller.clone()).code();
    // The 1 MB of a Query holds more currencies than exist.
    let page = table.page(keys::balances(tenant, &account, 0), 1_000, None).await?;
    Ok(page.items.iter().map(owed_of).collect())
}
