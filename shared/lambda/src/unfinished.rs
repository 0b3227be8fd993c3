//! Why a request was not finished, as long as its handler decides on it.

use tradewind_http::Problem;
use tradewind_storage::{CommitError, Refusal};

/// Why a request was not finished.
#[derive(Debug)]
pub enum Unfinished {
    /// The commit did not happen.
    Commit(CommitError),
    /// The reply cannot be made, or not be kept.
    Reply(Problem),
}

impl Unfinished {
    /// The "no" of this rule, if that is what it is.
    pub fn refused<R: Refusal>(&self) -> Option<&R> {
        match self {
            Self::Commit(error) => error.refused(),
            Self::Reply(_) => None,
        }
    }

    /// The problem, in these words if it is the "no" of this rule.
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
