//! Why a commit did not happen.

use crate::StorageError;
use aws_sdk_dynamodb::{error::SdkError, operation::transact_write_items::TransactWriteItemsError};
use std::{any::Any, fmt, sync::Arc};

/// The refusal of a rule. Code that writes under the rule defines its own type for it, by which the handler recognises it in the
/// [`CommitError`].
pub trait Refusal: Any + fmt::Debug + Send + Sync {
    /// The rule's name, which becomes an error's `code`.
    fn code(&self) -> &'static str;

    /// What the refusal is about, such as an id; for the log.
    fn subject(&self) -> String;
}

/// Defines the refusal about one thing, which it holds: `refusal!(EmailTaken(Email), "email_taken")`.
#[macro_export]
macro_rules! refusal {
    ($(#[$about:meta])* $name:ident($of:ty), $code:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub $of);

        impl $name {
            /// The code that a client is told.
            pub const CODES: &'static [&'static str] = &[$code];
        }

        impl $crate::Refusal for $name {
            fn code(&self) -> &'static str {
                $code
            }

            fn subject(&self) -> String {
                self.0.to_string()
            }
        }
    };
}

/// Why a condition of a commit does not hold.
#[derive(Debug, Clone)]
pub enum Denial {
    /// The same request, or the same event, has had its effect before.
    Again,
    /// Somebody changed what was read. Reading and deciding again may succeed.
    Stale,
    /// A rule refuses it, and would refuse it again.
    Refused(Arc<dyn Refusal>),
}

impl Denial {
    /// The denial with which a rule refuses.
    pub fn refused(refusal: impl Refusal) -> Self {
        Self::Refused(Arc::new(refusal))
    }
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The same commit, or its effect, had happened before.
    #[error("the effect exists already")]
    Again,
    /// Something that was read has changed, or another transaction was working on the same items: read, decide and commit again.
    #[error("another change came first")]
    Contention,
    /// A rule refuses it.
    #[error("refused: {} ({})", .0.code(), .0.subject())]
    Refused(Arc<dyn Refusal>),
    /// The commit itself is not possible, for example because it has too many actions.
    #[error("not a possible commit: {0}")]
    Impossible(String),
    /// The call to AWS failed. Whether the commit happened is unknown.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl CommitError {
    /// The refusal of type `R`, if that is the cause.
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

/// What a cancelled transaction means. "It happened before" takes precedence over everything. If something that was read has changed,
/// the decision is made anew, even if a rule also refused. A refusal takes precedence over a conflict with other transactions.
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
