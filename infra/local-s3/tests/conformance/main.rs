//! Tests that the local S3 conforms to AWS's documented behaviour, through the real SDK. Each test is named after its rule.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::let_underscore_must_use,
    clippy::wildcard_enum_match_arm,
    missing_docs
)]

mod buckets;
mod cors;
mod harness;
mod listing;
mod multipart;
mod notifications;
mod objects;
mod persistence;
mod post;
mod presigned;
