//! Contract tests: they send HTTP requests and check the answers, and then what is stored, queued and sent. They mirror the routes:
//! `contract/<area>/<resource>_<operation>.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects, clippy::string_slice, clippy::disallowed_methods)]

mod catalog;
mod disputes;
mod examples;
mod identity;
mod ledger;
mod media;
mod money;
mod notify;
mod orders;
mod payments;
mod payouts;
mod platform;
mod reconciliation;
mod sellers;
mod tenants;
