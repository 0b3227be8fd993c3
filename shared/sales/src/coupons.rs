//! When a coupon was not used after all.

use super::Changes;
use tradewind_orders::Order;
use tradewind_payments::Payment;

impl Changes {
    /// The order has ended with everything given back.
    pub(super) fn one_less(&mut self, order: &Order) {
        self.coupon_of = order.coupon.as_ref().map(|_| order.payment.clone());
    }
}

/// A coupon is used by one order less. When the last order of its checkout has gone back, the buyer has not used it after all, if the
/// coupon says so. `payment` is that of [`Changes::coupon_of`], read after the decision: its version lets of two orders that end at
/// once only one count.
pub fn coupon_unused(changes: &mut Changes, mut payment: Payment) {
    changes.coupon_of = None;
    let Some(used) = payment.coupon.as_mut().filter(|used| used.orders > 0) else { return };
    used.orders = used.orders.saturating_sub(1);
    if used.orders == 0 && used.returns {
        changes.unused_coupon = Some((used.clone(), payment.buyer.clone()));
    }
    changes.payment = Some(payment);
}
