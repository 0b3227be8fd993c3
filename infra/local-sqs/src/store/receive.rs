//! Receiving messages.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use rusqlite::{Connection, Row, params};

use super::{Store, fifo, first, run};
use crate::{digest::seal, fault::Answer, queue::Queue};

/// The parameters of a receive.
pub(crate) struct Take {
    pub(crate) limit: i64,
    pub(crate) visibility_ms: Option<i64>,
}

/// A received message; its counters include this receive.
pub(crate) struct Received {
    pub(crate) handle: String,
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) attributes: Option<String>,
    pub(crate) trace: Option<String>,
    pub(crate) sent_at: i64,
    pub(crate) first_received_at: i64,
    pub(crate) receives: i64,
    pub(crate) seq: i64,
    pub(crate) group: Option<String>,
    pub(crate) dedup: Option<String>,
    /// The ARN of the queue from which this dead letter came.
    pub(crate) source: Option<String>,
}

/// A stored message that may be received or moved.
pub(super) struct Candidate {
    pub(super) seq: i64,
    pub(super) group: Option<String>,
    receives: i64,
    visible_at: i64,
}

impl Store {
    /// Receives up to `limit` messages. Messages that were received too often move to the dead-letter queue instead, and expired ones are
    /// dropped.
    pub(crate) fn receive(&mut self, queue: &Queue, take: &Take, now: i64) -> Answer<Vec<Received>> {
        let dead_letters = queue.settings.redrive.as_ref().and_then(|redrive| {
            self.queues.get(&redrive.target).map(|target| (Arc::clone(target), redrive.max_receives))
        });
        let tx = self.conn.transaction()?;
        expire(&tx, queue, now)?;
        let found = loop {
            let found = candidates(&tx, queue, take.limit, now)?;
            let Some((target, max_receives)) = &dead_letters else { break found };
            let (dead, alive): (Vec<_>, Vec<_>) =
                found.into_iter().partition(|candidate| candidate.receives >= *max_receives);
            if dead.is_empty() {
                break alive;
            }
            for candidate in &dead {
                bury(&tx, queue, target, candidate, now)?;
            }
        };
        let visible_at = now.saturating_add(take.visibility_ms.unwrap_or(queue.settings.visibility_ms));
        let received = found
            .iter()
            .map(|candidate| hand_out(&tx, queue, candidate.seq, visible_at, now))
            .collect::<Result<_, _>>()?;
        if queue.fifo() {
            for group in found.iter().filter_map(|candidate| candidate.group.as_deref()).collect::<BTreeSet<_>>() {
                fifo::settle(&tx, queue.id, group, now)?;
            }
        }
        tx.commit()?;
        Ok(received)
    }

    /// Milliseconds until a message that is hidden now becomes visible by itself: a long poll need not look earlier unless it is woken.
    pub(crate) fn next_visible_in(&self, queue: &Queue, now: i64) -> Answer<Option<i64>> {
        let sql = if queue.fifo() {
            "SELECT min(ready_at) FROM lanes WHERE queue = ?1 AND ready_at > ?2"
        } else {
            "SELECT min(visible_at) FROM messages WHERE queue = ?1 AND visible_at > ?2"
        };
        let at: Option<Option<i64>> = first(&self.conn, sql, params![queue.id, now])?;
        Ok(at.flatten().map(|at| at.saturating_sub(now)))
    }
}

/// Visible messages: the earliest ones of a standard queue; of a FIFO queue the first ones of its open groups, in order.
pub(super) fn candidates(conn: &Connection, queue: &Queue, limit: i64, now: i64) -> rusqlite::Result<Vec<Candidate>> {
    let read = |row: &Row<'_>| {
        Ok(Candidate { seq: row.get(0)?, group: row.get(1)?, receives: row.get(2)?, visible_at: row.get(3)? })
    };
    if !queue.fifo() {
        return conn
            .prepare_cached(
                "SELECT seq, grp, receives, visible_at FROM messages WHERE queue = ?1 AND visible_at <= ?2
                 ORDER BY visible_at, seq LIMIT ?3",
            )?
            .query_map(params![queue.id, now, limit], read)?
            .collect();
    }
    let mut found = Vec::new();
    for group in fifo::ready(conn, queue.id, limit, now)? {
        let left = limit.saturating_sub(i64::try_from(found.len()).unwrap_or(limit));
        if left == 0 {
            break;
        }
        let lane: Vec<Candidate> = conn
            .prepare_cached(
                "SELECT seq, grp, receives, visible_at FROM messages WHERE queue = ?1 AND grp = ?2
                 ORDER BY seq LIMIT ?3",
            )?
            .query_map(params![queue.id, group, left], read)?
            .collect::<Result<_, _>>()?;
        let before = found.len();
        // It never skips a message that waits, because a group keeps its order.
        found.extend(lane.into_iter().take_while(|candidate| candidate.visible_at <= now));
        if found.len() == before {
            // The lane was marked as ready, but its first message is not: the lane is corrected, otherwise a long poll would loop without a
            // pause.
            fifo::settle(conn, queue.id, &group, now)?;
        }
    }
    Ok(found)
}

fn hand_out(conn: &Connection, queue: &Queue, seq: i64, visible_at: i64, now: i64) -> rusqlite::Result<Received> {
    conn.prepare_cached(
        "UPDATE messages SET taken = 1, visible_at = ?2, receives = receives + 1, received_at = ?3,
                first_received_at = coalesce(first_received_at, ?3)
         WHERE seq = ?1
         RETURNING id, body, attributes, trace, sent_at, first_received_at, receives, grp, dedup, source",
    )?
    .query_row(params![seq, visible_at, now], |row| {
        let receives: i64 = row.get(6)?;
        Ok(Received {
            // The count makes the handle of each receive unique.
            handle: seal(&format!("{}:{seq}:{receives}", queue.id)),
            id: row.get(0)?,
            body: row.get(1)?,
            attributes: row.get(2)?,
            trace: row.get(3)?,
            sent_at: row.get(4)?,
            first_received_at: row.get(5)?,
            receives,
            seq,
            group: row.get(7)?,
            dedup: row.get(8)?,
            source: row.get(9)?,
        })
    })
}

/// Moves a message to the dead-letter queue. It keeps its id and count. For a standard queue retention continues from the first send, for a
/// FIFO queue it begins anew: both as AWS documents.
fn bury(conn: &Connection, queue: &Queue, target: &Queue, candidate: &Candidate, now: i64) -> rusqlite::Result<()> {
    run(
        conn,
        "UPDATE messages SET queue = ?2, taken = 0, visible_at = ?3, source = ?4,
                sent_at = CASE WHEN ?5 THEN ?3 ELSE sent_at END
         WHERE seq = ?1",
        params![candidate.seq, target.id, now, queue.arn(), queue.fifo()],
    )?;
    if let (true, Some(group)) = (queue.fifo(), &candidate.group) {
        fifo::settle(conn, queue.id, group, now)?;
        fifo::settle(conn, target.id, group, now)?;
    }
    target.arrivals.notify_waiters();
    Ok(())
}

/// Drops messages older than the queue's retention.
pub(super) fn expire(conn: &Connection, queue: &Queue, now: i64) -> rusqlite::Result<()> {
    let before = now.saturating_sub(queue.settings.retention_ms);
    let groups: HashMap<Option<String>, ()> = conn
        .prepare_cached("DELETE FROM messages WHERE queue = ?1 AND sent_at <= ?2 RETURNING grp")?
        .query_map(params![queue.id, before], |row| Ok((row.get(0)?, ())))?
        .collect::<Result<_, _>>()?;
    if queue.fifo() {
        for group in groups.into_keys().flatten() {
            fifo::settle(conn, queue.id, &group, now)?;
        }
    }
    Ok(())
}
