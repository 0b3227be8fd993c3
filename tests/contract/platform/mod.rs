//! Contract tests of the `platform` area, one file for each operation.

mod health;
mod local;
mod migrations;
