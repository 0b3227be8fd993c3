//! Reading the two tables, and counting the capacity units that this costs.

use crate::{
    Entity, Grant, Key, List, StorageError,
    item::{Item, TTL, key_item},
    keys::{In, Path},
    shape::{self, SHAPE, Shaped, Stored},
};
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ConsumedCapacity, Get, ReturnConsumedCapacity, ReturnValue, TransactGetItem},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tradewind_kernel::MarketplaceId;

/// The names of the two tables in this deployment.
#[derive(Debug, Clone)]
pub struct TableNames {
    /// The name of the table `main`, for what lasts.
    pub main: String,
    /// The name of the table `ephemeral`, for what expires.
    pub ephemeral: String,
}

/// The tables, with the permissions of one function.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: Client,
    names: Arc<TableNames>,
    grants: &'static [Grant],
    /// The capacity units that calls through this handle consumed.
    pub meter: Arc<Meter>,
}

/// Capacity units consumed, in halves, because an eventually consistent read costs half a unit.
#[derive(Debug, Default)]
pub struct Meter {
    read_halves: AtomicU64,
    write_halves: AtomicU64,
}

impl Meter {
    /// Read and write units consumed, as numbers with one decimal.
    pub fn units(&self) -> (String, String) {
        let text = |halves: &AtomicU64| {
            let halves = halves.load(Ordering::Relaxed);
            format!("{}.{}", halves / 2, if halves.is_multiple_of(2) { 0 } else { 5 })
        };
        (text(&self.read_halves), text(&self.write_halves))
    }

    /// Read and write units consumed, in halves.
    pub fn halves(&self) -> (u64, u64) {
        (self.read_halves.load(Ordering::Relaxed), self.write_halves.load(Ordering::Relaxed))
    }

    fn add(&self, counter: &AtomicU64, units: Option<f64>) {
        // DynamoDB reports units as a float that is a multiple of one half. Going through text gives a whole number of halves that no
        // rounding can spoil.
        let text = format!("{:.1}", units.unwrap_or(0.0));
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        let halves = whole.parse::<u64>().unwrap_or(0).saturating_mul(2).saturating_add(u64::from(fraction >= "5"));
        counter.fetch_add(halves, Ordering::Relaxed);
    }

    pub(crate) fn read<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        consumed.into_iter().for_each(|c| self.add(&self.read_halves, c.capacity_units()));
    }

    pub(crate) fn write<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        consumed.into_iter().for_each(|c| self.add(&self.write_halves, c.capacity_units()));
    }
}

/// The position where a page ended, from which the next one begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position(std::collections::BTreeMap<String, String>);

impl Position {
    pub(crate) fn of(key: Item) -> Self {
        let text = |(name, value): (String, AttributeValue)| value.as_s().ok().map(|v| (name, v.clone()));
        Self(key.into_iter().filter_map(text).collect())
    }

    pub(crate) fn key(self) -> Item {
        self.0.into_iter().map(|(name, value)| (name, AttributeValue::S(value))).collect()
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<E> {
    /// The items of this page.
    pub items: Vec<E>,
    /// The position of the next page, if there is more.
    pub next: Option<Position>,
}

impl Table {
    /// The tables that `client` reaches, without any permission.
    pub fn new(client: Client, names: TableNames) -> Self {
        Self { client, names: Arc::new(names), grants: &[], meter: Arc::default() }
    }

    /// The same tables for one request of a function with these grants, with a meter of its own.
    pub fn granted(&self, grants: &'static [Grant]) -> Self {
        Self { client: self.client.clone(), names: self.names.clone(), grants, meter: Arc::default() }
    }

    pub(crate) fn name(&self, table: In) -> &str {
        match table {
            In::Main => &self.names.main,
            In::Ephemeral => &self.names.ephemeral,
        }
    }

    pub(crate) fn require(&self, grant: Grant) -> Result<(), StorageError> {
        if self.grants.contains(&grant) { Ok(()) } else { Err(StorageError::NotGranted(grant)) }
    }

    pub(crate) fn readable(&self, table: In) -> Result<&str, StorageError> {
        self.require(match table {
            In::Main => Grant::MainRead,
            In::Ephemeral => Grant::EphemeralRead,
        })?;
        Ok(self.name(table))
    }

    /// One item, as it is now. 1 read unit for each 4 KB.
    pub async fn get<E: Stored>(&self, key: Key<E>) -> Result<Option<E>, StorageError> {
        self.get_item(key, true).await
    }

    /// One item, as it was a moment ago. Half the price of [`Table::get`].
    pub async fn peek<E: Stored>(&self, key: Key<E>) -> Result<Option<E>, StorageError> {
        self.get_item(key, false).await
    }

    async fn get_item<E: Stored>(&self, key: Key<E>, consistent: bool) -> Result<Option<E>, StorageError> {
        let reply = self
            .client
            .get_item()
            .table_name(self.readable(key.table)?)
            .key("pk", AttributeValue::S(key.pk))
            .key("sk", AttributeValue::S(key.sk))
            .consistent_read(consistent)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StorageError::call("GetItem", e))?;
        self.meter.read(reply.consumed_capacity());
        reply.item.map(read).transpose()
    }

    /// Up to 100 items as they all were at one moment, in any order; those that do not exist are left out. 2 read units for each
    /// 4 KB: what belongs together is not seen half written.
    pub async fn get_together<E: Stored>(&self, keys: Vec<Key<E>>) -> Result<Vec<E>, StorageError> {
        let mut gets = Vec::with_capacity(keys.len());
        for key in keys {
            let name = self.readable(key.table)?;
            let get = Get::builder().table_name(name).set_key(Some(key_item(key.pk, key.sk))).build();
            let get = get.map_err(|e| StorageError::call("TransactGetItems", e))?;
            gets.push(TransactGetItem::builder().get(get).build());
        }
        let mut tries = 0_u8;
        loop {
            let call = self.client.transact_get_items().set_transact_items(Some(gets.clone()));
            let reply = match call.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await {
                Ok(reply) => reply,
                // Somebody was writing one of the items. The SDK does not try again by itself.
                Err(e) if tries < 8 && e.as_service_error().is_some_and(|e| e.is_transaction_canceled_exception()) => {
                    tries = tries.saturating_add(1);
                    continue;
                }
                Err(e) => return Err(StorageError::call("TransactGetItems", e)),
            };
            self.meter.read(reply.consumed_capacity());
            return reply.responses.unwrap_or_default().into_iter().filter_map(|found| found.item).map(read).collect();
        }
    }

    /// One page of a list, as it was a moment ago. Half a read unit for each 4 KB read; twice that for a list that is read as it is
    /// now. It needs the grant to read the table in which the list lies.
    pub async fn page<E: Stored>(
        &self,
        list: List<E>,
        limit: u16,
        from: Option<Position>,
    ) -> Result<Page<E>, StorageError> {
        let (table, index, pk, sk) = match list.path {
            Path::Table => (In::Main, None, "pk", "sk"),
            Path::Ephemeral => (In::Ephemeral, None, "pk", "sk"),
            Path::Gsi1 => (In::Main, Some("gsi1"), "gsi1pk", "gsi1sk"),
            Path::Gsi2 => (In::Main, Some("gsi2"), "gsi2pk", "gsi2sk"),
        };
        let mut query = self
            .client
            .query()
            .table_name(self.readable(table)?)
            .set_index_name(index.map(str::to_owned))
            .expression_attribute_names("#pk", pk)
            .expression_attribute_values(":pk", AttributeValue::S(list.pk))
            .scan_index_forward(!list.newest_first)
            .consistent_read(list.consistent)
            .limit(i32::from(limit))
            .set_exclusive_start_key(from.map(Position::key))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if let (Some(last), Some(_)) = (&list.up_to, &list.after) {
            query = query.expression_attribute_values(":last", AttributeValue::S(last.clone()));
        }
        let bound = match (list.up_to, list.after, list.prefix) {
            (Some(_), Some(first), _) => Some(("#pk = :pk AND #sk BETWEEN :sk AND :last", first)),
            (Some(last), None, _) => Some(("#pk = :pk AND #sk <= :sk", last)),
            (None, Some(before), _) => Some(("#pk = :pk AND #sk > :sk", before)),
            (None, None, prefix) if !prefix.is_empty() => Some(("#pk = :pk AND begins_with(#sk, :sk)", prefix)),
            (None, None, _) => None,
        };
        query = match bound {
            Some((condition, value)) => query
                .key_condition_expression(condition)
                .expression_attribute_names("#sk", sk)
                .expression_attribute_values(":sk", AttributeValue::S(value)),
            None => query.key_condition_expression("#pk = :pk"),
        };
        let reply = query.send().await.map_err(|e| StorageError::call("Query", e))?;
        self.meter.read(reply.consumed_capacity());
        let items = reply.items.unwrap_or_default().into_iter().map(read).collect::<Result<_, _>>()?;
        Ok(Page { items, next: reply.last_evaluated_key.map(Position::of) })
    }
}

impl Table {
    /// Adds to a number attribute of an item, which is created if it does not exist, and returns the new value. 1 write unit. It is
    /// not part of a commit, because a commit cannot know the result.
    pub async fn count_up<E: Shaped>(&self, key: Key<E>, counter: &str, by: u64) -> Result<u64, StorageError> {
        self.require(match key.table {
            In::Main => Grant::MainWrite,
            In::Ephemeral => Grant::EphemeralWrite,
        })?;
        let reply = self
            .client
            .update_item()
            .table_name(self.name(key.table))
            .set_key(Some(key_item(key.pk, key.sk)))
            .update_expression(format!("ADD #counter :by SET {SHAPE} = if_not_exists({SHAPE}, :shape)"))
            .expression_attribute_names("#counter", counter)
            .expression_attribute_values(":shape", shape::text(E::SHAPE))
            .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
            .return_values(ReturnValue::UpdatedNew)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await
            .map_err(|e| StorageError::call("UpdateItem", e))?;
        self.meter.write(reply.consumed_capacity());
        let now = reply.attributes.as_ref().and_then(|item| item.get(counter)?.as_n().ok()?.parse().ok());
        now.ok_or(StorageError::Call { operation: "UpdateItem", cause: "no count came back".into() })
    }
}

/// What an item of any shape there has been holds.
pub fn read<E: Stored>(mut item: Item) -> Result<E, StorageError> {
    E::up_to_date(&mut item)?;
    decode(item)
}

/// Reads the contents of an item of this release's shape.
pub(crate) fn decode<E: DeserializeOwned>(item: Item) -> Result<E, StorageError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(StorageError::shape::<E>)
}

/// Converts an entity to an item, with its shape, keys, indexes and expiry.
pub(crate) fn write<E: Entity>(entity: &E, tenant: &MarketplaceId) -> Result<(In, Item), StorageError> {
    let key = entity.key(tenant);
    let mut item: Item = serde_dynamo::aws_sdk_dynamodb_1::to_item(entity).map_err(StorageError::shape::<E>)?;
    item.extend(key_item(key.pk, key.sk));
    item.insert(shape::SHAPE.into(), shape::text(E::SHAPE));
    for (index, names) in [(entity.gsi1(tenant), ("gsi1pk", "gsi1sk")), (entity.gsi2(tenant), ("gsi2pk", "gsi2sk"))] {
        if let Some(index) = index {
            item.insert(names.0.into(), AttributeValue::S(index.pk));
            item.insert(names.1.into(), AttributeValue::S(index.sk));
        }
    }
    if let Some(summary) = entity.summary() {
        let summary =
            serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(summary).map_err(StorageError::shape::<E>)?;
        item.insert("card".into(), summary);
    }
    if let Some(at) = entity.expires_at() {
        item.insert(TTL.into(), AttributeValue::N(at.seconds().to_string()));
    }
    Ok((key.table, item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entities::Done;
    use tradewind_kernel::{Id, MarketplaceId, Time};

    #[test]
    fn what_expires_says_when_in_whole_seconds() {
        let tenant = MarketplaceId::from_ulid("01jd0000000000000000000000");
        let expires_at = Time::from_millis(1_800_000_000_999);
        let done = Done { consumer: "notify-email".into(), event: "cmt_1_0".into(), only: vec![], expires_at };
        let (table, item) = write(&done, &tenant).unwrap();
        assert_eq!(table, In::Ephemeral);
        assert_eq!(item.get(TTL), Some(&AttributeValue::N("1800000000".into())));
        assert_eq!(read::<Done>(item).unwrap().expires_at, expires_at);
    }
}
