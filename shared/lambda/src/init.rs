//! How long each step of a start took: one line in the log of each process. Lambda tells the sum alone.

use serde_json::{Map, Value, json};
use std::{io::Write, time::Instant};

/// The steps so far, in microseconds.
pub(crate) struct Init {
    last: Instant,
    steps: Map<String, Value>,
}

impl Init {
    /// The start of `main`.
    pub(crate) fn begin() -> Self {
        Self { last: Instant::now(), steps: Map::new() }
    }

    /// A step is done: it took all the time since the one before.
    pub(crate) fn done(&mut self, step: &str) {
        let now = Instant::now();
        let took = u64::try_from(now.saturating_duration_since(self.last).as_micros()).unwrap_or(u64::MAX);
        self.steps.insert(step.to_owned(), took.into());
        self.last = now;
    }

    /// Writes the line.
    pub(crate) fn log(self, stage: &str, function: &str) {
        let line = json!({ "level": "info", "stage": stage, "function": function, "init_us": self.steps });
        // A log that cannot be written has nobody to tell.
        drop(writeln!(std::io::stdout().lock(), "{line}"));
    }
}
