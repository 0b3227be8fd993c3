//! Whether a payment can be paid now.

use tradewind_domain::{
    Time,
    payment::{Payment, PaymentStatus},
};
use tradewind_lambda::Problem;

/// Refuses what is paid, and what is too late.
pub fn payable(payment: &Payment, now: Time) -> Result<(), Problem> {
    match payment.status {
        PaymentStatus::Pending if payment.expires_at > now => Ok(()),
        PaymentStatus::Pending | PaymentStatus::Expired | PaymentStatus::Returned => {
            let detail = "The time to pay is over and nothing was bought. Check out again.";
            Err(Problem::conflict("payment_expired", detail))
        }
        PaymentStatus::Captured => {
            Err(Problem::conflict("payment_already_captured", "This is paid already; there is nothing left to do."))
        }
    }
}
