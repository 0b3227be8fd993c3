//! The summaries of payouts for the index.

use crate::PayoutState;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{PayoutId, money::Money, time::Time};

/// The summary of a payout, as pages of payouts show it.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PayoutSummary {
    /// The payout's id.
    pub id: PayoutId,
    /// The amount that is paid out.
    pub amount: Money,
    /// The state of the payout.
    pub state: PayoutState,
    /// When the payout was made.
    pub created_at: Time,
}
