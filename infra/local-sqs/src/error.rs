//! Errors outside of a request.

use std::path::PathBuf;

/// The reasons why the queues cannot be opened, served or inspected.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be opened, is not a queue database, is damaged, or is in use by another process.
    #[error("cannot open the queues in {}: {source}", path.display())]
    Open {
        /// The path given to `open`.
        path: PathBuf,
        /// The error from SQLite.
        source: rusqlite::Error,
    },
    /// The file was written by a version of this package with another layout.
    #[error("the queue database has layout {found}, this version reads {expected}")]
    Layout {
        /// The layout number in the file.
        found: i64,
        /// The layout number this version writes.
        expected: i64,
    },
    /// The database failed after it was opened: a full disk, a damaged page.
    #[error("queue database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored queue cannot be read back: the file was changed by something else.
    #[error("stored queue {0} is damaged")]
    Damaged(String),
    /// No queue has this name.
    #[error("no queue is named {0}")]
    NoSuchQueue(String),
    /// The listener failed.
    #[error("serving queues: {0}")]
    Serve(#[from] std::io::Error),
}
