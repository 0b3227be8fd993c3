//! What serves every area: health, the authoriser, what no endpoint is for, the pages about problems and the outbox relay.

pub mod authorise;
pub mod health;
pub mod not_found;
pub mod outbox_relay;
pub mod problem_read;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        health::function(),
        problem_read::function(),
        authorise::function(),
        not_found::function(),
        outbox_relay::function(),
    ]
}
