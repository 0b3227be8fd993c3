//! The instructions of a process, on systems where they are not counted: only Linux's counters are supported.

use crate::run::Result;
use std::io;

/// Counters, which never exist here.
pub enum Instructions {}

impl Instructions {
    /// Always fails, because there are no counters.
    pub fn of(_process: u32) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The number of instructions; never called.
    pub fn count(&mut self) -> Result<f64> {
        match *self {}
    }
}
