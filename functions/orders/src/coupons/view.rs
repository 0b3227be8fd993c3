//! A coupon as its owner sees it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Money, SellerId, Time};
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_pricing::{Coupon, CouponCode, Discount, keys as pricing_keys};

/// The parameters of the path.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfCoupon {
    /// The code that buyers enter.
    code: CouponCode,
}

/// A coupon.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CouponView {
    /// The code that buyers enter.
    code: CouponCode,
    /// The discount.
    discount: Discount,
    /// The shop to whose goods it applies and which bears its cost; absent if the coupon is the marketplace's.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<SellerId>,
    /// The least amount for which a cart must have goods that the coupon applies to.
    minimum: Option<Money>,
    /// The time from which the coupon can be used.
    starts_at: Option<Time>,
    /// The time until which the coupon can be used.
    ends_at: Option<Time>,
    /// The number of checkouts that may use it.
    limit: Option<u32>,
    /// The number of checkouts of one buyer that may use it.
    limit_per_buyer: Option<u32>,
    /// Whether a use is given back when all of its checkout is cancelled or refunded.
    returns_use: bool,
    /// The number of checkouts that have used it, without those that were not paid or whose use was given back; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<u32>,
    /// Whether the coupon can be used.
    active: bool,
    /// When the coupon was created.
    created_at: Time,
    /// When the coupon was last changed.
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
    /// Shows the coupon with the number of its uses. 1 read unit.
    pub async fn with_uses<B>(
        app: &App,
        request: &Request<User, B, OfCoupon>,
        coupon: &Coupon,
    ) -> Result<Self, Problem> {
        let uses = app.table.get(pricing_keys::coupon_uses(request.tenant(), &coupon.code)).await?.unwrap_or_default();
        Ok(Self { used: Some(uses.used), ..Self::from(coupon) })
    }
}

/// Reads the coupon that the path names, if it belongs to the caller's shop, or the caller is an administrator.
pub async fn own<B>(app: &App, request: &Request<User, B, OfCoupon>) -> Result<Coupon, Problem> {
    let user = &request.caller;
    let found = app.table.get(pricing_keys::coupon(request.tenant(), &request.params.code)).await?;
    let mine = |coupon: &Coupon| user.admin || (coupon.seller.is_some() && coupon.seller == user.seller);
    found.filter(mine).ok_or_else(|| Problem::not_found("coupon of yours"))
}
