//! Tests that loop over all routes and events: every route is called by a stranger, in the wrong role and in another marketplace, and every
//! sample event is sent to its function.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod access;
mod bounds;
mod codes;
mod events;
mod headers;
mod lists;
mod requests;
mod routes;
mod timeline;
mod units;
