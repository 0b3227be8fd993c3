//! Why a request could not be finished, for handlers that act on the reason.

use tradewind_http::Problem;
use tradewind_storage::{CommitError, Refusal};

/// Why a request could not be finished.
#[derive(Debug)]
pub enum Unfinished {
    /// The commit did not happen.
    Commit(CommitError),
    /// The reply cannot be rendered, or cannot be stored.
    Reply(Problem),
}

impl Unfinished {
    /// The refusal of type `R`, if that is the reason.
    pub fn refused<R: Refusal>(&self) -> Option<&R> {
        match self {
            Self::Commit(error) => error.refused(),
            Self::Reply(_) => None,
        }
    }

    /// Converts it to a problem; a refusal of type `R` is explained with `detail`.
    pub fn explain<R: Refusal>(self, detail: impl FnOnce(&R) -> String) -> Problem {
        match self.refused::<R>() {
            Some(refusal) => Problem::conflict(refusal.code(), detail(refusal)),
            None => self.into(),
        }
    }
}

impl From<CommitError> for Unfinished {
    fn from(error: CommitError) -> Self {
        Self::Commit(error)
    }
}

impl From<Problem> for Unfinished {
    fn from(problem: Problem) -> Self {
        Self::Reply(problem)
    }
}

impl From<Unfinished> for Problem {
    fn from(unfinished: Unfinished) -> Self {
        match unfinished {
            Unfinished::Commit(error) => error.into(),
            Unfinished::Reply(problem) => problem,
        }
    }
}
