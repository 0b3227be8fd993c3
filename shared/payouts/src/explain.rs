//! What clients are told when a payout cannot be settled so.

use crate::PayoutError;
use serde_json::json;
use tradewind_kernel::{Explain, Explanation, Member};

impl Explain for PayoutError {
    const CODES: &'static [&'static str] = &["payout_not_failed", "nothing_payable", "owed_less"];

    fn explain(self) -> Explanation {
        match self {
            Self::NotFailed => {
                let detail = "This payout did not come back, or was settled already. See the payouts of the shop.";
                Explanation::conflict("payout_not_failed", detail)
            }
            Self::NothingPayable { owed, payable } => {
                let detail = format!(
                    "The shop is owed {owed}, of which {payable} can be paid now: less than the least that is paid out. Nothing was sent."
                );
                Explanation::conflict("nothing_payable", detail)
            }
            Self::OwedLess { owed, amount } => {
                let detail = format!(
                    "The shop is owed only {owed} now, and {amount} came back: a later payout has paid it, or a refund used it up. \
                     See the shop's ledger entries."
                );
                Explanation::conflict("owed_less", detail).with(Member::Left, json!(owed))
            }
        }
    }
}
