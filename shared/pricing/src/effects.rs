//! Counting the uses of coupons.
//!
//! A use is counted with a condition on the number alone and not on an item's version, so that buyers do not wait for each other.

use crate::{Coupon, CouponCode, UsedCoupon, entities::CouponUses, keys};
use aws_sdk_dynamodb::types::{AttributeValue, builders::UpdateBuilder};
use tradewind_kernel::UserId;
use tradewind_storage::{
    Commit, Denial, Effect, Key, Refusal, Shaped, refusal,
    shape::{self, SHAPE},
};

refusal! {
    /// The refusal if the code of a new coupon is already used by another one.
    CouponCodeTaken(CouponCode), "coupon_code_taken"
}

/// The refusal if a coupon was used as often as it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CouponUsedUp {
    /// All buyers together have used it up.
    ByAll(CouponCode),
    /// This buyer has used it up.
    ByBuyer(CouponCode),
}

impl Refusal for CouponUsedUp {
    fn code(&self) -> &'static str {
        match self {
            Self::ByAll(_) => "coupon_used_up",
            Self::ByBuyer(_) => "coupon_used_up_by_you",
        }
    }

    fn subject(&self) -> String {
        let (Self::ByAll(code) | Self::ByBuyer(code)) = self;
        code.to_string()
    }
}

/// Counts one more use of a coupon, unless it is [used up](CouponUsedUp).
#[derive(Debug, Clone, Copy)]
pub struct UseCoupon<'a> {
    /// The coupon that is used.
    pub coupon: &'a Coupon,
    /// The buyer who uses it.
    pub buyer: &'a UserId,
}

impl Effect for UseCoupon<'_> {
    fn write(self, commit: Commit) -> Commit {
        let Self { coupon, buyer } = self;
        let uses = keys::coupon_uses(commit.tenant(), &coupon.code);
        let commit = one_more(commit, uses, coupon.limit, CouponUsedUp::ByAll(coupon.code.clone()));
        if coupon.limit_per_buyer.is_none() {
            return commit;
        }
        let uses = keys::coupon_uses_by(commit.tenant(), buyer, &coupon.code);
        one_more(commit, uses, coupon.limit_per_buyer, CouponUsedUp::ByBuyer(coupon.code.clone()))
    }
}

fn one_more(commit: Commit, uses: Key<CouponUses>, limit: Option<u32>, refusal: CouponUsedUp) -> Commit {
    commit.change(uses, Denial::refused(refusal), |update| match limit {
        Some(limit) => add(update, 1)
            .condition_expression("attribute_not_exists(#used) OR #used < :limit")
            .expression_attribute_values(":limit", AttributeValue::N(limit.to_string())),
        None => add(update, 1),
    })
}

/// Counts one use less, because the coupon was not used after all: for example, the checkout was not paid.
#[derive(Debug, Clone, Copy)]
pub struct GiveBackCoupon<'a> {
    /// The use that is given back.
    pub used: &'a UsedCoupon,
    /// The buyer who had used it.
    pub buyer: &'a UserId,
}

impl Effect for GiveBackCoupon<'_> {
    fn write(self, commit: Commit) -> Commit {
        let Self { used, buyer } = self;
        let all = keys::coupon_uses(commit.tenant(), &used.code);
        let own = used.per_buyer.then(|| keys::coupon_uses_by(commit.tenant(), buyer, &used.code));
        [Some(all), own].into_iter().flatten().fold(commit, |commit, uses| {
            commit.change(uses, Denial::Stale, |update| {
                add(update, -1)
                    .condition_expression("#used > :zero")
                    .expression_attribute_values(":zero", AttributeValue::N("0".into()))
            })
        })
    }
}

fn add(update: UpdateBuilder, by: i8) -> UpdateBuilder {
    update
        .update_expression(format!("ADD #used :by SET {SHAPE} = if_not_exists({SHAPE}, :shape)"))
        .expression_attribute_values(":shape", shape::text(CouponUses::SHAPE))
        .expression_attribute_names("#used", "used")
        .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
}
