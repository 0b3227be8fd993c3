//! What can go wrong between us and AWS.

use crate::Grant;

/// A call that did not succeed, after the SDK's own retries. Its text is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// AWS refused, or could not be reached.
    #[error("{operation} failed: {cause}")]
    Call {
        /// The SDK operation.
        operation: &'static str,
        /// The whole chain of causes.
        cause: String,
    },
    /// An item is not of the shape that its key promises.
    #[error("an item of {kind} cannot be read: {cause}")]
    Shape {
        /// The entity's type.
        kind: &'static str,
        /// What serde said.
        cause: String,
    },
    /// A newer release wrote it. While two releases run side by side, the newer one serves it.
    #[error("an item of shape {0} was written by a newer release than this")]
    Newer(String),
    /// It has no shape, and lies where nothing is known to lie.
    #[error("nothing is known of an item with such a key")]
    Unknown,
    /// A migration cannot write it as it should be.
    #[error("it was not changed: {0}")]
    Unwritten(String),
    /// The function uses something that its declaration does not grant. On AWS its role would refuse.
    #[error("{0:?} is not granted to this function")]
    NotGranted(Grant),
    /// Nothing is configured under that name.
    #[error("no {0} is configured")]
    NotConfigured(&'static str),
}

impl StorageError {
    pub(crate) fn call<E: std::error::Error>(operation: &'static str, error: E) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            cause = format!("{cause}: {inner}");
            source = inner.source();
        }
        Self::Call { operation, cause }
    }

    /// What is stored cannot be read as this type.
    pub fn shape<T>(cause: impl ToString) -> Self {
        Self::Shape { kind: std::any::type_name::<T>(), cause: cause.to_string() }
    }
}
