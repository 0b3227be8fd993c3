//! Why a commit does not happen.

use crate::StorageError;
use aws_sdk_dynamodb::{error::SdkError, operation::transact_write_items::TransactWriteItemsError};
use std::{any::Any, fmt, sync::Arc};

/// A rule's "no". Whoever writes under the rule defines a type of it, by which the handler finds it again in the [`CommitError`].
pub trait Refusal: Any + fmt::Debug + Send + Sync {
    /// The rule's name, as in an error's `code`.
    fn code(&self) -> &'static str;

    /// What it is about.
    fn subject(&self) -> String;
}

/// Why a condition of a commit does not hold.
#[derive(Debug, Clone)]
pub enum Denial {
    /// The same request, or the same event, has had its effect before.
    Again,
    /// Somebody changed what was read. Reading and deciding again may succeed.
    Stale,
    /// A rule says no, and would say no again.
    Refused(Arc<dyn Refusal>),
}

impl Denial {
    /// A rule's "no".
    pub fn refused(refusal: impl Refusal) -> Self {
        Self::Refused(Arc::new(refusal))
    }
}

/// What became of a commit that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// It had happened before.
    #[error("the effect exists already")]
    Again,
    /// Something read has changed, or another transaction was at the same items: read, decide and commit again.
    #[error("another change came first")]
    Contention,
    /// A rule says no.
    #[error("refused: {} ({})", .0.code(), .0.subject())]
    Refused(Arc<dyn Refusal>),
    /// The commit itself is not possible, such as one with too many actions.
    #[error("not a possible commit: {0}")]
    Impossible(String),
    /// AWS failed. Whether it happened is unknown.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl CommitError {
    /// The "no" of this rule, if that is what it is.
    pub fn refused<R: Refusal>(&self) -> Option<&R> {
        match self {
            Self::Refused(refusal) => {
                let refusal: &dyn Any = refusal.as_ref();
                refusal.downcast_ref()
            }
            Self::Again | Self::Contention | Self::Impossible(_) | Self::Storage(_) => None,
        }
    }
}

impl From<Denial> for CommitError {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Again => Self::Again,
            Denial::Stale => Self::Contention,
            Denial::Refused(refusal) => Self::Refused(refusal),
        }
    }
}

/// What a cancelled transaction means. "It happened before" is stronger than anything; a decision made on what has changed since is
/// made anew, whatever else was refused; and a "no" is stronger than having met others.
pub(super) fn why(error: SdkError<TransactWriteItemsError>, denials: &[Denial]) -> CommitError {
    let storage = |error| CommitError::Storage(StorageError::call("TransactWriteItems", error));
    let reasons = match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => return CommitError::Contention,
        Some(_) | None => return storage(error),
    };
    let (mut stale, mut contention) = (false, false);
    let mut refused = None;
    for (reason, denial) in reasons.iter().zip(denials) {
        match (reason.code(), denial) {
            (Some("ConditionalCheckFailed"), Denial::Again) => return CommitError::Again,
            (Some("ConditionalCheckFailed"), Denial::Refused(refusal)) => {
                refused = refused.or(Some(CommitError::Refused(refusal.clone())));
            }
            (Some("ConditionalCheckFailed"), Denial::Stale) => stale = true,
            (Some("TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"), _) => contention = true,
            (Some("None") | None, _) => {}
            (Some(_), _) => return storage(error),
        }
    }
    match refused {
        _ if stale => CommitError::Contention,
        Some(refused) => refused,
        None if contention => CommitError::Contention,
        None => storage(error),
    }
}
