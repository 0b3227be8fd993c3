//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Coupon, entities::CouponUses, keys};
use tradewind_storage::{by_time, entity, kinds};

entity!(Coupon, |self, tenant| keys::coupon(tenant, &self.code),
    gsi1 => keys::coupons::<()>(tenant).at(by_time(self.created_at, &self.code)),
    summary => serde_json::to_value(self).ok();
    version);

kinds! {
    whole {
        Coupon, "coupon.v1", "coupon" / "coupon";
    }
    counted {
        CouponUses, "coupon_uses.v1", "coupon" / "uses";
    }
}
