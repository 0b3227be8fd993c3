//! Contract tests of the area `disputes`.

mod bank_disputes;
mod evidence_create;
