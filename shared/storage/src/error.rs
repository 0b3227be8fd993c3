//! Errors of calls to AWS.

use crate::Grant;

/// A call that did not succeed, after the SDK's own retries. The text is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// AWS refused, or could not be reached.
    #[error("{operation} failed: {cause}")]
    Call {
        /// The name of the SDK operation.
        operation: &'static str,
        /// The whole chain of causes.
        cause: String,
    },
    /// An item does not have the shape that its key promises.
    #[error("an item of {kind} cannot be read: {cause}")]
    Shape {
        /// The name of the entity's Rust type.
        kind: &'static str,
        /// The error that serde reported.
        cause: String,
    },
    /// A newer release wrote the item. While two releases run side by side, the newer one serves it.
    #[error("an item of shape {0} was written by a newer release than this")]
    Newer(String),
    /// The item has no shape, and its key belongs to no known kind.
    #[error("nothing is known of an item with such a key")]
    Unknown,
    /// A migration cannot write the item in its new form.
    #[error("it was not changed: {0}")]
    Unwritten(String),
    /// The function uses something that its declaration does not grant. On AWS its role would refuse it.
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

    /// An item cannot be read as this type.
    pub fn shape<T>(cause: impl ToString) -> Self {
        Self::Shape { kind: std::any::type_name::<T>(), cause: cause.to_string() }
    }
}
