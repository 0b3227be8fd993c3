//! Order numbers, which are drawn before a checkout is written.

use crate::keys;
use tradewind_kernel::{
    MarketplaceId,
    order_number::{NUMBER_SHARDS, OrderNumber},
};
use tradewind_storage::{StorageError, Table, shard};

/// Draws the numbers for a checkout's orders and returns the first one; `seed` decides the shard. 1 write unit. Numbers of a checkout
/// that fails are never used.
pub async fn draw(
    table: &Table,
    tenant: &MarketplaceId,
    seed: &str,
    orders: usize,
) -> Result<OrderNumber, StorageError> {
    let shard = shard(seed, NUMBER_SHARDS);
    let drawn = u64::try_from(orders).unwrap_or(u64::MAX);
    let named = table.count_up(keys::order_counter(tenant, shard), "named", drawn).await?;
    Ok(OrderNumber::drawn(shard, named.saturating_sub(drawn)))
}
