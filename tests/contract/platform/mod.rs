//! Contract tests of the `platform` area, one file for each operation.

mod health_get;
mod local;
mod migrations;
