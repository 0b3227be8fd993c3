//! What clients are told when a step of a sale is not possible.

use crate::SaleError;
use tradewind_kernel::{Explain, Explanation};

impl Explain for SaleError {
    const CODES: &'static [&'static str] = &["payment_disputed"];

    fn explain(self) -> Explanation {
        match self {
            Self::Transition(error) => error.explain(),
            Self::Refund(error) => error.explain(),
            Self::Unsent(error) => error.explain(),
            Self::Payout(error) => error.explain(),
            Self::Disputed => {
                let detail =
                    "The buyer's bank disputes the payment. Its money stays where it is until the bank decides.";
                Explanation::conflict("payment_disputed", detail)
            }
            Self::Split(_)
            | Self::WholePurchase
            | Self::Amount(_)
            | Self::Unasked(_)
            | Self::Contrary(_)
            | Self::DecidedOtherwise { .. }
            | Self::Ledger(_)
            | Self::Money(_) => Explanation::internal(self),
        }
    }
}
