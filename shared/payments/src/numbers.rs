//! Finding orders by their number.

use crate::{entities::PaymentSummary, keys};
use tradewind_kernel::{MarketplaceId, OrderId, order_number::OrderNumber};
use tradewind_storage::{StorageError, Table};

/// Finds the order with this number. Half a read unit.
pub async fn order_of_number(
    table: &Table,
    tenant: &MarketplaceId,
    number: OrderNumber,
) -> Result<Option<OrderId>, StorageError> {
    let list = keys::order_numbers(tenant, number.shard());
    // It belongs to the checkout with the highest first number that is not above it.
    let list = list.between("0".into(), keys::by_number(number));
    let page = table.page(list, 1, None).await?;
    let summary: Option<PaymentSummary> = page.items.into_iter().next().map(|row| row.summary);
    Ok(summary.and_then(|summary| summary.orders.get(number.place_after(summary.number?)?).cloned()))
}
