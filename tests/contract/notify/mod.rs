//! Contract tests of the `notify` area, one file for each job.

mod dead_letters;
mod email;
