//! Accepting messages.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Store, fifo, run};
use crate::{digest::uuid, fault::Answer, queue::Queue};

/// How long a deduplication id is remembered, even if its message is gone.
const DEDUP_MS: i64 = 300_000;

/// A checked message.
pub(crate) struct Draft {
    pub(crate) body: String,
    /// Message attributes as JSON.
    pub(crate) attributes: Option<String>,
    pub(crate) trace: Option<String>,
    /// The delay of this message, in place of the queue's.
    pub(crate) delay_ms: Option<i64>,
    pub(crate) group: Option<String>,
    /// Always set on FIFO queues.
    pub(crate) dedup: Option<String>,
}

/// The result for the sender.
pub(crate) struct Sent {
    pub(crate) id: String,
    pub(crate) seq: i64,
}

impl Store {
    /// Accepts all messages in one transaction: once this returns, they survive the end of the process.
    pub(crate) fn send(&mut self, queue: &Queue, drafts: &[&Draft], now: i64) -> Answer<Vec<Sent>> {
        let tx = self.conn.transaction()?;
        let sent = drafts.iter().map(|draft| accept(&tx, queue, draft, now)).collect::<Answer<Vec<_>>>()?;
        tx.commit()?;
        queue.arrivals.notify_waiters();
        Ok(sent)
    }
}

fn accept(tx: &Transaction<'_>, queue: &Queue, draft: &Draft, now: i64) -> Answer<Sent> {
    let dedup = dedup_key(queue, draft);
    if let Some(key) = &dedup {
        run(tx, "DELETE FROM dedups WHERE expires_at <= ?1", [now])?;
        let first = tx
            .prepare_cached("SELECT id, seq FROM dedups WHERE queue = ?1 AND dedup = ?2")?
            .query_row(params![queue.id, key], |row| Ok(Sent { id: row.get(0)?, seq: row.get(1)? }))
            .optional()?;
        // The message is accepted but not delivered again: the sender gets the answer of the first time.
        if let Some(first) = first {
            return Ok(first);
        }
    }
    let id = uuid()?;
    let visible_at = now.saturating_add(draft.delay_ms.unwrap_or(queue.settings.delay_ms));
    run(
        tx,
        "INSERT INTO messages (queue, visible_at, sent_at, grp, dedup, id, trace, attributes, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![queue.id, visible_at, now, draft.group, draft.dedup, id, draft.trace, draft.attributes, draft.body],
    )?;
    let seq = tx.last_insert_rowid();
    if let Some(key) = &dedup {
        run(
            tx,
            "INSERT INTO dedups (queue, dedup, expires_at, id, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![queue.id, key, now.saturating_add(DEDUP_MS), id, seq],
        )?;
    }
    if let (true, Some(group)) = (queue.fifo(), &draft.group) {
        fifo::joined(tx, queue.id, group, visible_at)?;
    }
    Ok(Sent { id, seq })
}

/// The id within its scope. The group's length comes first, so that two groups can never produce the same key.
fn dedup_key(queue: &Queue, draft: &Draft) -> Option<String> {
    let dedup = draft.dedup.as_ref().filter(|_| queue.fifo())?;
    let group = draft.group.as_deref().filter(|_| queue.settings.dedup_per_group).unwrap_or_default();
    Some(format!("{}:{group}:{dedup}", group.len()))
}
