//! Sellers: opening a shop, reading one, and listing them.

pub mod list;
pub mod open;
pub mod read;
pub mod update;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![open::function(), read::function(), list::function(), update::function()]
}
