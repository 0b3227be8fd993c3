//! Timing of a function's start: how long each step took, in one line in the log of each process. Lambda reports only the total.

use serde_json::{Map, Value, json};
use std::{io::Write, time::Instant};

/// The durations of the steps so far, in microseconds.
pub(crate) struct Init {
    last: Instant,
    steps: Map<String, Value>,
}

impl Init {
    /// Starts the measurement, at the beginning of `main`.
    pub(crate) fn begin() -> Self {
        Self { last: Instant::now(), steps: Map::new() }
    }

    /// Ends a step, which took all the time since the previous one.
    pub(crate) fn done(&mut self, step: &str) {
        let now = Instant::now();
        let took = u64::try_from(now.saturating_duration_since(self.last).as_micros()).unwrap_or(u64::MAX);
        self.steps.insert(step.to_owned(), took.into());
        self.last = now;
    }

    /// Writes the durations to the log, in one line.
    pub(crate) fn log(self, stage: &str, function: &str) {
        let line = json!({ "level": "info", "stage": stage, "function": function, "init_us": self.steps });
        // If the log cannot be written, there is nowhere to report that.
        drop(writeln!(std::io::stdout().lock(), "{line}"));
    }
}
