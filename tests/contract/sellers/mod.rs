//! Contract tests of the `sellers` area, one file for each operation.

mod list;
mod open;
mod read;
mod update;
mod vat_id;
