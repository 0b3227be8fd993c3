//! The S3 of Tradewind's local cloud: one account, one key pair, path-style addressing on loopback.
//!
//! `s3s` speaks the protocol and checks signatures; this package keeps the objects. Bytes live in files named by a random id, never by the
//! key, so `../x` is a key like any other and `a` sits beside `a/b`. Everything else (buckets, keys, metadata, parts, undelivered
//! notifications) lives in one SQLite database beside them.
//!
//! **Durability.** An upload is written to a temporary file, renamed, and becomes visible only when its database row is committed, together
//! with the notification it causes. A process that is killed at any moment therefore leaves the old object or the new one, whole, and never
//! loses an event; files to which no row refers are removed by the next [`S3::open`]. Files are *not* synced to the disk and the database
//! runs with `synchronous = NORMAL`: data survives the death of the process, but not a power cut. On a development machine an upload should
//! not wait for the disk.
//!
//! **Limits.** This package refuses what it does not know with `NotImplemented` rather than ignoring it, including versions, tags,
//! server-side encryption with customer keys, `ListObjects` version 1 and bucket settings other than CORS. Access lists are accepted and
//! ignored, as on a bucket that enforces ownership.
#![allow(clippy::disallowed_methods)] // A server on a developer's machine, not a Lambda: it may spawn and read the clock.

mod api;
mod conditions;
mod cors;
mod digest;
mod error;
mod events;
mod headers;
mod post;
mod server;
mod store;

pub use error::Error;

use std::{future::Future, path::PathBuf, sync::Arc};
use store::Store;
use tokio::net::TcpListener;

/// The settings with which the local S3 is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The only access key id with which requests may be signed.
    pub access_key: String,
    /// The secret of that access key.
    pub secret_key: String,
    /// The folder that keeps the objects, created if missing and used by one process at a time. `None` keeps them in a private temporary
    /// folder that is removed when the last clone of the [`S3`] is dropped.
    pub data: Option<PathBuf>,
}

/// An embedded S3. Clones are cheap and share everything.
#[derive(Clone)]
pub struct S3 {
    store: Arc<Store>,
}

/// One object event, as AWS would send it to an SQS queue or invoke a Lambda with.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Number to acknowledge it by; later events have greater numbers.
    pub id: i64,
    /// Bucket the object is in.
    pub bucket: String,
    /// Key of the object as it was given, not URL-encoded.
    pub key: String,
    /// The whole message body: `{"Records":[{...}]}` with one record, in which the key is URL-encoded.
    pub event: serde_json::Value,
}

/// The contents of a bucket, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketUsage {
    /// The name of the bucket.
    pub name: String,
    /// Number of objects, unfinished multipart uploads excluded.
    pub objects: u64,
    /// Sum of their sizes in bytes.
    pub bytes: u64,
}

impl S3 {
    /// Opens the data folder (or a temporary one), creating it when missing, and removes what an earlier crash left over.
    ///
    /// # Errors
    /// The folder cannot be written, is used by another process, or its database is damaged or of another version.
    pub fn open(options: Options) -> Result<Self, Error> {
        Ok(Self { store: Arc::new(Store::open(options)?) })
    }

    /// Serves HTTP/1.1 on the listener until `shutdown` resolves, then lets open requests finish for up to five seconds.
    ///
    /// # Errors
    /// The listener stops accepting connections.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        server::serve(self.store, listener, shutdown).await
    }

    /// Waits until there is an event, then returns up to `limit` (at least one) of the oldest, in the order they happened.
    ///
    /// They are returned again until they are acknowledged, even after a restart: this is meant for one consumer that delivers them and
    /// then acknowledges them. Every `ObjectCreated:*` and `ObjectRemoved:Delete` of every bucket is reported; the consumer decides which
    /// of them to deliver, and where.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn next_notifications(&self, limit: usize) -> Result<Vec<Notification>, Error> {
        loop {
            // It registers before it looks, so that an event committed in between is not missed.
            let committed = self.store.committed.notified();
            let found = self.store.read(|connection| events::oldest(connection, limit.max(1)))?;
            if !found.is_empty() {
                return Ok(found);
            }
            committed.await;
        }
    }

    /// Deletes delivered notifications. Unknown numbers are ignored.
    ///
    /// # Errors
    /// The database cannot be written.
    pub fn acknowledge(&self, ids: &[i64]) -> Result<(), Error> {
        self.store.write(|transaction| events::forget(transaction, ids))
    }

    /// The number and size of the objects in each bucket, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn usage(&self) -> Result<Vec<BucketUsage>, Error> {
        self.store.read(store::buckets::usage)
    }
}
