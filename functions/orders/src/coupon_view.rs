//! A coupon as whoever made it sees it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{
    Money, SellerId, Time,
    pricing::{Coupon, CouponCode, Discount},
};
use tradewind_lambda::{App, Problem, Request, User};
use tradewind_storage::keys;

/// A coupon.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CouponView {
    code: CouponCode,
    discount: Discount,
    /// Whose goods it is for, and who bears it; absent if it is the marketplace's.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<SellerId>,
    minimum: Option<Money>,
    starts_at: Option<Time>,
    ends_at: Option<Time>,
    limit: Option<u32>,
    limit_per_buyer: Option<u32>,
    /// How many checkouts have used it, without those that were not paid; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    used: Option<u32>,
    active: bool,
    created_at: Time,
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
            used: None,
            active: coupon.active,
            created_at: coupon.created_at,
            updated_at: coupon.updated_at,
        }
    }
}

impl CouponView {
    /// The coupon with how often it was used. 1 read unit.
    pub async fn with_uses<B>(app: &App, request: &Request<User, B>, coupon: &Coupon) -> Result<Self, Problem> {
        let uses = app.table.get(keys::coupon_uses(request.tenant(), &coupon.code)).await?.unwrap_or_default();
        Ok(Self { used: Some(uses.used), ..Self::from(coupon) })
    }
}

/// The coupon of the request's path, if it is the caller's shop's, or the caller runs the marketplace.
pub async fn own<B>(app: &App, request: &Request<User, B>) -> Result<Coupon, Problem> {
    let user = &request.caller;
    let code = request.head.path_text("code").and_then(CouponCode::parse);
    let found = match code {
        Some(code) => app.table.get(keys::coupon(request.tenant(), &code)).await?,
        None => None,
    };
    let mine = |coupon: &Coupon| user.admin || (coupon.seller.is_some() && coupon.seller == user.seller);
    found.filter(mine).ok_or_else(|| Problem::not_found("coupon of yours"))
}
