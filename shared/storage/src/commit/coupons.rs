//! How often coupons are used.
//!
//! A use is counted by a condition on the number alone and not on an item's version, so that buyers do not wait for each other.

use super::{Commit, Denial};
use crate::{
    Key,
    entities::CouponUses,
    keys::{self, In},
    shape::{self, SHAPE, Shaped},
    table::key_item,
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use tradewind_domain::{UserId, payment::UsedCoupon, pricing::Coupon};

impl Commit {
    /// Counts one more use of a coupon. The refusals are `coupon_used_up`, and `coupon_used_up_by_you` if the buyer has had all
    /// of theirs.
    pub fn use_coupon(self, coupon: &Coupon, buyer: &UserId) -> Self {
        let uses = keys::coupon_uses(&self.tenant, &coupon.code);
        let commit = self.count_use(uses, coupon.limit, "coupon_used_up", coupon);
        if coupon.limit_per_buyer.is_none() {
            return commit;
        }
        let uses = keys::coupon_uses_by(&commit.tenant, buyer, &coupon.code);
        commit.count_use(uses, coupon.limit_per_buyer, "coupon_used_up_by_you", coupon)
    }

    fn count_use(self, uses: Key<CouponUses>, limit: Option<u32>, code: &'static str, coupon: &Coupon) -> Self {
        let mut update = add(uses, 1);
        if let Some(limit) = limit {
            update = update
                .condition_expression("attribute_not_exists(#used) OR #used < :limit")
                .expression_attribute_values(":limit", AttributeValue::N(limit.to_string()));
        }
        self.action(In::Main, Denial::Refused { code, subject: coupon.code.to_string() }, |name| {
            update.table_name(name).build().map(|u| TransactWriteItem::builder().update(u).build())
        })
    }

    /// Counts one use less: the checkout was not paid.
    pub(super) fn give_back_coupon(mut self, used: &UsedCoupon, buyer: &UserId) -> Self {
        let all = keys::coupon_uses(&self.tenant, &used.code);
        let own = used.per_buyer.then(|| keys::coupon_uses_by(&self.tenant, buyer, &used.code));
        for uses in [Some(all), own].into_iter().flatten() {
            let update = add(uses, -1)
                .condition_expression("#used > :zero")
                .expression_attribute_values(":zero", AttributeValue::N("0".into()));
            self = self.action(In::Main, Denial::Stale, |name| {
                update.table_name(name).build().map(|u| TransactWriteItem::builder().update(u).build())
            });
        }
        self
    }
}

fn add(uses: Key<CouponUses>, by: i8) -> aws_sdk_dynamodb::types::builders::UpdateBuilder {
    Update::builder()
        .set_key(Some(key_item(uses.pk, uses.sk)))
        .update_expression(format!("ADD #used :by SET {SHAPE} = if_not_exists({SHAPE}, :shape)"))
        .expression_attribute_values(":shape", shape::text(CouponUses::SHAPE))
        .expression_attribute_names("#used", "used")
        .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
}
