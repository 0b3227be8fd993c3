//! Contract tests: HTTP in, HTTP out, then what is stored, queued and sent. They mirror the routes:
//! `contract/<area>/<operation>.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects, clippy::string_slice, clippy::disallowed_methods)]

mod catalog;
mod examples;
mod identity;
mod media;
mod money;
mod notify;
mod orders;
mod platform;
mod sellers;
mod tenants;
