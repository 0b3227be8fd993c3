//! Message move tasks: moving dead letters back, in small steps so that others get the lock in between.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    Store, fifo, first,
    receive::{Candidate, candidates},
    run,
};
use crate::{
    digest::{seal, uuid},
    fault::{Answer, Code, Fault},
    queue::{self, Queue},
};

/// A stored task. Its status is spelled as on AWS.
pub(crate) struct Move {
    pub(crate) id: i64,
    pub(crate) handle: String,
    pub(crate) source: String,
    pub(crate) destination: Option<String>,
    pub(crate) rate: Option<i64>,
    pub(crate) status: String,
    pub(crate) moved: i64,
    pub(crate) to_move: i64,
    pub(crate) started_ms: i64,
    pub(crate) reason: Option<String>,
}

/// A task to start, with the names of queues in place of ARNs.
pub(crate) struct NewMove<'a> {
    pub(crate) source: &'a str,
    pub(crate) destination: Option<&'a str>,
    pub(crate) rate: Option<i64>,
}

/// The result of one step of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    More,
    Finished,
}

const COLUMNS: &str = "id, handle, source, destination, rate, status, moved, to_move, started_ms, reason";

impl Store {
    /// Stores a task for the messages that are visible in the dead-letter queue now.
    pub(crate) fn start_move(&mut self, new: &NewMove<'_>, now: i64) -> Answer<Move> {
        let missing = || {
            Code::ResourceNotFound.because("The resource that you specified for the SourceArn parameter doesn't exist.")
        };
        let source = self.queues.get(new.source).cloned().ok_or_else(missing)?;
        let invalid = |reason: &str| Code::InvalidParameterValue.because(reason);
        if !self.queues.values().any(|queue| queue.feeds(&source.name)) {
            return Err(invalid("Source queue must be configured as a Dead Letter Queue."));
        }
        if let Some(destination) = new.destination {
            let destination = self.queues.get(destination).ok_or_else(|| {
                Code::ResourceNotFound
                    .because("The resource that you specified for the DestinationArn parameter doesn't exist.")
            })?;
            if destination.id == source.id || destination.fifo() != source.fifo() {
                return Err(invalid("The destination must be another queue of the same type as the source."));
            }
        }
        let running: Option<i64> =
            first(&self.conn, "SELECT id FROM moves WHERE source = ?1 AND status = 'RUNNING'", [new.source])?;
        if running.is_some() {
            return Err(invalid(
                "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
            ));
        }
        let handle = seal(&format!(r#"{{"taskId":"{}","sourceArn":"{}"}}"#, uuid()?, source.arn()));
        let to_move = self.counts(&source, now)?.visible;
        let recorded = self.conn.query_row(
            &format!(
                "INSERT INTO moves (handle, source, destination, rate, status, moved, to_move, started_ms)
                 VALUES (?1, ?2, ?3, ?4, 'RUNNING', 0, ?5, ?6) RETURNING {COLUMNS}"
            ),
            params![handle, new.source, new.destination, new.rate, to_move, now],
            read,
        )?;
        Ok(recorded)
    }

    /// Moves up to `limit` messages of a running task.
    pub(crate) fn step_move(&mut self, id: i64, limit: i64, now: i64) -> Answer<Step> {
        let sql = format!("SELECT {COLUMNS} FROM moves WHERE id = ?1 AND status = 'RUNNING'");
        let Some(task) = self.conn.prepare_cached(&sql)?.query_row([id], read).optional()? else {
            return Ok(Step::Finished);
        };
        let Some(source) = self.queues.get(&task.source).cloned() else {
            return self.end_move(id, "FAILED", Some("AWS.SimpleQueueService.NonExistentQueue"));
        };
        let limit = limit.min(task.to_move.saturating_sub(task.moved));
        let tx = self.conn.transaction()?;
        let found = if limit > 0 { candidates(&tx, &source, limit, now)? } else { Vec::new() };
        let mut moved = 0_i64;
        let mut failure = None;
        for candidate in &found {
            let origin: Option<String> =
                first(&tx, "SELECT source FROM messages WHERE seq = ?1", [candidate.seq])?.flatten();
            let name = task.destination.as_deref().or_else(|| origin.as_deref().and_then(queue::name_of_arn));
            let Some(target) = name.and_then(|name| self.queues.get(name)) else {
                failure = Some("AWS.SimpleQueueService.CouldNotDetermineMessageSource");
                break;
            };
            carry(&tx, &source, target, candidate, now)?;
            moved = moved.saturating_add(1);
        }
        run(&tx, "UPDATE moves SET moved = moved + ?2 WHERE id = ?1", params![id, moved])?;
        tx.commit()?;
        match failure {
            Some(reason) => self.end_move(id, "FAILED", Some(reason)),
            None if found.is_empty() => self.end_move(id, "COMPLETED", None),
            None => Ok(Step::More),
        }
    }

    pub(crate) fn end_move(&mut self, id: i64, status: &str, reason: Option<&str>) -> Answer<Step> {
        run(
            &self.conn,
            "UPDATE moves SET status = ?2, reason = ?3 WHERE id = ?1 AND status = 'RUNNING'",
            params![id, status, reason],
        )?;
        Ok(Step::Finished)
    }

    /// Stops a running task; returns how many messages it had moved.
    pub(crate) fn cancel_move(&mut self, handle: &str) -> Answer<i64> {
        let moved = first(
            &self.conn,
            "UPDATE moves SET status = 'CANCELLED' WHERE handle = ?1 AND status = 'RUNNING' RETURNING moved",
            [handle],
        )?;
        moved.ok_or_else(|| Code::ResourceNotFound.because("The task does not exist or is not running."))
    }

    /// The latest tasks of a queue, newest first.
    pub(crate) fn moves(&self, source: &str, limit: i64) -> Answer<Vec<Move>> {
        if !self.queues.contains_key(source) {
            return Err(Code::ResourceNotFound
                .because("The resource that you specified for the SourceArn parameter doesn't exist."));
        }
        let sql = format!("SELECT {COLUMNS} FROM moves WHERE source = ?1 ORDER BY id DESC LIMIT ?2");
        Ok(self.conn.prepare_cached(&sql)?.query_map(params![source, limit], read)?.collect::<Result<_, _>>()?)
    }

    /// Tasks that a restart interrupted: id and rate.
    pub(crate) fn unfinished_moves(&self) -> rusqlite::Result<Vec<(i64, Option<i64>)>> {
        self.conn
            .prepare("SELECT id, rate FROM moves WHERE status = 'RUNNING' ORDER BY id")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Move> {
    Ok(Move {
        id: row.get(0)?,
        handle: row.get(1)?,
        source: row.get(2)?,
        destination: row.get(3)?,
        rate: row.get(4)?,
        status: row.get(5)?,
        moved: row.get(6)?,
        to_move: row.get(7)?,
        started_ms: row.get(8)?,
        reason: row.get(9)?,
    })
}

/// A moved message is a new one, as AWS documents: new id, new send time, never received.
fn carry(conn: &Connection, source: &Queue, target: &Queue, candidate: &Candidate, now: i64) -> Answer<()> {
    run(
        conn,
        "INSERT INTO messages (queue, visible_at, sent_at, grp, dedup, id, trace, attributes, body)
         SELECT ?2, ?3, ?3, grp, dedup, ?4, trace, attributes, body FROM messages WHERE seq = ?1",
        params![candidate.seq, target.id, now, uuid()?],
    )?;
    run(conn, "DELETE FROM messages WHERE seq = ?1", [candidate.seq])?;
    if let (true, Some(group)) = (source.fifo(), &candidate.group) {
        fifo::settle(conn, source.id, group, now)?;
        fifo::joined(conn, target.id, group, now)?;
    }
    target.arrivals.notify_waiters();
    Ok(())
}

impl NewMove<'_> {
    /// Checks for at most 500 messages a second, as AWS documents.
    pub(crate) fn check(&self) -> Answer<()> {
        match self.rate {
            Some(rate) if !(1..=500).contains(&rate) => {
                Err(Fault::value(rate, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500."))
            }
            Some(_) | None => Ok(()),
        }
    }
}
