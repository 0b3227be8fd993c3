//! A coupon as whoever made it sees it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Money, SellerId, Time};
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_pricing::{Coupon, CouponCode, Discount, keys as pricing_keys};

/// What the path names.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfCoupon {
    /// What buyers type.
    code: CouponCode,
}

/// A coupon.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CouponView {
    /// What buyers enter.
    code: CouponCode,
    /// What it takes off.
    discount: Discount,
    /// Whose goods it is for, and who bears it; absent if it is the marketplace's.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<SellerId>,
    /// For how much of its goods a cart must have at least.
    minimum: Option<Money>,
    /// From when it can be used.
    starts_at: Option<Time>,
    /// Until when it can be used.
    ends_at: Option<Time>,
    /// How often it can be used altogether.
    limit: Option<u32>,
    /// How often each buyer can use it.
    limit_per_buyer: Option<u32>,
    /// Whether a checkout that is called off or refunded whole has not used it after all.
    returns_use: bool,
    /// How many checkouts have used it, without those that were not paid or gave their use back; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<u32>,
    /// Whether it can be used.
    active: bool,
    /// When it was made.
    created_at: Time,
    /// When it was last changed.
    updated_at: Time,
}

impl From<&Coupon> for CouponView {
    fn from(coupon: &Coupon) -> Self {
        Self {
            code: coupon.code.clone(),
            discount: coupon.discount,
            seller: coupon.seller.clone(),
            minimum: coupon.minimum,
            starts_at: coupon.starts_at,
            ends_at: coupon.ends_at,
            limit: coupon.limit,
            limit_per_buyer: coupon.limit_per_buyer,
            returns_use: coupon.returns,
            used: None,
            active: coupon.active,
            created_at: coupon.created_at,
            updated_at: coupon.updated_at,
        }
    }
}

impl CouponView {
    /// The coupon with how often it was used. 1 read unit.
    pub async fn with_uses<B>(
        app: &App,
        request: &Request<User, B, OfCoupon>,
        coupon: &Coupon,
    ) -> Result<Self, Problem> {
        let uses = app.table.get(pricing_keys::coupon_uses(request.tenant(), &coupon.code)).await?.unwrap_or_default();
        Ok(Self { used: Some(uses.used), ..Self::from(coupon) })
    }
}

/// The coupon of the request's path, if it is the caller's shop's, or the caller runs the marketplace.
pub async fn own<B>(app: &App, request: &Request<User, B, OfCoupon>) -> Result<Coupon, Problem> {
    let user = &request.caller;
    let found = app.table.get(pricing_keys::coupon(request.tenant(), &request.params.code)).await?;
    let mine = |coupon: &Coupon| user.admin || (coupon.seller.is_some() && coupon.seller == user.seller);
    found.filter(mine).ok_or_else(|| Problem::not_found("coupon of yours"))
}
