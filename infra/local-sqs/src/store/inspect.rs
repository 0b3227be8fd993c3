//! Counting and looking at messages without receiving them.

use rusqlite::params;

use super::{Store, receive::expire};
use crate::{PeekedMessage, QueueDepth, error::Error, fault::Answer, queue::Queue};

/// The numbers of messages in a queue, by state. Counting walks through the queue's part of an index.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) visible: i64,
    pub(crate) in_flight: i64,
    pub(crate) delayed: i64,
}

impl Store {
    pub(crate) fn counts(&self, queue: &Queue, now: i64) -> Answer<Counts> {
        Ok(self.count(queue, now)?)
    }

    fn count(&self, queue: &Queue, now: i64) -> rusqlite::Result<Counts> {
        // Perhaps nobody ever receives from a dead-letter queue: messages past its retention must not be counted for ever.
        let tx = self.conn.unchecked_transaction()?;
        expire(&tx, queue, now)?;
        tx.commit()?;
        let visible = self
            .conn
            .prepare_cached("SELECT count(*) FROM messages WHERE queue = ?1 AND visible_at <= ?2")?
            .query_row(params![queue.id, now], |row| row.get(0))?;
        let (in_flight, delayed) = self
            .conn
            .prepare_cached(
                "SELECT coalesce(sum(taken), 0), coalesce(sum(1 - taken), 0) FROM messages
                 WHERE queue = ?1 AND visible_at > ?2",
            )?
            .query_row(params![queue.id, now], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Counts { visible, in_flight, delayed })
    }

    /// Every queue's depth, in order of name.
    pub(crate) fn depths(&self, now: i64) -> Result<Vec<QueueDepth>, Error> {
        let page = self.list(|_| true, None, usize::MAX);
        let depth = |queue: &Queue| {
            let counts = self.count(queue, now)?;
            let unsigned = |count: i64| u64::try_from(count).unwrap_or(0);
            Ok(QueueDepth {
                name: queue.name.clone(),
                visible: unsigned(counts.visible),
                in_flight: unsigned(counts.in_flight),
                delayed: unsigned(counts.delayed),
            })
        };
        page.queues.iter().map(|queue| depth(queue)).collect()
    }

    /// The oldest messages of a queue in any state, without changing them.
    pub(crate) fn peek(&self, name: &str, limit: usize, now: i64) -> Result<Vec<PeekedMessage>, Error> {
        let queue = self.queues.get(name).ok_or_else(|| Error::NoSuchQueue(name.to_owned()))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let before = now.saturating_sub(queue.settings.retention_ms);
        let peeked = self
            .conn
            .prepare_cached(
                "SELECT id, body, receives, sent_at, source FROM messages WHERE queue = ?1 AND sent_at > ?2
                 ORDER BY sent_at, seq LIMIT ?3",
            )?
            .query_map(params![queue.id, before, limit], |row| {
                let receives: i64 = row.get(2)?;
                Ok(PeekedMessage {
                    id: row.get(0)?,
                    body: row.get(1)?,
                    receive_count: u64::try_from(receives).unwrap_or(0),
                    sent_at_ms: row.get(3)?,
                    source_arn: row.get(4)?,
                })
            })?
            .collect::<Result<_, _>>()?;
        Ok(peeked)
    }
}
