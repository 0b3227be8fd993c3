//! Reading a payment together with the orders it pays.

use crate::{StorageError, Table, keys};
use tradewind_domain::{MarketplaceId, PaymentId, order::Order, payment::Payment, process::Purchase};

/// A payment with all its orders, or `None` if there is no such payment. What was read is not one moment: the versions of all
/// of it are compared when it is written. 1 read unit for the payment and one for each order.
pub async fn load(table: &Table, tenant: &MarketplaceId, id: &PaymentId) -> Result<Option<Purchase>, StorageError> {
    match table.get(keys::payment(tenant, id)).await? {
        Some(payment) => with_orders(table, tenant, payment).await.map(Some),
        None => Ok(None),
    }
}

/// A payment that was read, with its orders.
pub async fn with_orders(table: &Table, tenant: &MarketplaceId, payment: Payment) -> Result<Purchase, StorageError> {
    let keys = payment.orders.iter().map(|id| keys::order(tenant, id)).collect();
    let orders: Vec<Order> = table.get_all(keys).await?;
    if orders.len() != payment.orders.len() {
        return Err(StorageError::shape::<Payment>(format!("{} lacks an order", payment.id)));
    }
    Ok(Purchase { payment, orders })
}
