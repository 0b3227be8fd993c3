//! Whether a payment can be paid now.

use tradewind_kernel::Time;
use tradewind_lambda::Problem;
use tradewind_payments::{Payment, PaymentStatus};

/// Refuses a payment that is already paid, was cancelled, or whose time is over.
pub fn payable(payment: &Payment, now: Time) -> Result<(), Problem> {
    let expired = "The time to pay is over and nothing was bought. Check out again.";
    match payment.status {
        PaymentStatus::Pending if payment.expires_at > now => Ok(()),
        // A payment that ended before its time was ended by a person.
        PaymentStatus::Expired if payment.updated_at < payment.expires_at => {
            let detail =
                "What this pays for was cancelled, so there is nothing to pay. Check out again to buy it after all.";
            Err(Problem::conflict("payment_cancelled", detail))
        }
        PaymentStatus::Pending | PaymentStatus::Expired => Err(Problem::conflict("payment_expired", expired)),
        PaymentStatus::Returned => {
            let detail = "This was paid after the time was over, and the money goes back. Check out again.";
            Err(Problem::conflict("payment_expired", detail))
        }
        PaymentStatus::Captured => {
            Err(Problem::conflict("payment_already_captured", "This is paid already; there is nothing left to do."))
        }
    }
}
