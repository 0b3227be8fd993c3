//! SQS on one machine: the AWS JSON 1.0 wire protocol over loopback HTTP in front of SQLite.
//!
//! Code under test keeps its real `aws-sdk-sqs` client and only gets another endpoint. Queues behave as AWS documents
//! them: standard and FIFO, visibility, delays, redrive, long polls, limits and error codes. Where AWS is
//! approximate or eventually consistent, this is exact.
//!
//! Not here: receive attempts by id, permissions, encryption (its attributes are kept and shown, nothing more), fair
//! queues (a group on a standard queue is kept and returned), and the limits of messages in flight. Signatures must be
//! present and are not verified.
//!
//! Durability: a message that was accepted into a file survives `kill -9` of the process; see `store` for how.

#![allow(
    clippy::disallowed_methods,
    reason = "a server on a laptop, not a Lambda: it reads the clock itself and its move tasks outlive a request"
)]

mod api;
mod attributes;
mod clock;
mod digest;
mod error;
mod fault;
mod queue;
mod store;

use std::{
    future::Future,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use tokio::{net::TcpListener, sync::watch};

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
use store::Store;

/// The embedded queues. Clones share them.
#[derive(Clone)]
pub struct Sqs {
    store: Arc<Mutex<Store>>,
    clock: Arc<dyn Clock>,
    /// Becomes true when serving ends, so that long polls do not keep the process alive for twenty seconds.
    closing: Arc<watch::Sender<bool>>,
}

/// The numbers of messages in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDepth {
    /// The queue's name.
    pub name: String,
    /// Messages that a receive could return now. In a FIFO queue this includes those that wait for an earlier message in flight.
    pub visible: u64,
    /// Messages that were received and neither deleted nor returned to the queue.
    pub in_flight: u64,
    /// Messages whose delay has not passed yet.
    pub delayed: u64,
}

/// A message as a status page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeekedMessage {
    /// The message id.
    pub id: String,
    /// The whole body, at most 1 MiB.
    pub body: String,
    /// How often the message was received, in the source queue and the dead-letter queue together.
    pub receive_count: u64,
    /// When the message was sent, in milliseconds since the Unix epoch.
    pub sent_at_ms: i64,
    /// The ARN of the queue from which this dead letter came; `None` if it was sent to this queue directly.
    pub source_arn: Option<String>,
}

impl Sqs {
    /// Opens the queues kept in the file at `path`, creating it in an existing folder; `None` keeps them in memory.
    /// A file belongs to one process at a time.
    ///
    /// # Errors
    /// When the file cannot be opened, is damaged or of another layout, or is held by another process.
    pub fn open(path: Option<&Path>) -> Result<Self, Error> {
        Self::open_with_clock(path, SystemClock)
    }

    /// [`Sqs::open`] with another source of time.
    ///
    /// # Errors
    /// As [`Sqs::open`].
    pub fn open_with_clock(path: Option<&Path>, clock: impl Clock) -> Result<Self, Error> {
        let (closing, _) = watch::channel(false);
        Ok(Self { store: Arc::new(Mutex::new(Store::open(path)?)), clock: Arc::new(clock), closing: Arc::new(closing) })
    }

    /// The service as a router. `endpoint` (no slash at the end) begins every queue URL it returns: `{endpoint}/000000000000/{name}`. A
    /// request's path does not matter.
    ///
    /// Move tasks that a restart interrupted continue only under [`Sqs::serve`].
    pub fn router(&self, endpoint: &str) -> Router {
        api::router(self.clone(), endpoint)
    }

    /// Serves on `listener` until `shutdown` resolves, then lets running requests end; long polls end at once, and new ones do not wait.
    /// Queue URLs begin with `http://` and the listener's address.
    ///
    /// # Errors
    /// When the listener fails or interrupted move tasks cannot be read.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Error> {
        let endpoint = format!("http://{}", listener.local_addr()?);
        let unfinished = self.store().unfinished_moves()?;
        for (id, rate) in unfinished {
            tokio::spawn(api::run_move(self.clone(), id, rate));
        }
        let closing = Arc::clone(&self.closing);
        let stop = async move {
            shutdown.await;
            closing.send_replace(true);
        };
        axum::serve(listener, self.router(&endpoint)).with_graceful_shutdown(stop).await?;
        Ok(())
    }

    /// The depth of every queue, in order of name. Cost grows with the number of messages.
    ///
    /// # Errors
    /// When the database fails.
    pub fn depths(&self) -> Result<Vec<QueueDepth>, Error> {
        self.store().depths(self.now_ms())
    }

    /// Returns the oldest `limit` messages of a queue, visible or not, without receiving or changing them.
    ///
    /// # Errors
    /// When no queue has this name or the database fails.
    pub fn peek(&self, queue: &str, limit: usize) -> Result<Vec<PeekedMessage>, Error> {
        self.store().peek(queue, limit, self.now_ms())
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        // A panic while the lock was held has rolled its transaction back: the stored data is consistent.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}
