//! Rewriting stored items to the shapes of this release, a page at a time.
//!
//! An item is read as any reader reads it and written in today's form - with its shape, its places in the indexes and its summary -
//! and only the attributes that differ are set. The change is conditional: the attributes that it replaces, and the item's version if
//! it has one, must still be as they were read. So nothing that others write meanwhile is overwritten; the item is read again
//! instead. A page that is processed twice changes nothing twice, and sales go on meanwhile.

use crate::{
    Grant, Position, StorageError, Table,
    item::{Item, key_item},
    keys::In,
    kinds::{Kind, kind_of},
    shape::{self, SHAPE},
};
use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnConsumedCapacity},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tradewind_kernel::{Id, MarketplaceId};

/// Items that are read in one page.
const PAGE: i32 = 100;
/// How often an item is read again because somebody else has changed it.
const TRIES: u8 = 20;
/// The attributes that place an item in the indexes; they are removed when it no longer has a place there.
const PLACES: [&str; 5] = ["gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "card"];

/// Which items are migrated, and whether they are changed.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The marketplace whose items are migrated; if `None`, those of all marketplaces and of the platform.
    pub marketplace: Option<&'a MarketplaceId>,
    /// The number of the table's segment, from 0.
    pub segment: u16,
    /// The number of segments.
    pub segments: u16,
    /// Whether it only counts and changes nothing.
    pub dry_run: bool,
    /// All known kinds of items.
    pub kinds: &'a [Kind],
}

/// What a migration did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Number of items that were looked at.
    pub items: u64,
    /// Number of items that were changed, or would be, by their shape.
    pub changed: BTreeMap<String, u64>,
    /// Number of items that could not be read or written; nothing of them was changed.
    pub failed: u64,
    /// The keys of the first failed items, with what was wrong.
    pub failures: Vec<String>,
}

/// How many failures are listed by key.
const NAMED: usize = 20;

impl Tally {
    /// Counts an item that could not be changed.
    pub fn fail(&mut self, failure: String) {
        self.failed = self.failed.saturating_add(1);
        if self.failures.len() < NAMED {
            self.failures.push(failure);
        }
    }

    /// Adds the counts of another tally.
    pub fn add(&mut self, other: &Self) {
        self.items = self.items.saturating_add(other.items);
        for (shape, count) in &other.changed {
            let sum = self.changed.entry(shape.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.failed = self.failed.saturating_add(other.failed);
        self.failures.extend(other.failures.iter().take(NAMED.saturating_sub(self.failures.len())).cloned());
    }
}

/// Processes one page of a segment and adds to the tally. Returns where to go on, if there is more. Costs half a read unit for each 4
/// KB of the table, also for items that are not in the scope, and a write unit for each KB that changes.
pub async fn page(
    table: &Table,
    scope: &Scope<'_>,
    from: Option<Position>,
    tally: &mut Tally,
) -> Result<Option<Position>, StorageError> {
    table.require(Grant::MainScan)?;
    let mut scan = table
        .client
        .scan()
        .table_name(table.name(In::Main))
        .segment(i32::from(scope.segment))
        .total_segments(i32::from(scope.segments))
        .limit(PAGE)
        .set_exclusive_start_key(from.map(Position::key))
        .return_consumed_capacity(ReturnConsumedCapacity::Total);
    if let Some(marketplace) = scope.marketplace {
        // All ids have the same length, so none is a prefix of another.
        scan = scan
            .filter_expression("begins_with(pk, :marketplace)")
            .expression_attribute_values(":marketplace", AttributeValue::S(marketplace.to_string()));
    }
    let reply = scan.send().await.map_err(|e| StorageError::call("Scan", e))?;
    table.meter.read(reply.consumed_capacity());
    for item in reply.items.unwrap_or_default() {
        tally.items = tally.items.saturating_add(1);
        let key = key_of(&item);
        match migrate(table, item, scope).await {
            Ok(None) => {}
            Ok(Some(shape)) => {
                let count = tally.changed.entry(shape).or_default();
                *count = count.saturating_add(1);
            }
            // An item that cannot be read or written does not hold up the others.
            Err(
                error @ (StorageError::Shape { .. }
                | StorageError::Newer(_)
                | StorageError::Unknown
                | StorageError::Unwritten(_)),
            ) => {
                tally.fail(format!("{} / {}: {error}", key.0, key.1));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(reply.last_evaluated_key.map(Position::of))
}

/// Brings one item up to date. Returns its shape if there was something to change.
async fn migrate(table: &Table, mut item: Item, scope: &Scope<'_>) -> Result<Option<String>, StorageError> {
    for _ in 0..TRIES {
        let (shape, now) = rewritten(scope.kinds, &item)?;
        let change = Change::between(&item, &now);
        if change.is_nothing() {
            return Ok(None);
        }
        if scope.dry_run || change.write(table, &item).await? {
            return Ok(Some(shape.to_owned()));
        }
        let (pk, sk) = key_of(&item);
        let read = table.client.get_item().table_name(table.name(In::Main)).set_key(Some(key_item(pk, sk)));
        let read = read.consistent_read(true).return_consumed_capacity(ReturnConsumedCapacity::Total).send().await;
        let read = read.map_err(|e| StorageError::call("GetItem", e))?;
        table.meter.read(read.consumed_capacity());
        match read.item {
            Some(found) => item = found,
            None => return Ok(None),
        }
    }
    Err(StorageError::Unwritten("it changed each time that it was read: run the migration again".into()))
}

/// The item as this release would write it.
fn rewritten<'a>(kinds: &'a [Kind], item: &Item) -> Result<(&'a str, Item), StorageError> {
    let mut now = item.clone();
    let kind = kind_of(kinds, &now).ok_or(StorageError::Unknown)?;
    kind.up_to_date(&mut now)?;
    if let Some(rewrite) = kind.rewrite {
        let written = rewrite(now.clone(), &tenant_of(item))?;
        PLACES.iter().filter(|place| !written.contains_key(**place)).for_each(|place| {
            now.remove(*place);
        });
        // Attributes that this release does not know stay: an event that is stored in the item, or the commit that wrote it.
        if key_of(&written) != key_of(item) {
            return Err(StorageError::Unwritten("it would lie under another key today".into()));
        }
        now.extend(written);
    }
    now.insert(SHAPE.into(), shape::text(kind.shape));
    Ok((kind.shape, now))
}

fn key_of(item: &Item) -> (String, String) {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    (text("pk"), text("sk"))
}

fn tenant_of(item: &Item) -> MarketplaceId {
    let (pk, _) = key_of(item);
    let first = pk.split('#').next().unwrap_or_default();
    MarketplaceId::parse(first).unwrap_or_else(|_| MarketplaceId::platform())
}

/// The difference between two versions of an item.
struct Change {
    set: Vec<(String, AttributeValue)>,
    removed: Vec<String>,
}

impl Change {
    fn between(before: &Item, after: &Item) -> Self {
        let changed = |(name, value): &(&String, &AttributeValue)| before.get(*name) != Some(*value);
        let set = after.iter().filter(changed).map(|(name, value)| (name.clone(), value.clone())).collect();
        let removed = before.keys().filter(|name| !after.contains_key(*name)).cloned().collect();
        Self { set, removed }
    }

    fn is_nothing(&self) -> bool {
        self.set.is_empty() && self.removed.is_empty()
    }

    /// Writes the change if the item is still as it was read. Returns false if it is not.
    async fn write(self, table: &Table, before: &Item) -> Result<bool, StorageError> {
        table.require(Grant::MainWrite)?;
        let (mut names, mut values) = (HashMap::new(), HashMap::new());
        let (mut sets, mut removes, mut same) = (vec![], vec![], vec!["attribute_exists(pk)".to_owned()]);
        let mut touched: BTreeSet<String> = self.removed.iter().cloned().collect();
        touched.extend(self.set.iter().map(|(name, _)| name.clone()));
        // Every write increments the version.
        touched.extend(before.contains_key("version").then(|| "version".to_owned()));
        for (n, name) in touched.into_iter().enumerate() {
            match before.get(&name) {
                Some(value) => {
                    same.push(format!("#n{n} = :was{n}"));
                    values.insert(format!(":was{n}"), value.clone());
                }
                None => same.push(format!("attribute_not_exists(#n{n})")),
            }
            if let Some((_, value)) = self.set.iter().find(|(set, _)| *set == name) {
                sets.push(format!("#n{n} = :n{n}"));
                values.insert(format!(":n{n}"), value.clone());
            } else if self.removed.contains(&name) {
                removes.push(format!("#n{n}"));
            }
            names.insert(format!("#n{n}"), name);
        }
        let part = |word: &str, list: Vec<String>| match list.as_slice() {
            [] => String::new(),
            some => format!("{word} {} ", some.join(", ")),
        };
        let (pk, sk) = key_of(before);
        let sent = table
            .client
            .update_item()
            .table_name(table.name(In::Main))
            .set_key(Some(key_item(pk, sk)))
            .update_expression(part("SET", sets) + &part("REMOVE", removes))
            .condition_expression(same.join(" AND "))
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values).filter(|values| !values.is_empty()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(reply) => {
                table.meter.write(reply.consumed_capacity());
                Ok(true)
            }
            Err(error) if lost(&error) => Ok(false),
            // For example an item that would be too large: trying again would not help.
            Err(error) if error.code() == Some("ValidationException") => {
                Err(StorageError::Unwritten(StorageError::call("UpdateItem", error).to_string()))
            }
            Err(error) => Err(StorageError::call("UpdateItem", error)),
        }
    }
}

/// Whether somebody else changed the item at the same time.
fn lost(error: &SdkError<UpdateItemError>) -> bool {
    matches!(
        error.as_service_error(),
        Some(UpdateItemError::ConditionalCheckFailedException(_) | UpdateItemError::TransactionConflictException(_))
    )
}
