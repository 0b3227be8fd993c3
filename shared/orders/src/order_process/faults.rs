//! What is wrong with a process, as it is found.

use serde::Serialize;

/// Something that is wrong with a process.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ProcessFault {
    /// Where, in the process's JSON: `transitions[3].to`.
    pub path: String,
    /// What to do, in a sentence.
    pub message: String,
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<ProcessFault>);

impl Faults {
    pub(super) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(ProcessFault { path: path.into(), message: message.into() });
    }

    /// Adds it if nothing was wrong in that place before.
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
