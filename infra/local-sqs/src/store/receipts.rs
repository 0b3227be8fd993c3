//! What a receiver does with a message that it holds: deletes it, or changes how long it stays hidden.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, fifo, run};
use crate::{
    digest::unseal,
    fault::{Answer, Code, Fault},
    queue::{MAX_VISIBILITY_SECONDS, Queue},
};

/// The current state of the message that a receipt handle names.
struct Held {
    seq: i64,
    group: Option<String>,
    in_flight: bool,
    received_at: i64,
}

/// Whether a handle is still valid for its message.
enum Claim {
    Held(Held),
    /// The message is gone, or has been received again since.
    Stale,
}

impl Store {
    /// Deletes messages, each with its own result. A handle that a later receive replaced deletes nothing and is not an error, as on AWS.
    pub(crate) fn delete(&mut self, queue: &Queue, handles: &[&str], now: i64) -> Answer<Vec<Answer<()>>> {
        let tx = self.conn.transaction()?;
        let results =
            handles.iter().map(|handle| settle_fault(delete(&tx, queue, handle, now))).collect::<Answer<_>>()?;
        tx.commit()?;
        if queue.fifo() {
            // A group may be open now.
            queue.arrivals.notify_waiters();
        }
        Ok(results)
    }

    /// Hides messages for this many seconds from now; 0 returns them to the queue.
    pub(crate) fn change_visibility(
        &mut self,
        queue: &Queue,
        changes: &[(&str, i64)],
        now: i64,
    ) -> Answer<Vec<Answer<()>>> {
        let tx = self.conn.transaction()?;
        let results = changes
            .iter()
            .map(|(handle, seconds)| settle_fault(change(&tx, queue, handle, *seconds, now)))
            .collect::<Answer<_>>()?;
        tx.commit()?;
        queue.arrivals.notify_waiters();
        Ok(results)
    }
}

/// A caller's mistake fails its own entry; a database error fails the whole transaction.
fn settle_fault(result: Answer<()>) -> Answer<Answer<()>> {
    match result {
        Err(fault) if fault.is_internal() => Err(fault),
        Ok(()) | Err(_) => Ok(result),
    }
}

fn delete(conn: &Connection, queue: &Queue, handle: &str, now: i64) -> Answer<()> {
    let Claim::Held(held) = claim(conn, queue, handle, now)? else { return Ok(()) };
    if queue.fifo() && !held.in_flight {
        // Its group may have moved on: deleting now could remove a message that somebody else is about to receive.
        return Err(Fault::value(handle, "ReceiptHandle", "The receipt handle has expired."));
    }
    run(conn, "DELETE FROM messages WHERE seq = ?1", [held.seq])?;
    reopen(conn, queue, &held, now)
}

fn change(conn: &Connection, queue: &Queue, handle: &str, seconds: i64, now: i64) -> Answer<()> {
    let held = match claim(conn, queue, handle, now)? {
        Claim::Held(held) => held,
        Claim::Stale => {
            let reason = "Message does not exist or is not available for visibility timeout change.";
            return Err(Fault::value(handle, "ReceiptHandle", reason));
        }
    };
    if !held.in_flight {
        return Err(Code::MessageNotInflight.because("The message referred to isn't in flight."));
    }
    let visible_at = now.saturating_add(seconds.saturating_mul(1000));
    if visible_at.saturating_sub(held.received_at) > MAX_VISIBILITY_SECONDS.saturating_mul(1000) {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]";
        return Err(Fault::value(seconds, "VisibilityTimeout", reason));
    }
    run(conn, "UPDATE messages SET visible_at = ?2 WHERE seq = ?1", params![held.seq, visible_at])?;
    reopen(conn, queue, &held, now)
}

fn reopen(conn: &Connection, queue: &Queue, held: &Held, now: i64) -> Answer<()> {
    if let (true, Some(group)) = (queue.fifo(), &held.group) {
        fifo::settle(conn, queue.id, group, now)?;
    }
    Ok(())
}

fn claim(conn: &Connection, queue: &Queue, handle: &str, now: i64) -> Answer<Claim> {
    let invalid = || {
        Code::ReceiptHandleIsInvalid
            .because(format!("The input receipt handle \"{handle}\" is not a valid receipt handle."))
    };
    let text = unseal(handle).ok_or_else(invalid)?;
    let numbers: Vec<i64> = text.split(':').map_while(|part| part.parse().ok()).collect();
    let &[owner, seq, receives] = numbers.as_slice() else { return Err(invalid()) };
    if owner != queue.id {
        return Err(invalid());
    }
    let held = conn
        .prepare_cached(
            "SELECT grp, visible_at, received_at FROM messages
             WHERE seq = ?1 AND queue = ?2 AND receives = ?3 AND taken = 1",
        )?
        .query_row(params![seq, queue.id, receives], |row| {
            let visible_at: i64 = row.get(1)?;
            Ok(Held { seq, group: row.get(0)?, in_flight: visible_at > now, received_at: row.get(2)? })
        })
        .optional()?;
    Ok(held.map_or(Claim::Stale, Claim::Held))
}
