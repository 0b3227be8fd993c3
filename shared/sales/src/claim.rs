//! Claiming: a guest's purchase becomes that of a user with an account.

use super::{Changes, Purchase};
use tradewind_kernel::{Time, UserId};
use tradewind_orders::Actor;

/// Gives the whole purchase to the user: all that one payment pays for belongs to one person.
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
