//! Conformance of the local S3 with AWS's documented behaviour, each test named by the rule, through the real SDK.
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
