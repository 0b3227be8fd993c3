//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Payout, entities::PayoutSummary, keys};
use tradewind_storage::{by_time, entity, kinds};

entity!(Payout, |self, tenant| keys::payout(tenant, &self.id),
    gsi2 => keys::payouts_of::<()>(tenant, &self.seller).at(by_time(self.created_at, &self.id)),
    summary => serde_json::to_value(PayoutSummary {
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
