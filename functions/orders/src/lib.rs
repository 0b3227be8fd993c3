//! Buying: carts, checkouts, orders and their steps, and what time brings about.

pub mod cart_put;
pub mod cart_read;
pub mod checkout;
pub mod claim;
pub mod coupon_create;
pub mod coupon_list;
pub mod coupon_read;
pub mod coupon_update;
mod coupon_view;
pub mod list;
mod load;
pub mod of_seller;
mod placing;
pub mod quote;
pub mod read;
pub mod refund_create;
pub mod refund_list;
pub mod refund_resolve;
mod refund_view;
pub mod reservation_expire;
mod search;
mod taking;
pub mod timer;
pub mod transition;
pub mod update;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        cart_read::function(),
        cart_put::function(),
        quote::function(),
        checkout::function(),
        read::function(),
        list::function(),
        of_seller::function(),
        transition::function(),
        update::function(),
        claim::function(),
        refund_create::function(),
        refund_list::function(),
        refund_resolve::function(),
        coupon_create::function(),
        coupon_list::function(),
        coupon_read::function(),
        coupon_update::function(),
        reservation_expire::function(),
        timer::function(),
    ]
}
