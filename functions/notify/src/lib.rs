//! Notifications: telling people what happened, by e-mail.

pub mod email;
mod letter;
mod letters;
mod recipients;
mod send;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![email::function()]
}
