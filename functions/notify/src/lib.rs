//! Notifications: telling people what happened, by e-mail.

mod brand;
pub mod dead_letters;
pub mod email;
mod isolate;
mod letter;
mod letters;
mod recipients;
mod render;
mod samples;
mod send;

pub use samples::{Sample, samples};
use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![email::function(), dead_letters::function()]
}
