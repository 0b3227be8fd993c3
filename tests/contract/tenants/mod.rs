//! Contract tests of the `tenants` area, one file for each operation.

mod branding;
mod currencies;
mod marketplace_open;
mod marketplace_read;
mod marketplace_update;
mod process_publish;
