//! Contract tests of the area `reconciliation`.

pub mod compare;
mod stripe;
