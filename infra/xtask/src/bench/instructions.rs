//! The instructions of a process, where the processor counts them: unlike time, they do not depend on the machine's current speed.

use crate::run::Result;
use perf_event::{Builder, Counter, events::Hardware};
use std::{fs, io};

/// Counters for every thread of the process, and for those that these threads will start.
pub struct Instructions(Vec<Counter>);

impl Instructions {
    /// Starts to count. A virtual machine often has no counter.
    pub fn of(process: u32) -> io::Result<Self> {
        let mut counters = vec![];
        for thread in fs::read_dir(format!("/proc/{process}/task"))? {
            let Some(thread) = thread?.file_name().to_str().and_then(|id| id.parse().ok()) else { continue };
            let mut counter = Builder::new(Hardware::INSTRUCTIONS).observe_pid(thread).inherit(true).build()?;
            counter.enable()?;
            counters.push(counter);
        }
        Ok(Self(counters))
    }

    /// The number of instructions since the start, in user mode.
    pub fn count(&mut self) -> Result<f64> {
        let counts = self.0.iter_mut().map(|counter| counter.read().map(|count| count as f64));
        counts.sum::<io::Result<f64>>().map_err(|e| e.to_string())
    }
}
