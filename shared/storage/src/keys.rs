//! Keys and lists. Each noun formats its own keys, next to its entities and nowhere else.

use crate::entities::{Attempts, Done, Notified, ReplyRecord};
use std::marker::PhantomData;
use tradewind_kernel::{
    MarketplaceId, Time,
    event::{AnyEvent, Envelope},
    names,
    timer::{Due, Timer},
};

/// Shards of the due index. One partition takes about 1,000 write units a second and a transactional write costs two.
pub const DUE_SHARDS: u8 = 4;

/// Which table a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum In {
    /// The table `main`, for what lasts.
    Main,
    /// The table `ephemeral`, for what expires.
    Ephemeral,
}

/// The key of one item; its type says which entity is stored there.
#[derive(Debug)]
pub struct Key<E> {
    /// The table that holds the item.
    pub table: In,
    /// The partition key.
    pub pk: String,
    /// The sort key.
    pub sk: String,
    is: PhantomData<fn() -> E>,
}

impl<E> Clone for Key<E> {
    fn clone(&self) -> Self {
        Self { table: self.table, pk: self.pk.clone(), sk: self.sk.clone(), is: PhantomData }
    }
}

/// Where a list lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// In a partition of the main table.
    Table,
    /// In a partition of the ephemeral table, which has no indexes.
    Ephemeral,
    /// In the first index.
    Gsi1,
    /// In the second index.
    Gsi2,
}

/// A list of items that one `Query` reads page by page, of either table. In the ephemeral table, items may still be listed after they
/// have expired: code that lists them checks when each expires, as code that reads a single one does.
#[derive(Debug)]
pub struct List<E> {
    /// The table or index in which it lies.
    pub path: Path,
    /// The partition key.
    pub pk: String,
    /// The prefix of the sort keys.
    pub prefix: String,
    /// Only sort keys up to this one; replaces the prefix.
    pub up_to: Option<String>,
    /// Only sort keys after this one; replaces the prefix. Together with `up_to` it is the first key of the range, which is included.
    pub after: Option<String>,
    /// Whether it is read strongly consistently, in its current state; only a list in the table itself can be.
    pub consistent: bool,
    /// Whether the list is read in descending order of the sort keys.
    pub newest_first: bool,
    is: PhantomData<fn() -> E>,
}

impl<E> Key<E> {
    /// A key in the main table.
    pub fn main(pk: String, sk: impl Into<String>) -> Self {
        Self { table: In::Main, pk, sk: sk.into(), is: PhantomData }
    }

    /// A key in the ephemeral table.
    pub fn ephemeral(pk: String, sk: impl Into<String>) -> Self {
        Self { table: In::Ephemeral, pk, sk: sk.into(), is: PhantomData }
    }
}

impl<E> List<E> {
    /// The list of a partition whose sort keys begin with `prefix`.
    pub fn of(path: Path, pk: String, prefix: &str, newest_first: bool) -> Self {
        Self {
            path,
            pk,
            prefix: prefix.into(),
            up_to: None,
            after: None,
            consistent: false,
            newest_first,
            is: PhantomData,
        }
    }
}

impl<E> List<E> {
    /// The name of the list for cursors: a position in one list is not valid in another, nor in another part of the same one.
    pub fn name(&self) -> String {
        let Self { path, pk, prefix, up_to, after, consistent: _, newest_first, is: _ } = self;
        format!("{path:?}#{pk}#{prefix}#{up_to:?}#{after:?}#{newest_first}")
    }

    /// The part of the list whose sort keys begin with this prefix.
    #[must_use]
    pub fn beginning(self, prefix: &str) -> Self {
        Self { prefix: prefix.into(), ..self }
    }

    /// The part of the list after a sort key, oldest first.
    #[must_use]
    pub fn after(self, sk: String) -> Self {
        Self { after: Some(sk), newest_first: false, ..self }
    }

    /// The part of the list from one sort key to another, both included.
    #[must_use]
    pub fn between(self, first: String, last: String) -> Self {
        Self { after: Some(first), up_to: Some(last), ..self }
    }
}

/// Sorts after every time and every id: the end of a span without an end of its own.
pub const END: &str = "~";

impl<E> List<E> {
    /// The list in its current state (a consistent read), for twice the units. Only a list in the table itself can be read so.
    #[must_use]
    pub fn now(self) -> Self {
        Self { consistent: true, ..self }
    }

    /// The part of the list, oldest first, after one sort key and before another. An empty `after` means from the beginning.
    #[must_use]
    pub fn span(self, after: &str, before: &str) -> Self {
        // A key plus one more character sorts directly after the key; "0" sorts before any time and id.
        let first = if after.is_empty() { format!("{}0", self.prefix) } else { format!("{after}!") };
        let last = format!("{}{before}", self.prefix);
        Self { after: Some(first), up_to: Some(last), newest_first: false, ..self }
    }
}

/// A number below `shards` that is always the same for the same text (FNV-1a).
pub fn shard(text: &str, shards: u8) -> u8 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    u8::try_from(hash.checked_rem(u64::from(shards)).unwrap_or(0)).unwrap_or(0)
}

/// The sort key in a list by name.
pub fn by_name(name: &str, id: impl std::fmt::Display) -> String {
    format!("{}#{id}", names::folded(name))
}

/// The key of the stored reply to a request with an idempotency key. The tenant is `None` for the platform's operator.
pub fn reply(t: Option<&MarketplaceId>, caller: &str, key: &str) -> Key<ReplyRecord> {
    let tenant = t.map_or("platform", |t| t.as_str());
    Key::ephemeral(format!("{tenant}#idempotency#{caller}#{key}"), "reply")
}

/// The key of the attempts of a kind by somebody, or at something.
pub fn attempts(t: &MarketplaceId, kind: &str, who: &str) -> Key<Attempts> {
    Key::ephemeral(format!("{t}#attempts#{kind}#{who}"), "attempts")
}

/// The key of the mark that a consumer has handled an event.
pub fn done(t: &MarketplaceId, consumer: &str, event: &str) -> Key<Done> {
    Key::ephemeral(format!("{t}#done#{consumer}#{event}"), "done")
}

/// The key of the record that a recipient was notified of a dead letter: the administrators of a marketplace, or the platform's
/// operator.
pub fn notified(t: Option<&MarketplaceId>, message: &str) -> Key<Notified> {
    let tenant = t.map_or("platform", |t| t.as_str());
    Key::ephemeral(format!("{tenant}#told#{message}"), "told")
}

/// The key of an event on the outbox.
pub fn event(t: &MarketplaceId, commit: &str, number: usize) -> Key<Envelope<AnyEvent>> {
    Key::main(format!("{t}#event#{commit}"), format!("event#{number:03}"))
}

/// The three kinds of timers, each swept by a function of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind {
    /// Payments that were not made in time.
    Payment,
    /// Orders that move on by themselves.
    Order,
    /// Payouts of marketplaces to their sellers.
    Payouts,
}

/// The key of a timer.
pub fn timer(timer: &Timer) -> Key<Timer> {
    let Timer { due_at, marketplace, due } = timer;
    let (kind, id) = match due {
        Due::Payment(id) => (DueKind::Payment, id.as_str()),
        Due::Order(id) => (DueKind::Order, id.as_str()),
        Due::Payouts(id) => (DueKind::Payouts, id.as_str()),
    };
    Key::main(due_pk(kind, shard(id, DUE_SHARDS)), format!("{due_at}#{marketplace}#{id}"))
}

/// The timers of one shard that are due, the oldest first.
pub fn due(kind: DueKind, shard: u8, now: Time) -> List<Timer> {
    // "$" sorts directly after the "#" that follows the time.
    List { up_to: Some(format!("{now}$")), ..List::of(Path::Table, due_pk(kind, shard), "", false) }
}

fn due_pk(kind: DueKind, shard: u8) -> String {
    let kind = match kind {
        DueKind::Payment => "payment",
        DueKind::Order => "order",
        DueKind::Payouts => "payouts",
    };
    format!("platform#due#{kind}#{shard}")
}

/// The sort key of an item in a list by time.
pub fn by_time(at: Time, id: impl std::fmt::Display) -> String {
    format!("{at}#{id}")
}
