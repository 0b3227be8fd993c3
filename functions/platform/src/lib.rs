//! What serves every area: health, the authoriser and the outbox relay.

pub mod authorise;
pub mod health;
pub mod outbox_relay;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![health::function(), authorise::function(), outbox_relay::function()]
}
