//! What buyers are told when a payment cannot be paid.

use crate::NotPayable;
use tradewind_kernel::{Explain, Explanation};

impl Explain for NotPayable {
    const CODES: &'static [&'static str] = &["payment_already_captured", "payment_cancelled", "payment_expired"];

    fn explain(self) -> Explanation {
        let (code, detail) = match self {
            Self::Cancelled => (
                "payment_cancelled",
                "What this pays for was cancelled, so there is nothing to pay. Check out again to buy it after all.",
            ),
            Self::Expired => ("payment_expired", "The time to pay is over and nothing was bought. Check out again."),
            Self::TooLate => {
                ("payment_expired", "This was paid after the time was over, and the money goes back. Check out again.")
            }
            Self::Captured => ("payment_already_captured", "This is paid already; there is nothing left to do."),
        };
        Explanation::conflict(code, detail)
    }
}
