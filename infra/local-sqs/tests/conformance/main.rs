//! Tests the local SQS against what AWS documents, through the real SDK over a loopback port. The comment on each test names the documented
//! rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    missing_docs
)]

mod durability;
mod fifo;
mod limits;
mod messages;
mod polling;
mod queues;
mod redrive;
mod support;
mod visibility;
