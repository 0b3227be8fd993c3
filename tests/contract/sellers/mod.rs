//! Contract tests of the `sellers` area, one file for each operation.

mod create;
mod get;
mod list;
mod update;
mod vat_id;
