//! Failures outside of any request.

use std::fmt;

/// A failure outside of any request: when a function starts, or in the platform. Its text is for the log.
#[derive(Debug, Clone)]
pub struct Failure(String);

impl Failure {
    /// A failure with this cause.
    pub fn new(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}
