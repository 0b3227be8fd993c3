//! Contract tests of the `tenants` area, one file for each operation.

mod branding;
mod currencies;
mod marketplace_get;
mod marketplace_update;
mod marketplaces_create;
mod marketplaces_suspend;
mod order_processes_create;
