//! Giving back the use of a coupon.

use super::Changes;
use tradewind_orders::Order;
use tradewind_payments::Payment;

impl Changes {
    /// Notes that the order has ended with everything given back.
    pub(super) fn one_less(&mut self, order: &Order) {
        self.coupon_of = order.coupon.as_ref().map(|_| order.payment.clone());
    }
}

/// Counts one order less for the use of a coupon. When the last order of its checkout has been given back, the use is given back to
/// the buyer, if the coupon says so. `payment` is that of [`Changes::coupon_of`], read after the decision: if two orders end at the
/// same moment, its version lets only one of them count.
pub fn coupon_unused(changes: &mut Changes, mut payment: Payment) {
    changes.coupon_of = None;
    let Some(used) = payment.coupon.as_mut().filter(|used| used.orders > 0) else { return };
    used.orders = used.orders.saturating_sub(1);
    if used.orders == 0 && used.returns {
        changes.unused_coupon = Some((used.clone(), payment.buyer.clone()));
    }
    changes.payment = Some(payment);
}
