//! How it is stored.

use crate::{Coupon, keys};
use serde::{Deserialize, Serialize};
use tradewind_storage::{by_time, entity, kinds};

/// How often a coupon was used, by everybody or by one buyer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CouponUses {
    /// How often, not counting checkouts that were not paid.
    pub used: u32,
}

entity!(Coupon, |self, tenant| keys::coupon(tenant, &self.code),
    gsi1 => keys::coupons::<()>(tenant).at(by_time(self.created_at, &self.code)),
    card => serde_json::to_value(self).ok();
    version);

kinds! {
    whole {
        Coupon, "coupon.v1", "coupon" / "coupon";
    }
    counted {
        CouponUses, "coupon_uses.v1", "coupon" / "uses";
    }
}
