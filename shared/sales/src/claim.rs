//! A guest's purchase becomes that of somebody with an account.

use super::{Changes, Purchase};
use tradewind_kernel::{Time, UserId};
use tradewind_orders::Actor;

/// The whole purchase is the user's from now on: what is paid together is one person's.
pub fn claim(purchase: Purchase, user: &UserId, now: Time) -> Changes {
    let Purchase { mut payment, mut orders } = purchase;
    payment.buyer = user.clone();
    payment.updated_at = now;
    for order in &mut orders {
        order.buyer = user.clone();
        order.tell(Actor::Buyer, "The buyer took this order into their account.".into(), now);
    }
    Changes { payment: Some(payment), orders, ..Changes::default() }
}
