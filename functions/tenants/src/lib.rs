//! Marketplaces: opening one, reading it, changing its settings.

pub mod marketplace_open;
pub mod marketplace_read;
pub mod marketplace_update;
pub mod process_publish;
pub mod process_read;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        marketplace_open::function(),
        marketplace_read::function(),
        marketplace_update::function(),
        process_publish::function(),
        process_read::function(),
    ]
}
