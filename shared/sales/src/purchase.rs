//! Reading a payment together with the orders that it pays for.

use crate::{Changes, Purchase};
use tradewind_kernel::{MarketplaceId, PaymentId, time::Time};
use tradewind_orders::{Order, keys as orders};
use tradewind_payments::{Payment, keys as payments};
use tradewind_storage::{StorageError, Table};

/// Reads a payment with all its orders; `None` if there is no such payment. They are not read at the same moment: the versions of all
/// of them are compared when they are written. 1 read unit for the payment and one for each order.
pub async fn load(table: &Table, tenant: &MarketplaceId, id: &PaymentId) -> Result<Option<Purchase>, StorageError> {
    match table.get(payments::payment(tenant, id)).await? {
        Some(payment) => with_orders(table, tenant, payment).await.map(Some),
        None => Ok(None),
    }
}

/// Reads the orders of a payment.
pub async fn with_orders(table: &Table, tenant: &MarketplaceId, payment: Payment) -> Result<Purchase, StorageError> {
    let keys = payment.orders.iter().map(|id| orders::order(tenant, id)).collect();
    let orders: Vec<Order> = table.get_all(keys).await?;
    if orders.len() != payment.orders.len() {
        return Err(StorageError::shape::<Payment>(format!("{} lacks an order", payment.id)));
    }
    Ok(Purchase { payment, orders })
}

/// Puts the lines of a purchase that ended unpaid back into the buyer's cart. 1 read unit.
pub async fn give_back_cart(
    table: &Table,
    tenant: &MarketplaceId,
    changes: &mut Changes,
    now: Time,
) -> Result<(), StorageError> {
    let Some(buyer) = &changes.unpaid_by else { return Ok(()) };
    // Every buyer has a cart, except after a guest's order was claimed: then it belongs to another user, who may have none.
    if let Some(cart) = table.get(orders::cart(tenant, buyer)).await? {
        changes.give_back(cart, now);
    }
    Ok(())
}

/// Counts one order less for the coupon of an order that has ended with everything given back. 1 read unit if the order has a coupon,
/// none otherwise.
pub async fn count_coupon(table: &Table, tenant: &MarketplaceId, changes: &mut Changes) -> Result<(), StorageError> {
    let Some(id) = changes.coupon_of.clone() else { return Ok(()) };
    let missing = || StorageError::shape::<Payment>(format!("{id} is missing"));
    let payment = table.get(payments::payment(tenant, &id)).await?.ok_or_else(missing)?;
    crate::coupon_unused(changes, payment);
    Ok(())
}
