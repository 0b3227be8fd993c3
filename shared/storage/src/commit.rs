//! The one way to write: everything of one business step in one DynamoDB transaction, or nothing. A step with a single put needs no
//! transaction.

mod alone;
mod effect;
mod outbox;
mod outcome;

pub use effect::{Effect, Summed};
pub use outcome::{CommitError, Denial, Refusal};

use crate::{
    Entity, Grant, Key, Table,
    entities::{Done, ReplyRecord, StoredReply},
    item::{Item, TTL, key_item},
    keys::In,
    shape::{self, SHAPE, Shaped},
    table::write,
};
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update,
    builders::{DeleteBuilder, UpdateBuilder},
};
use outcome::why;
use std::time::Duration;
use tradewind_kernel::{
    CommitId, MarketplaceId, Time,
    event::{AnyEvent, Event},
    zone::Zone,
};

/// How long an event stays on the outbox so that it can be replayed.
const EVENTS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long the reply to an idempotency key is stored for replay.
/// The most actions that DynamoDB allows in one transaction.
const MOST_ACTIONS: usize = 100;

/// The writes of one business step. If something cannot be written, the first such fault is kept and returned by [`Commit::send`].
#[derive(Debug)]
pub struct Commit {
    tenant: MarketplaceId,
    id: CommitId,
    now: Time,
    trace: Option<String>,
    zone: Zone,
    actions: Vec<(TransactWriteItem, Denial)>,
    touched: Vec<In>,
    summed: Vec<Box<dyn Summed>>,
    events: Vec<(AnyEvent, u16)>,
    fault: Option<CommitError>,
}

impl Commit {
    /// An empty commit for one tenant. `id` is the transaction's token, with which sending the same commit again has no second effect
    /// (DynamoDB remembers it for ten minutes), and the beginning of its events' ids.
    pub fn new(tenant: &MarketplaceId, id: CommitId, now: Time, trace: Option<String>) -> Self {
        Self {
            tenant: tenant.clone(),
            id,
            now,
            trace,
            zone: Zone::UTC,
            actions: vec![],
            touched: vec![],
            summed: vec![],
            events: vec![],
            fault: None,
        }
    }

    /// The same commit for a marketplace with this time zone, which decides when its days begin.
    #[must_use]
    pub fn in_zone(self, zone: &Zone) -> Self {
        Self { zone: zone.clone(), ..self }
    }

    /// The marketplace whose items it writes.
    pub fn tenant(&self) -> &MarketplaceId {
        &self.tenant
    }

    /// The marketplace's time zone, which decides when its days begin.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Writes a new item; if its key exists already, the commit is refused with `taken`.
    pub fn create<E: Entity>(self, entity: &E, taken: impl Refusal) -> Self {
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::refused(taken))
    }

    /// Writes a new item; if its key exists already, the same thing, such as a provider's event, has been processed before.
    pub fn create_once<E: Entity>(self, entity: &E) -> Self {
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::Again)
    }

    /// Writes a new item; if its key exists already, another request was faster, and reading again shows its item.
    pub fn create_fresh<E: Entity>(self, entity: &E) -> Self {
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::Stale)
    }

    /// Writes a changed item, unless it has changed since it was read. Increments its version.
    pub fn update<E: Entity>(self, entity: &mut E) -> Self {
        let read = entity.version().map(|version| {
            let read = *version;
            *version = version.saturating_add(1);
            read
        });
        self.put(entity, Some("version = :read"), read, Denial::Stale)
    }

    /// Writes an item and replaces whatever was there.
    pub fn replace<E: Entity>(self, entity: &E) -> Self {
        self.put(entity, None, None, Denial::Stale)
    }

    /// Deletes an item, which must exist.
    pub fn delete<E>(self, key: Key<E>) -> Self {
        self.delete_if(key, Denial::Stale, |delete| delete.condition_expression("attribute_exists(pk)"))
    }

    /// Deletes an item on a condition.
    pub fn delete_if<E>(
        self,
        key: Key<E>,
        denial: Denial,
        condition: impl FnOnce(DeleteBuilder) -> DeleteBuilder,
    ) -> Self {
        let delete = condition(Delete::builder().set_key(Some(key_item(key.pk, key.sk))));
        self.action(key.table, denial, |name| {
            delete.table_name(name).build().map(|d| TransactWriteItem::builder().delete(d).build())
        })
    }

    /// Changes attributes of an item that is counted and therefore never written whole.
    pub fn change<E: Shaped>(
        self,
        key: Key<E>,
        denial: Denial,
        change: impl FnOnce(UpdateBuilder) -> UpdateBuilder,
    ) -> Self {
        let update = change(Update::builder().set_key(Some(key_item(key.pk, key.sk))));
        self.action(key.table, denial, |name| {
            update.table_name(name).build().map(|u| TransactWriteItem::builder().update(u).build())
        })
    }

    /// Adds to number attributes of an existing item, without reading it.
    pub fn count<E: Shaped>(self, key: Key<E>, counters: &[(&'static str, u32)]) -> Self {
        let added = counters.iter().map(|(name, _)| format!("#{name} :{name}")).collect::<Vec<_>>().join(", ");
        self.change(key, Denial::Stale, |update| {
            let update = update.update_expression(format!("ADD {added}")).condition_expression("attribute_exists(pk)");
            counters.iter().fold(update, |update, (name, by)| {
                update
                    .expression_attribute_names(format!("#{name}"), *name)
                    .expression_attribute_values(format!(":{name}"), AttributeValue::N(by.to_string()))
            })
        })
    }

    /// Puts an event on the outbox.
    pub fn emit(self, event: impl Event) -> Self {
        self.emit_later(event, 0)
    }

    /// Puts an event on the outbox, to be held back for some seconds (at most 900) before consumers see it.
    pub fn emit_later(mut self, event: impl Event, delay_seconds: u16) -> Self {
        match serde_json::to_value(event).and_then(serde_json::from_value) {
            Ok(event) => self.events.push((event, delay_seconds)),
            Err(e) => return self.failed(impossible(e)),
        }
        self
    }

    /// Marks an event as handled by a consumer: a second commit with the same mark fails with [`CommitError::Again`].
    pub fn once(self, consumer: &str, event: &str) -> Self {
        let done = self.done(consumer, event, vec![]);
        self.put(&done, Some("attribute_not_exists(pk)"), None, Denial::Again)
    }

    /// Marks a part of an event as handled by a consumer, or, if `only` is empty, all that was left of it.
    pub fn partly(self, consumer: &str, event: &str, only: Vec<String>) -> Self {
        let done = self.done(consumer, event, only);
        self.replace(&done)
    }

    fn done(&self, consumer: &str, event: &str, only: Vec<String>) -> Done {
        Done { consumer: consumer.into(), event: event.into(), only, expires_at: self.now.after(EVENTS_KEPT) }
    }

    /// Stores the reply to a request that has an idempotency key.
    pub fn reply(self, key: Key<ReplyRecord>, fingerprint: String, reply: StoredReply, kept: Duration) -> Self {
        let record = ReplyRecord::new(fingerprint, reply, self.now.after(kept).seconds());
        let mut item: Item = match serde_dynamo::aws_sdk_dynamodb_1::to_item(&record) {
            Ok(item) => item,
            Err(e) => return self.failed(CommitError::Impossible(e.to_string())),
        };
        item.extend(key_item(key.pk, key.sk));
        item.insert(SHAPE.into(), shape::text(ReplyRecord::SHAPE));
        // DynamoDB deletes expired items within days, not at once: an expired record may be overwritten.
        let put = Put::builder()
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR #ttl < :now")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":now", AttributeValue::N(self.now.seconds().to_string()));
        self.action(In::Ephemeral, Denial::Again, |name| {
            put.table_name(name).build().map(|p| TransactWriteItem::builder().put(p).build())
        })
    }

    /// Sends the commit; if it had happened before, that counts as success.
    pub async fn send_once(self, table: &Table) -> Result<(), CommitError> {
        match self.send(table).await {
            Err(CommitError::Again) => Ok(()),
            sent => sent,
        }
    }

    /// The actions of the transaction, each with the reason if its condition fails.
    pub fn actions(self) -> Result<Vec<(TransactWriteItem, Denial)>, CommitError> {
        self.finished().map(|commit| commit.actions)
    }

    /// Adds the summed-up writes and the events, and returns the fault if the commit is not possible.
    fn finished(mut self) -> Result<Self, CommitError> {
        for summed in std::mem::take(&mut self.summed) {
            self = summed.write(self);
        }
        self = self.write_events();
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        match self.actions.len() {
            0..=MOST_ACTIONS => Ok(self),
            many => Err(CommitError::Impossible(format!("{many} actions, at most {MOST_ACTIONS}"))),
        }
    }

    /// Writes everything in one transaction, or nothing.
    pub async fn send(self, table: &Table) -> Result<(), CommitError> {
        let commit = self.finished()?;
        if commit.actions.is_empty() {
            return Ok(());
        }
        for place in &commit.touched {
            table.require(match place {
                In::Main => Grant::MainWrite,
                In::Ephemeral => Grant::EphemeralWrite,
            })?;
        }
        if let Some((put, denial)) = commit.alone() {
            return alone::put(table, put, commit.id.as_str(), denial).await;
        }
        let (actions, denials): (Vec<_>, Vec<_>) = commit.actions.into_iter().unzip();
        let actions = actions.into_iter().map(|action| name_table(action, table)).collect();
        let sent = table
            .client
            .transact_write_items()
            .set_transact_items(Some(actions))
            .client_request_token(commit.id.as_str())
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await;
        match sent {
            Ok(reply) => {
                table.meter.write(reply.consumed_capacity());
                Ok(())
            }
            Err(error) => Err(why(error, &denials)),
        }
    }

    fn put<E: Entity>(self, entity: &E, condition: Option<&str>, read: Option<u64>, denial: Denial) -> Self {
        match write(entity, &self.tenant) {
            Ok((table, item)) => {
                let value = read.and_then(|v| i64::try_from(v).ok()).map(|v| (":read", v));
                self.put_item(table, item, condition, value, denial)
            }
            Err(e) => self.failed(e.into()),
        }
    }

    fn put_item(
        self,
        table: In,
        item: Item,
        condition: Option<&str>,
        value: Option<(&str, i64)>,
        denial: Denial,
    ) -> Self {
        let mut put = Put::builder().set_item(Some(item)).set_condition_expression(condition.map(str::to_owned));
        if let Some((name, number)) = value {
            put = put.expression_attribute_values(name, AttributeValue::N(number.to_string()));
        }
        self.action(table, denial, |name| {
            put.table_name(name).build().map(|p| TransactWriteItem::builder().put(p).build())
        })
    }

    fn action<Error: std::error::Error>(
        mut self,
        table: In,
        denial: Denial,
        build: impl FnOnce(&str) -> Result<TransactWriteItem, Error>,
    ) -> Self {
        self.touched.push(table);
        match build(logical_name(table)) {
            Ok(action) => self.actions.push((action, denial)),
            Err(e) => self.fault = self.fault.take().or(Some(impossible(e))),
        }
        self
    }

    /// Marks the commit as impossible; the first fault is kept.
    pub fn failed(mut self, fault: CommitError) -> Self {
        self.fault = self.fault.or(Some(fault));
        self
    }
}

fn impossible(error: impl ToString) -> CommitError {
    CommitError::Impossible(error.to_string())
}

/// The logical name of a table within a commit, because the SDK requires a name when an action is built. [`name_table`]
/// replaces it with the deployment's name when the commit is sent.
const fn logical_name(table: In) -> &'static str {
    match table {
        In::Main => "main",
        In::Ephemeral => "ephemeral",
    }
}

fn name_table(mut action: TransactWriteItem, table: &Table) -> TransactWriteItem {
    let real = |name: &mut String| {
        *name = table.name(if name == logical_name(In::Main) { In::Main } else { In::Ephemeral }).to_owned();
    };
    if let Some(put) = &mut action.put {
        real(&mut put.table_name);
    }
    if let Some(update) = &mut action.update {
        real(&mut update.table_name);
    }
    if let Some(delete) = &mut action.delete {
        real(&mut delete.table_name);
    }
    action
}
