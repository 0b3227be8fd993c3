//! The queues and messages in SQLite, one connection behind one lock.
//!
//! Every operation is one transaction of a few statements, each of which uses an index, so none costs more when a queue is longer. Queues
//! themselves are few and read on every call: they are cached in memory beside the connection.
//!
//! Durability: a file is in write-ahead mode with `synchronous = NORMAL`. A commit is then a write to the operating system without waiting
//! for the disk, so an accepted message survives `kill -9` of the process, though the last ones may be lost when the machine itself loses
//! power. That is the right trade for a local cloud.

mod fifo;
mod inspect;
mod moves;
mod queues;
mod receipts;
mod receive;
mod send;

use std::{collections::HashMap, path::Path, sync::Arc};

use rusqlite::{Connection, OptionalExtension};
use tokio::sync::Notify;

use crate::{
    error::Error,
    queue::{Queue, Settings},
};

pub(crate) use moves::{NewMove, Step};
pub(crate) use queues::Page;
pub(crate) use receive::{Received, Take};
pub(crate) use send::{Draft, Sent};

const LAYOUT: i64 = 1;

/// `taken` means that the wait until `visible_at` is for a receiver, and not a delay. `lanes` has one row for each message group that has
/// messages, with the time from which its next message may be received.
const SCHEMA: &str = "
CREATE TABLE queues (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_s INTEGER NOT NULL,
    modified_s INTEGER NOT NULL,
    attributes TEXT NOT NULL,
    tags TEXT NOT NULL
) STRICT;
CREATE TABLE messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    receives INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER NOT NULL,
    first_received_at INTEGER,
    received_at INTEGER,
    grp TEXT,
    dedup TEXT,
    source TEXT,
    id TEXT NOT NULL,
    trace TEXT,
    attributes TEXT,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX messages_visible ON messages (queue, visible_at);
CREATE INDEX messages_sent ON messages (queue, sent_at);
CREATE INDEX messages_group ON messages (queue, grp) WHERE grp IS NOT NULL;
CREATE INDEX messages_locked ON messages (queue, grp, visible_at) WHERE grp IS NOT NULL AND taken = 1;
CREATE TABLE lanes (
    queue INTEGER NOT NULL,
    grp TEXT NOT NULL,
    ready_at INTEGER NOT NULL,
    PRIMARY KEY (queue, grp)
) STRICT, WITHOUT ROWID;
CREATE INDEX lanes_ready ON lanes (queue, ready_at);
CREATE TABLE dedups (
    queue INTEGER NOT NULL,
    dedup TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (queue, dedup)
) STRICT, WITHOUT ROWID;
CREATE INDEX dedups_expiry ON dedups (expires_at);
CREATE TABLE moves (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    handle TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    destination TEXT,
    rate INTEGER,
    status TEXT NOT NULL,
    moved INTEGER NOT NULL,
    to_move INTEGER NOT NULL,
    started_ms INTEGER NOT NULL,
    reason TEXT
) STRICT;
CREATE INDEX moves_source ON moves (source, id);
";

/// The database and the cached queues.
pub(crate) struct Store {
    conn: Connection,
    queues: HashMap<String, Arc<Queue>>,
    /// When names were deleted and queues last purged, in ms: SQS requires a wait of 60 s after both. Not kept across a restart.
    deleted: HashMap<String, i64>,
    purged: HashMap<i64, i64>,
}

impl Store {
    /// Opens the file, creating it if it is missing, or a database in memory.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        match path {
            None => Self::with(Connection::open_in_memory()?),
            Some(path) => Connection::open(path).map_err(Error::Database).and_then(Self::with).map_err(|error| {
                // The path is known only here, and without it the error message would not help anybody.
                if let Error::Database(source) = error { Error::Open { path: path.to_owned(), source } } else { error }
            }),
        }
    }

    fn with(conn: Connection) -> Result<Self, Error> {
        conn.set_prepared_statement_cache_capacity(64);
        // The file belongs to this process: two processes would hand out the same message. Waiting a moment for the lock allows an earlier
        // process to finish stopping.
        conn.busy_timeout(std::time::Duration::from_secs(2))?;
        conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", "NORMAL")?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        let found: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found == 0 {
            conn.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {LAYOUT}; COMMIT;"))?;
        } else if found == LAYOUT {
            // This takes the exclusive lock now, so that a second process fails at its start rather than at its first call.
            conn.execute_batch("BEGIN IMMEDIATE; COMMIT;")?;
        } else {
            return Err(Error::Layout { found, expected: LAYOUT });
        }
        let queues = load(&conn)?;
        Ok(Self { conn, queues, deleted: HashMap::new(), purged: HashMap::new() })
    }
}

fn load(conn: &Connection) -> Result<HashMap<String, Arc<Queue>>, Error> {
    let mut statement = conn.prepare("SELECT id, name, created_s, modified_s, attributes, tags FROM queues")?;
    let mut rows = statement.query([])?;
    let mut queues = HashMap::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let damaged = |_| Error::Damaged(name.clone());
        let raw = serde_json::from_str(&row.get::<_, String>(4)?).map_err(damaged)?;
        let tags = serde_json::from_str(&row.get::<_, String>(5)?).map_err(damaged)?;
        let queue = Queue {
            id: row.get(0)?,
            name: name.clone(),
            created_s: row.get(2)?,
            modified_s: row.get(3)?,
            settings: Settings::new(raw),
            tags,
            arrivals: Arc::new(Notify::new()),
        };
        queues.insert(name, Arc::new(queue));
    }
    Ok(queues)
}

/// The first column of the first row, if there is one.
fn first<T: rusqlite::types::FromSql>(
    conn: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> rusqlite::Result<Option<T>> {
    conn.prepare_cached(sql)?.query_row(params, |row| row.get(0)).optional()
}

/// Runs one statement; returns how many rows it changed.
fn run(conn: &Connection, sql: &str, params: impl rusqlite::Params) -> rusqlite::Result<usize> {
    conn.prepare_cached(sql)?.execute(params)
}
