//! Stores objects: files for bytes, SQLite for everything else.

pub(crate) mod blobs;
pub(crate) mod buckets;
pub(crate) mod listing;
pub(crate) mod objects;
pub(crate) mod time;
pub(crate) mod uploads;

use crate::{Error, Options, error::Failure};
use blobs::Blobs;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use s3s::{S3Result, s3_error};
use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tempfile::TempDir;
use tokio::sync::Notify;

/// The format number, stored in the database's `user_version`; raised whenever [`SCHEMA`] changes.
const FORMAT: i64 = 1;

/// Keys are blobs so that they sort by their UTF-8 bytes, as S3 lists them.
const SCHEMA: &str = "
CREATE TABLE buckets (name TEXT PRIMARY KEY, created INTEGER NOT NULL, cors TEXT) STRICT;
CREATE TABLE objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, headers TEXT NOT NULL, checksum TEXT, PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, headers TEXT NOT NULL, algorithm TEXT,
    composite INTEGER NOT NULL
) STRICT;
CREATE TABLE parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified INTEGER NOT NULL, checksum TEXT, PRIMARY KEY (upload, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, bucket TEXT NOT NULL, key BLOB NOT NULL,
    size INTEGER, etag TEXT, at INTEGER NOT NULL
) STRICT;
";

/// Everything that the server shares. Fields are dropped in order: the database is closed before its folder is removed.
pub(crate) struct Store {
    connection: Mutex<Connection>,
    pub blobs: Blobs,
    /// Notified after every commit that wrote an event.
    pub committed: Notify,
    pub access_key: String,
    pub secret_key: String,
    _temporary: Option<TempDir>,
}

impl Store {
    pub fn open(options: Options) -> Result<Self, Error> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Io { path, source }
        };
        let (folder, temporary) = match options.data {
            Some(folder) => (folder, None),
            None => {
                let temporary = TempDir::with_prefix("local-s3-").map_err(failed(&std::env::temp_dir()))?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let blobs = Blobs::open(&folder)?;
        let connection = connect(&folder.join("s3.sqlite3"), temporary.is_none())?;
        blobs.sweep(&live_blobs(&connection)?)?;
        Ok(Self {
            connection: Mutex::new(connection),
            blobs,
            committed: Notify::new(),
            access_key: options.access_key,
            secret_key: options.secret_key,
            _temporary: temporary,
        })
    }

    /// Runs a query. A file whose row was found can be opened inside it: the file is not removed before the row is gone.
    pub fn read<T, E>(&self, query: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        query(&self.lock())
    }

    /// Runs a transaction, and commits it if it succeeds.
    pub fn write<T, E: From<rusqlite::Error>>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let changed = change(&transaction)?;
        transaction.commit()?;
        Ok(changed)
    }

    /// Runs a request's storage work on a thread that may block.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Failure> + Send + 'static,
    ) -> S3Result<T> {
        let store = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || work(&store)).await;
        Ok(done.map_err(|error| s3_error!(error, InternalError))??)
    }

    /// A panic inside a transaction has rolled it back, so the connection can still be used.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path, durable: bool) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    // The lock is exclusive: a second process on the same folder gets "database is locked" instead of sharing it.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; COMMIT;")?;
    connection.execute_batch(if durable { "PRAGMA synchronous = NORMAL" } else { "PRAGMA synchronous = OFF" })?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        0 => connection.execute_batch(&format!("BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT}; COMMIT;"))?,
        FORMAT => {}
        found => return Err(Error::Format { path: path.to_owned(), found, expected: FORMAT }),
    }
    Ok(connection)
}

fn live_blobs(connection: &Connection) -> Result<HashSet<String>, Error> {
    let mut query = connection.prepare("SELECT blob FROM objects UNION ALL SELECT blob FROM parts")?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
