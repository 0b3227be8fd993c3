//! How it is stored.

use crate::PayoutState;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{PayoutId, money::Money, time::Time};

/// What a page shows of a payout.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PayoutCard {
    /// The payout's id.
    pub id: PayoutId,
    /// How much.
    pub amount: Money,
    /// Where it is.
    pub state: PayoutState,
    /// When it was made.
    pub created_at: Time,
}
