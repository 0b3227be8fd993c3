//! Reading items of several kinds, from both tables, in one call.

use crate::{
    Entity, Key, StorageError, Table,
    item::{Item, key_item},
    keys::In,
    shape::Stored,
    table::read,
};
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use tradewind_kernel::MarketplaceId;

/// How often keys that DynamoDB had no capacity for are requested again, and how much longer the pause becomes each time.
const ROUNDS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(20);

/// Where an item lies: table, partition key and sort key.
type Place = (In, String, String);

/// The items to read: at most 100.
#[derive(Debug, Default)]
pub struct Wanted(BTreeSet<Place>);

/// The items that were read. Each is taken out by its key.
#[derive(Debug)]
pub struct Gathered(HashMap<Place, Item>);

fn place<E>(key: &Key<E>) -> Place {
    (key.table, key.pk.clone(), key.sk.clone())
}

impl Wanted {
    /// Adds one item; a key that is added twice is read once.
    #[must_use]
    pub fn and<E>(mut self, key: &Key<E>) -> Self {
        self.0.insert(place(key));
        self
    }

    /// Adds several items.
    #[must_use]
    pub fn all<'a, E: 'a>(self, keys: impl IntoIterator<Item = &'a Key<E>>) -> Self {
        keys.into_iter().fold(self, Self::and)
    }
}

impl Gathered {
    /// The item of this key, if there is one.
    pub fn take<E: Stored>(&mut self, key: &Key<E>) -> Result<Option<E>, StorageError> {
        self.0.remove(&place(key)).map(read).transpose()
    }

    /// Those of these keys that there are.
    pub fn take_all<E: Stored>(&mut self, keys: &[Key<E>]) -> Result<Vec<E>, StorageError> {
        keys.iter().filter_map(|key| self.take(key).transpose()).collect()
    }
}

impl Table {
    /// Reads all of these items in their current state. 1 read unit for each, of up to 4 KB.
    pub async fn gather(&self, wanted: Wanted) -> Result<Gathered, StorageError> {
        self.gather_as(wanted, true).await
    }

    /// Reads the same items eventually consistently, as they were a moment ago, at half the price.
    pub async fn glance(&self, wanted: Wanted) -> Result<Gathered, StorageError> {
        self.gather_as(wanted, false).await
    }

    /// Up to 100 items of one table as they are now, in any order; those that do not exist are left out.
    pub async fn get_all<E: Stored>(&self, keys: Vec<Key<E>>) -> Result<Vec<E>, StorageError> {
        self.batch(keys, true).await
    }

    /// Any number of items of one table as they are now, each once, in any order. 1 read unit each.
    pub async fn get_each<E: Stored>(&self, keys: impl IntoIterator<Item = Key<E>>) -> Result<Vec<E>, StorageError> {
        let mut seen = BTreeSet::new();
        let wanted: Vec<_> = keys.into_iter().filter(|key| seen.insert((key.pk.clone(), key.sk.clone()))).collect();
        let mut found = Vec::with_capacity(wanted.len());
        for some in wanted.chunks(100) {
            found.extend(self.get_all(some.to_vec()).await?);
        }
        Ok(found)
    }

    /// The same as they were a moment ago. Half the price of [`Table::get_all`].
    pub async fn peek_all<E: Stored>(&self, keys: Vec<Key<E>>) -> Result<Vec<E>, StorageError> {
        self.batch(keys, false).await
    }

    /// Reads any number of items as they were a moment ago, in the order of their keys.
    pub async fn peek_in_order<E: Entity>(
        &self,
        tenant: &MarketplaceId,
        keys: Vec<Key<E>>,
    ) -> Result<Vec<E>, StorageError> {
        let mut found = HashMap::new();
        for keys in keys.chunks(100) {
            for entity in self.peek_all::<E>(keys.to_vec()).await? {
                let key = entity.key(tenant);
                found.insert((key.pk, key.sk), entity);
            }
        }
        Ok(keys.into_iter().filter_map(|key| found.remove(&(key.pk, key.sk))).collect())
    }

    async fn batch<E: Stored>(&self, keys: Vec<Key<E>>, consistent: bool) -> Result<Vec<E>, StorageError> {
        self.gather_as(Wanted::default().all(&keys), consistent).await?.take_all(&keys)
    }

    async fn gather_as(&self, Wanted(wanted): Wanted, consistent: bool) -> Result<Gathered, StorageError> {
        let mut found = HashMap::new();
        let mut left: HashMap<String, KeysAndAttributes> = HashMap::new();
        for table in [In::Main, In::Ephemeral] {
            let keys = wanted.iter().filter(|(of, ..)| *of == table);
            let keys: Vec<_> = keys.map(|(_, pk, sk)| key_item(pk.clone(), sk.clone())).collect();
            if keys.is_empty() {
                continue;
            }
            let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(consistent).build();
            left.insert(self.readable(table)?.to_owned(), keys.map_err(|e| StorageError::call("BatchGetItem", e))?);
        }
        for round in 0..ROUNDS {
            if left.is_empty() {
                return Ok(Gathered(found));
            }
            if round > 0 {
                tokio::time::sleep(PAUSE.saturating_mul(round)).await;
            }
            let call = self.client.batch_get_item().set_request_items(Some(left));
            let reply = call.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
            let reply = reply.map_err(|e| StorageError::call("BatchGetItem", e))?;
            self.meter.read(reply.consumed_capacity());
            for (table, items) in reply.responses.unwrap_or_default() {
                let table = if table == self.name(In::Main) { In::Main } else { In::Ephemeral };
                found.extend(items.into_iter().map(|item| {
                    let text = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).cloned().unwrap_or_default();
                    ((table, text("pk"), text("sk")), item)
                }));
            }
            left = reply.unprocessed_keys.unwrap_or_default();
        }
        match left.is_empty() {
            true => Ok(Gathered(found)),
            false => Err(StorageError::Call { operation: "BatchGetItem", cause: "keys stayed unprocessed".into() }),
        }
    }
}
