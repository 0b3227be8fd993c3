//! Why a consumer, a job or a reader of the stream did not do its work. This goes to the log, not to a client, and decides whether to
//! try again.

use std::fmt;
use tradewind_http::Problem;
use tradewind_kernel::money::MoneyError;
use tradewind_sales::SaleError;
use tradewind_storage::{CommitError, StorageError};

/// Why the work was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobError {
    /// It was done before.
    Again,
    /// Others changed the same items first: reading and deciding again may succeed.
    Contention,
    /// A rule refuses it.
    Refused {
        /// The rule's name.
        code: &'static str,
        /// The explanation of the refusal.
        detail: String,
    },
    /// Something failed, here or in a service that was called.
    Failed {
        /// `internal` if it failed here, `unavailable` if a service failed: the same codes as those of endpoints.
        code: &'static str,
        /// The cause, for the log.
        cause: String,
    },
}

impl JobError {
    /// An error that stays however often it is tried.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Problem::internal(cause).into()
    }

    /// An error that may pass, so that a later try can succeed.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        Problem::unavailable(cause).into()
    }

    /// Whether it is no error after another try: reading again shows what others did.
    pub const fn passes(&self) -> bool {
        match self {
            Self::Again | Self::Contention => true,
            Self::Refused { .. } | Self::Failed { .. } => false,
        }
    }

    /// The code under which it is logged.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Again | Self::Contention => "contention",
            Self::Refused { code, .. } | Self::Failed { code, .. } => code,
        }
    }

    /// The cause, if something failed.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Again | Self::Contention | Self::Refused { .. } => None,
            Self::Failed { cause, .. } => Some(cause),
        }
    }

    /// The cause, or the explanation of the refusal.
    pub fn text(&self) -> &str {
        match self {
            Self::Again | Self::Contention => Problem::CONTENTION,
            Self::Refused { detail: text, .. } | Self::Failed { cause: text, .. } => text,
        }
    }
}

impl From<StorageError> for JobError {
    fn from(error: StorageError) -> Self {
        Problem::from(error).into()
    }
}

impl From<CommitError> for JobError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Again => Self::Again,
            CommitError::Contention
            | CommitError::Refused(_)
            | CommitError::Impossible(_)
            | CommitError::Storage(_) => Problem::from(error).into(),
        }
    }
}

/// Converts the problems of functions that endpoints use as well.
impl From<Problem> for JobError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem { contention: true, .. } => Self::Contention,
            Problem { code, cause: Some(cause), .. } => Self::Failed { code, cause },
            Problem { code, cause: None, detail, .. } => Self::Refused { code, detail },
        }
    }
}

impl From<SaleError> for JobError {
    fn from(error: SaleError) -> Self {
        Problem::from(error).into()
    }
}

impl From<MoneyError> for JobError {
    fn from(error: MoneyError) -> Self {
        Problem::from(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_before_and_what_others_did_pass_and_nothing_else_does() {
        assert_eq!(JobError::from(CommitError::Again), JobError::Again);
        assert_eq!(JobError::from(CommitError::Contention), JobError::Contention);
        assert_eq!(JobError::from(Problem::from(CommitError::Again)), JobError::Contention);
        assert!(JobError::Again.passes() && JobError::Contention.passes());
        let refused = JobError::from(Problem::conflict("not_paid", "Nothing was paid."));
        let failed = JobError::from(CommitError::Impossible("too large".into()));
        assert!(!refused.passes() && !failed.passes());
        assert_eq!((refused.code(), refused.cause(), refused.text()), ("not_paid", None, "Nothing was paid."));
        assert_eq!((failed.code(), failed.cause(), failed.text()), ("internal", Some("too large"), "too large"));
        assert_eq!(JobError::unavailable("SES").code(), "unavailable");
    }
}
