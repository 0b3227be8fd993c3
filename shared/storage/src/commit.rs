//! The one way to write: everything of one business step in one DynamoDB transaction, or nothing of it. What is one put needs none.

mod alone;
mod balances;
mod coupons;
mod outbox;
mod outcome;
mod stock;

pub use outcome::{CommitError, Denial};

use crate::{
    Entity, Grant, Key, Table,
    entities::{Done, ReplyRecord},
    keys::{self, BALANCE_SHARDS, In},
    shape::{self, SHAPE, Shaped},
    table::{Item, TTL, key_item, write},
};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update};
use outcome::why;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use tradewind_domain::{
    CommitId, Currency, MarketplaceId, Money, SellerId, Time,
    event::Event,
    ledger::{Account, Journal, SELLERS_CONTROL},
    order::Timer,
    payout::{LedgerEntry, Payout},
    period::Day,
    process::Changes,
    zone::Zone,
};

/// How long an event stays on the outbox for replay.
const EVENTS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a stored reply is replayed.
const REPLIES_KEPT: Duration = Duration::from_secs(24 * 60 * 60);
/// DynamoDB's limit on one transaction.
const MOST_ACTIONS: usize = 100;

/// A reply as it is stored and replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredReply {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to the reply, such as `location` and `etag`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

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
    balances: BTreeMap<(String, u8, Currency), Money>,
    days: BTreeMap<(String, u8, Currency, Day), Money>,
    expected: BTreeMap<(String, u8, Currency), i64>,
    booked: Option<Time>,
    paid: Option<Payout>,
    events: Vec<(Event, u16)>,
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
            balances: BTreeMap::new(),
            days: BTreeMap::new(),
            expected: BTreeMap::new(),
            booked: None,
            paid: None,
            events: vec![],
            fault: None,
        }
    }

    /// The same commit in a marketplace whose days begin elsewhere than in UTC.
    #[must_use]
    pub fn in_zone(self, zone: &Zone) -> Self {
        Self { zone: zone.clone(), ..self }
    }

    /// Writes something new; if its key is taken, `code` is the refusal.
    pub fn create<E: Entity>(self, entity: &E, code: &'static str) -> Self {
        let subject = entity.key(&self.tenant).pk;
        self.put(entity, Some("attribute_not_exists(pk)"), None, Denial::Refused { code, subject })
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
        let table = key.table;
        let delete =
            Delete::builder().set_key(Some(key_item(key.pk, key.sk))).condition_expression("attribute_exists(pk)");
        self.action(table, Denial::Stale, |name| {
            delete.table_name(name).build().map(|d| TransactWriteItem::builder().delete(d).build())
        })
    }

    /// Adds to number attributes of something that exists, without reading it.
    pub fn count<E>(self, key: Key<E>, counters: &[(&'static str, u32)]) -> Self {
        let table = key.table;
        let added = counters.iter().map(|(name, _)| format!("#{name} :{name}")).collect::<Vec<_>>().join(", ");
        let mut update = Update::builder()
            .set_key(Some(key_item(key.pk, key.sk)))
            .update_expression(format!("ADD {added}"))
            .condition_expression("attribute_exists(pk)");
        for (name, by) in counters {
            update = update
                .expression_attribute_names(format!("#{name}"), *name)
                .expression_attribute_values(format!(":{name}"), AttributeValue::N(by.to_string()));
        }
        self.action(table, Denial::Stale, |name| {
            update.table_name(name).build().map(|u| TransactWriteItem::builder().update(u).build())
        })
    }

    /// Enters a journal: the journal itself once and for all, an entry for each account with a holder, and the balances. If a
    /// journal of this kind exists for the subject, this has happened before.
    pub fn post(mut self, journal: &Journal) -> Self {
        let journal = &journal.clone().counted_in(&self.zone);
        let shard = keys::shard(&journal.subject, BALANCE_SHARDS);
        self.booked = Some(self.booked.map_or(journal.at, |before| before.min(journal.at)));
        for posting in &journal.postings {
            let code = posting.account.code();
            if posting.account.holder().is_some() {
                let entry = LedgerEntry {
                    journal: journal.id.clone(),
                    kind: journal.kind,
                    account: posting.account.clone(),
                    amount: posting.amount,
                    subject: journal.subject.clone(),
                    at: journal.at,
                };
                self = self.create_once(&entry);
                self.add_balance(code, 0, posting.amount, journal);
                self.add_balance(SELLERS_CONTROL.into(), shard, posting.amount, journal);
            } else {
                self.add_balance(code, shard, posting.amount, journal);
            }
        }
        self.create_once(journal)
    }

    /// Posts to what a seller is owed only if that is still this much: two payouts never send the same money.
    pub fn expect_owed(mut self, seller: &SellerId, owed: Money) -> Self {
        // The ledger holds what is owed as a credit, which is negative.
        let shard = (Account::SellerPayable(seller.clone()).code(), 0, owed.currency);
        self.expected.insert(shard, owed.amount.saturating_neg());
        self
    }

    /// Writes a payout. It is posted only if the seller is still owed what it was made from, and closes their account up to its
    /// time: what is booked later has a later time.
    pub fn pay(mut self, payout: &Payout) -> Self {
        let Ok(owed) = payout.amount.plus(payout.closes.closing) else {
            return self.failed(CommitError::Impossible("more is owed than an amount can hold".into()));
        };
        self.paid = Some(payout.clone());
        self.create_once(payout).expect_owed(&payout.seller, owed)
    }

    /// Writes what a step of a sale changes: see [`tradewind_domain::process`]. Stock that is not where the orders say it must
    /// be is the refusal `stock_differs`: it cannot happen as long as everything is written by steps.
    pub fn apply(mut self, changes: &mut Changes) -> Self {
        for order in &mut changes.orders {
            self = self.update(order);
        }
        if let Some(payment) = &mut changes.payment {
            self = self.update(payment);
        }
        if let Some(payout) = &mut changes.payout {
            self = self.update(payout);
        }
        for refund in &changes.new_refunds {
            self = self.create_once(refund);
        }
        if let Some(refund) = &mut changes.refund {
            self = self.update(refund);
        }
        if let Some(dispute) = &changes.new_dispute {
            self = self.create_once(dispute);
        }
        if let Some(dispute) = &mut changes.dispute {
            self = self.update(dispute);
        }
        if let Some(cart) = &mut changes.cart {
            self = self.update(cart);
        }
        if let Some((used, buyer)) = &changes.unused_coupon {
            self = self.give_back_coupon(used, buyer);
        }
        for change in &changes.stock {
            self = self.move_stock(change, "stock_differs");
        }
        if let Some(journal) = &changes.journal {
            self = self.post(journal);
        }
        for event in &changes.events {
            self = self.emit(event.clone());
        }
        for timer in &changes.timers {
            self = self.timer(timer);
        }
        self
    }

    /// Puts an event on the outbox.
    pub fn emit(self, event: Event) -> Self {
        self.emit_later(event, 0)
    }

    /// Puts an event on the outbox, to be held back for some seconds (at most 900) before consumers see it.
    pub fn emit_later(mut self, event: Event, delay_seconds: u16) -> Self {
        self.events.push((event, delay_seconds));
        self
    }

    /// Sets a timer.
    pub fn timer(self, timer: &Timer) -> Self {
        self.replace(timer)
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

    /// Writes it all, or nothing.
    pub async fn send(mut self, table: &Table) -> Result<(), CommitError> {
        self.write_balances();
        self = self.write_events();
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if self.actions.is_empty() {
            return Ok(());
        }
        if self.actions.len() > MOST_ACTIONS {
            return Err(CommitError::Impossible(format!("{} actions, at most {MOST_ACTIONS}", self.actions.len())));
        }
        for place in &self.touched {
            table.require(match place {
                In::Main => Grant::MainWrite,
                In::Ephemeral => Grant::EphemeralWrite,
            })?;
        }
        if let Some((put, denial)) = self.alone() {
            return alone::put(table, put, self.id.as_str(), denial).await;
        }
        let (actions, denials): (Vec<_>, Vec<_>) = self.actions.into_iter().unzip();
        let actions = actions.into_iter().map(|action| name_table(action, table)).collect();
        let sent = table
            .client
            .transact_write_items()
            .set_transact_items(Some(actions))
            .client_request_token(self.id.as_str())
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

    fn failed(mut self, fault: CommitError) -> Self {
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

#[cfg(test)]
mod tests;
