//! Collecting the faults of a process.

use serde::Serialize;

/// A fault of a process.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ProcessFault {
    /// The place in the process's JSON: `transitions[3].to`.
    pub path: String,
    /// How to correct it, in a sentence.
    pub message: String,
}

/// Collects faults.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<ProcessFault>);

impl Faults {
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(ProcessFault { path: path.into(), message: message.into() });
    }

    /// Adds a fault unless there is one in the same place already.
    pub(super) fn once(&mut self, path: String, message: String) {
        if self.0.iter().all(|fault| fault.path != path) {
            self.add(path, message);
        }
    }

    pub(super) fn extend(&mut self, faults: Vec<ProcessFault>) {
        self.0.extend(faults);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn all(self) -> Vec<ProcessFault> {
        self.0
    }
}
