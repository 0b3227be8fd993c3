//! Buying: carts, checkouts, orders and their steps, and what time brings about.

pub mod cart_put;
pub mod cart_read;
pub mod checkout;
pub mod list;
mod load;
pub mod of_seller;
pub mod read;
pub mod reservation_expire;
mod sweep;
pub mod timer;
pub mod transition;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        cart_read::function(),
        cart_put::function(),
        checkout::function(),
        read::function(),
        list::function(),
        of_seller::function(),
        transition::function(),
        reservation_expire::function(),
        timer::function(),
    ]
}
