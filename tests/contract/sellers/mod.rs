//! Contract tests of the `sellers` area, one file for each operation.

mod open;
mod read;
mod update;
