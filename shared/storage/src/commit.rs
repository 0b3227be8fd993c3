//! The one way to write: everything of one business step in one DynamoDB transaction, or nothing of it. What is one put needs none.

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
use serde::Serialize;
use std::time::Duration;
use tradewind_kernel::{CommitId, MarketplaceId, Time, event::AnyEvent, zone::Zone};

/// How long an event stays on the outbox for replay.
const EVENTS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a stored reply is replayed.
const REPLIES_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// DynamoDB's limit on one transaction.
const MOST_ACTIONS: usize = 100;

/// The writes of one business step. The first thing that cannot be written is kept and told by [`Commit::send`].
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
    /// An empty commit for one tenant. `id` makes a repeated send of the same commit one effect (for ten minutes, as DynamoDB
    /// remembers it) and begins the ids of its events.
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

    /// The same commit in a marketplace whose days begin elsewhere than in UTC.
    #[must_use]
    pub fn in_zone(self, zone: &Zone) -> Self {
        Self { zone: zone.clone(), ..self }
    }

    /// Whose items it writes.
    pub fn tenant(&self) -> &MarketplaceId {
        &self.tenant
    }

    /// Where its marketplace's days begin.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Writes something new; if its key is taken, it is refused so.
    pub fn create<E: Entity>(self, entity: &E, taken: impl Refusal) -> Self {
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::refused(taken))
    }

    /// Writes something new whose key is taken only if this has happened before, such as a provider's event.
    pub fn create_once<E: Entity>(self, entity: &E) -> Self {
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::Again)
    }

    /// Writes something new whose key is taken only if another request was faster: reading again shows it.
    pub fn create_fresh<E: Entity>(self, entity: &E) -> Self {
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::Stale)
    }

    /// Writes a change to something that was read, unless it has changed since. Counts its version up.
    pub fn update<E: Entity>(self, entity: &mut E) -> Self {
        let read = entity.version().map(|version| {
            let read = *version;
            *version = version.saturating_add(1);
            read
        });
        self.put(entity, Some("version = :read"), read, Denial::Stale)
    }

    /// Writes something, whatever was there.
    pub fn replace<E: Entity>(self, entity: &E) -> Self {
        self.put(entity, None, None, Denial::Stale)
    }

    /// Deletes something that is there.
    pub fn delete<E>(self, key: Key<E>) -> Self {
        self.delete_if(key, Denial::Stale, |delete| delete.condition_expression("attribute_exists(pk)"))
    }

    /// Deletes something on a condition.
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

    /// Changes something that is counted, and so not written whole.
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

    /// Adds to number attributes of something that exists, without reading it.
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
    pub fn emit(self, event: impl Serialize) -> Self {
        self.emit_later(event, 0)
    }

    /// Puts an event on the outbox, to be held back for some seconds (at most 900) before consumers see it.
    pub fn emit_later(mut self, event: impl Serialize, delay_seconds: u16) -> Self {
        match serde_json::to_value(event).and_then(serde_json::from_value) {
            Ok(event) => self.events.push((event, delay_seconds)),
            Err(e) => return self.failed(impossible(e)),
        }
        self
    }

    /// Marks an event as acted on by a consumer: a second commit with the same mark is [`CommitError::Again`].
    pub fn once(self, consumer: &str, event: &str) -> Self {
        let done = self.done(consumer, event, vec![]);
        self.put(&done, Some("attribute_not_exists(pk)"), None, Denial::Again)
    }

    /// Marks that a consumer has acted on a part of an event, or, if these are none, on what was left of it.
    pub fn partly(self, consumer: &str, event: &str, only: Vec<String>) -> Self {
        let done = self.done(consumer, event, only);
        self.replace(&done)
    }

    fn done(&self, consumer: &str, event: &str, only: Vec<String>) -> Done {
        Done { consumer: consumer.into(), event: event.into(), only, expires_at: self.now.after(EVENTS_KEPT) }
    }

    /// Stores the reply to a request with an idempotency key.
    pub fn reply(self, key: Key<ReplyRecord>, fingerprint: String, reply: StoredReply) -> Self {
        let record = ReplyRecord::new(fingerprint, reply, self.now.after(REPLIES_KEPT).seconds());
        let mut item: Item = match serde_dynamo::aws_sdk_dynamodb_1::to_item(&record) {
            Ok(item) => item,
            Err(e) => return self.failed(CommitError::Impossible(e.to_string())),
        };
        item.extend(key_item(key.pk, key.sk));
        item.insert(SHAPE.into(), shape::text(ReplyRecord::SHAPE));
        // DynamoDB deletes what expired within days, not at once: an expired record may be written over.
        let put = Put::builder()
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR #ttl < :now")
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":now", AttributeValue::N(self.now.seconds().to_string()));
        self.action(In::Ephemeral, Denial::Again, |name| {
            put.table_name(name).build().map(|p| TransactWriteItem::builder().put(p).build())
        })
    }

    /// Writes it all, unless that has happened before.
    pub async fn send_once(self, table: &Table) -> Result<(), CommitError> {
        match self.send(table).await {
            Err(CommitError::Again) => Ok(()),
            sent => sent,
        }
    }

    /// What it asks of the table.
    pub fn actions(self) -> Result<Vec<(TransactWriteItem, Denial)>, CommitError> {
        self.finished().map(|commit| commit.actions)
    }

    /// Adds what was summed up and what is told, and says whether the commit is possible.
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

    /// Writes it all, or nothing.
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

    /// The commit cannot be: the first fault is kept.
    pub fn failed(mut self, fault: CommitError) -> Self {
        self.fault = self.fault.or(Some(fault));
        self
    }
}

fn impossible(error: impl ToString) -> CommitError {
    CommitError::Impossible(error.to_string())
}

/// The name of a table within a commit. The SDK wants one when an action is built; [`name_table`] turns it into the deployment's
/// when the commit is sent.
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
