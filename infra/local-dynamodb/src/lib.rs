//! The DynamoDB of the local cloud: the real wire protocol on loopback, the data in SQLite, in this process.
//!
//! [`DynamoDb::open`] a file (or memory), [`DynamoDb::serve`] it on a listener, and point any AWS SDK at it. The engine is `dynoxide`; this
//! crate adds what a table's stream needs to feed a Lambda ([`DynamoDb::stream_records`], [`DynamoDb::trim_stream`],
//! [`DynamoDb::subscribe`]), a timer for time to live, and a choice of durability.
//!
//! # Durability
//! A file is written with SQLite's write-ahead log and `synchronous = NORMAL`: an answered write survives if the process is killed; a power
//! cut may lose the last moments but never leaves a damaged database. The engine's own default syncs every write, at about a thousand
//! writes a second. In memory mode the file is one that nobody can find: never synced, in a temporary folder that is unlinked as soon as it
//! is open (elsewhere than on Unix: when the last clone is dropped).
//!
//! # Where it differs from AWS
//! - Requests run one at a time, so `TransactionConflictException` and a `TransactionConflict` cancellation reason never
//!   occur. Code that retries on them is not exercised here.
//! - A put or update that changes nothing still emits a `MODIFY` stream record; AWS emits none. Consumers see more, never
//!   fewer.
//! - Stream records are deleted by [`DynamoDb::trim_stream`], not after 24 hours, and a table has one shard.
//! - Expired items go within a minute of a sweep rather than within days.
//! - A transaction that is repeated under its token reports no consumed capacity; AWS reports that of reading its items. Tokens
//!   are remembered for ten minutes, but only those of the last 200,000 transactions.
//! - Region and account in ARNs are `dynoxide` and `000000000000`, in stream events too.
//! - Signatures are required to be present but not verified.
#![allow(clippy::disallowed_methods, reason = "a server on a developer's machine, not a Lambda: it owns its tasks")]

mod answer;
mod filter;
mod read;
mod server;
mod store;
mod stream;
mod tokens;

use std::{
    future::Future,
    path::Path,
    sync::{Arc, atomic::AtomicU64},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::{net::TcpListener, sync::watch};

pub use filter::{FilterError, StreamFilter};
use store::Store;
pub use stream::{StreamBatch, StreamRecord};
use tokens::Tokens;

/// How often a served database deletes expired items.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// What can go wrong outside a request; errors of requests travel to the client over the wire as on AWS.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database could not be opened: an unwritable folder, or a file that is damaged or not a database.
    #[error("cannot open the DynamoDB data at {path}: {reason}")]
    Open {
        /// The path of the file.
        path: String,
        /// The storage engine's error message, in one line.
        reason: String,
    },
    /// Reading or trimming a stream failed in the storage engine.
    #[error("DynamoDB stream: {0}")]
    Stream(#[from] rusqlite::Error),
    /// A stream record does not hold JSON: the data was changed by something else.
    #[error("DynamoDB stream record is damaged: {0}")]
    Record(#[from] serde_json::Error),
    /// The engine refused a request made by this crate, or a thread of it panicked.
    #[error("DynamoDB engine: {0}")]
    Engine(String),
    /// The server stopped by itself.
    #[error("DynamoDB server: {0}")]
    Serve(String),
}

/// A DynamoDB in this process. Clones share the same data; data in memory is gone when the last clone is dropped.
#[derive(Clone)]
pub struct DynamoDb {
    store: Arc<Store>,
    tokens: Arc<Tokens>,
    /// The number of the next request.
    requests: Arc<AtomicU64>,
    writes: watch::Sender<u64>,
}

impl DynamoDb {
    /// Opens or creates the database in the file `path` (its folder is created), or an empty one in memory for `None`.
    ///
    /// # Errors
    /// [`Error::Open`] when the file or folder cannot be written, or is not a database.
    pub fn open(path: Option<&Path>) -> Result<Self, Error> {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            store: Arc::new(Store::open(path)?),
            tokens: Arc::default(),
            requests: Arc::new(AtomicU64::new(u64::try_from(started.as_nanos()).unwrap_or_default())),
            writes: watch::Sender::new(0),
        })
    }

    /// Serves the wire protocol of DynamoDB and DynamoDB Streams on `listener` until `shutdown` resolves, then lets requests in progress
    /// finish. While it serves, expired items are deleted every minute and the counter of [`DynamoDb::subscribe`] is updated.
    ///
    /// # Errors
    /// [`Error::Serve`] when the listener fails.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let chores = tokio::spawn(self.clone().sweep_regularly());
        let served = server::run(self, listener, shutdown).await;
        chores.abort();
        served.map_err(Error::Serve)
    }

    /// Deletes every item whose time-to-live attribute has passed, as DynamoDB's own service does (the stream gets a `REMOVE` with its
    /// `userIdentity`), and returns their number. [`DynamoDb::serve`] does this by itself every minute.
    ///
    /// # Errors
    /// [`Error::Engine`] when the storage engine fails.
    pub async fn sweep_expired(&self) -> Result<u64, Error> {
        let engine = self.store.engine();
        let swept = tokio::task::spawn_blocking(move || engine.sweep_ttl()).await;
        let count = swept.map_err(|error| Error::Engine(error.to_string()))?;
        let count = count.map_err(|error| Error::Engine(error.to_string()))?;
        if count > 0 {
            self.announce_write();
        }
        u64::try_from(count).map_err(|error| Error::Engine(error.to_string()))
    }

    /// Reads stream records of `table` after the sequence number `after`, oldest first: it looks at up to `limit` of them and returns those
    /// that `filter` lets through, with the sequence number of the last one that it looked at. A record stays until
    /// [`DynamoDb::trim_stream`], even if the process is killed, so delivery is at least once.
    ///
    /// # Errors
    /// [`Error::Stream`] or [`Error::Record`] when the storage engine fails.
    pub fn stream_records(
        &self,
        table: &str,
        after: i64,
        limit: usize,
        filter: Option<&StreamFilter>,
    ) -> Result<StreamBatch, Error> {
        self.store.with_side(|side| stream::read(side, table, after, limit, filter))
    }

    /// The number of stream records of `table` after the sequence number `after`.
    ///
    /// # Errors
    /// [`Error::Stream`] when the storage engine fails.
    pub fn stream_depth(&self, table: &str, after: i64) -> Result<u64, Error> {
        self.store.with_side(|side| stream::count(side, table, after))
    }

    /// Deletes the stream records of `table` up to and including `through`: they were delivered, or skipped by a filter. A stream that
    /// nobody trims grows for ever. Each call is a write, and a write makes every connection drop the pages that it has cached, so trim
    /// only now and then.
    ///
    /// # Errors
    /// [`Error::Stream`] when the storage engine fails.
    pub fn trim_stream(&self, table: &str, through: i64) -> Result<(), Error> {
        self.store.with_side(|side| stream::trim(side, table, through))
    }

    /// A counter that changes after each write request that succeeded and each sweep that deleted something. Read the stream after
    /// `borrow_and_update()`, and wait on `changed()` only when it was empty: no write is then missed.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.writes.subscribe()
    }

    fn announce_write(&self) {
        self.writes.send_modify(|count| *count = count.wrapping_add(1));
    }

    async fn sweep_regularly(self) {
        loop {
            // It waits first, because there is more important work at the start.
            tokio::time::sleep(SWEEP_EVERY).await;
            // If a sweep fails, its items are left for the next one.
            self.sweep_expired().await.ok();
        }
    }
}
