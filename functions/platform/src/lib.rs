//! What serves every area: health, the authoriser, what no endpoint is for, the pages about problems, the outbox relay and migrations of what is stored.

pub mod authorise;
pub mod health;
pub mod migrate;
pub mod migration_create;
pub mod migration_read;
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
        migration_create::function(),
        migration_read::function(),
        migrate::function(),
        not_found::function(),
        outbox_relay::function(),
    ]
}
