//! The numbers of orders: drawn before a checkout is written, and looked up by whoever was told one.

use crate::{
    Grant, StorageError, Table,
    entities::{OrderCounter, PaymentCard},
    keys,
    shape::{self, SHAPE, Shaped},
    table::key_item,
};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};
use tradewind_domain::{
    MarketplaceId, OrderId,
    order::{NUMBER_SHARDS, OrderNumber},
};

impl Table {
    /// Draws the numbers of a checkout's orders, of which the first is given; the shard follows from `seed`. 1 write unit. It is no part
    /// of the checkout's transaction, which cannot know what it will count to: numbers of a checkout that fails are left out.
    pub async fn draw_numbers(
        &self,
        tenant: &MarketplaceId,
        seed: &str,
        orders: usize,
    ) -> Result<OrderNumber, StorageError> {
        self.require(Grant::MainWrite)?;
        let shard = keys::shard(seed, NUMBER_SHARDS);
        let key = keys::order_counter(tenant, shard);
        let reply = self
            .client
            .update_item()
            .table_name(self.name(key.table))
            .set_key(Some(key_item(key.pk, key.sk)))
            .update_expression(format!("ADD named :orders SET {SHAPE} = if_not_exists({SHAPE}, :shape)"))
            .expression_attribute_values(":shape", shape::text(OrderCounter::SHAPE))
            .expression_attribute_values(":orders", AttributeValue::N(orders.to_string()))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StorageError::call("UpdateItem", e))?;
        self.meter.write(reply.consumed_capacity());
        let named = reply.attributes.as_ref().and_then(|item| item.get("named")?.as_n().ok()?.parse::<u64>().ok());
        let orders = u64::try_from(orders).ok();
        let before = named.zip(orders).and_then(|(named, orders)| named.checked_sub(orders));
        let before =
            before.ok_or(StorageError::Call { operation: "UpdateItem", cause: "no count came back".into() })?;
        Ok(OrderNumber::drawn(shard, before))
    }

    /// The order with this number. Half a read unit.
    pub async fn order_of_number(
        &self,
        tenant: &MarketplaceId,
        number: OrderNumber,
    ) -> Result<Option<OrderId>, StorageError> {
        let list = keys::order_numbers(tenant, number.shard());
        // The checkout that drew it has the highest first number that is not above it.
        let list = list.between("0".into(), keys::by_number(number));
        let page = self.page(list, 1, None).await?;
        let card: Option<PaymentCard> = page.items.into_iter().next().map(|row| row.card);
        Ok(card.and_then(|card| card.orders.get(number.place_behind(card.number?)?).cloned()))
    }
}
