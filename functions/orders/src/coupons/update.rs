//! `PATCH /v1/coupons/{code}`: ends a coupon, or changes its dates and its limits. The discount cannot be changed: it has been promised to
//! buyers.

use crate::coupons::view::{CouponView, OfCoupon, own};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::Time;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::patch("orders-coupons-update", "/v1/coupons/{code}", "Changes a coupon.")
    .edits()
    .live()
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead]);

/// The changes; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Whether the coupon can be used.
    #[serde(default)]
    #[schemars(with = "bool")]
    #[garde(skip)]
    active: Option<bool>,
    /// The time until which the coupon can be used; `null` for no end.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    ends_at: Option<Option<Time>>,
    /// The number of checkouts that may use it; `null` for any number.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[schemars(range(min = 1))]
    #[garde(skip)]
    limit: Option<Option<u32>>,
    /// The number of checkouts of one buyer that may use it; `null` for any number. Uses are counted only from the time when there is such
    /// a limit.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[schemars(range(min = 1))]
    #[garde(skip)]
    limit_per_buyer: Option<Option<u32>>,
    /// Whether a use is given back when all of its checkout is cancelled or refunded. A change applies to checkouts from now on.
    #[serde(default)]
    #[schemars(with = "bool")]
    #[garde(skip)]
    returns_use: Option<bool>,
}

pub async fn handle(app: App, request: Request<User, Update, OfCoupon>) -> Result<Reply<CouponView>, Problem> {
    let mut coupon = own(&app, &request).await?;
    request.check_version(coupon.version)?;
    let Update { active, ends_at, limit, limit_per_buyer, returns_use } = request.body.clone();
    coupon.active = active.unwrap_or(coupon.active);
    coupon.ends_at = ends_at.unwrap_or(coupon.ends_at);
    coupon.limit = limit.unwrap_or(coupon.limit);
    coupon.limit_per_buyer = limit_per_buyer.unwrap_or(coupon.limit_per_buyer);
    coupon.returns = returns_use.unwrap_or(coupon.returns);
    coupon.updated_at = request.now();
    // The coupon's own currency counts as allowed: the marketplace may have stopped using that currency, and the coupon must still be
    // possible to end.
    coupon.validate("", coupon.currency().as_slice())?;
    let commit = request.commit().update(&mut coupon);
    let view = CouponView::with_uses(&app, &request, &coupon).await?;
    request.finish(&app, commit, Reply::new(view).etag(coupon.version)).await
}
