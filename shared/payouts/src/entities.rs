//! How it is stored.

use crate::{Payout, PayoutState, keys};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{PayoutId, money::Money, time::Time};
use tradewind_storage::{by_time, entity, kinds};

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

entity!(Payout, |self, tenant| keys::payout(tenant, &self.id),
    gsi2 => keys::payouts_of::<()>(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    card => serde_json::to_value(PayoutCard {
        id: self.id.clone(),
        amount: self.amount,
        state: self.state.clone(),
        created_at: self.created_at,
    }).ok();
    version);

kinds! {
    whole {
        Payout, "payout.v1", "payout" / "payout";
    }
    counted {
    }
}
