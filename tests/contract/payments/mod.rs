//! Contract tests of the area `payments`.

mod apply;
mod confirm;
mod get;
pub mod intent_create;
mod late_money;
mod provider;
mod providers;
mod waived_fee;
mod webhook_sandbox_create;
pub mod webhook_stripe_create;
