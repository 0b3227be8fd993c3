//! `POST /v1/coupons`: creates a coupon. A seller's coupon reduces the price of that seller's goods, at the seller's expense. The
//! marketplace's coupon reduces the price of everyone's goods, at the marketplace's expense.

use crate::coupons::view::CouponView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{Money, Time, money::AmountFrom};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_pricing::{Coupon, CouponCode, CouponCodeTaken, Discount};

pub const ENDPOINT: Endpoint = Endpoint::post("orders-coupons-create", "/v1/coupons", "Makes a coupon.")
    .success(201)
    .refusals(&[CouponCodeTaken::CODES, &["seller_required", "admin_required"]])
    .live()
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The owner of a coupon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// The caller's shop.
    Shop,
    /// The marketplace. For administrators.
    Marketplace,
}

/// A coupon.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateCoupon {
    /// The owner of the coupon, who also bears its cost.
    #[garde(skip)]
    of: Of,
    /// The code that buyers enter. It cannot be used for another coupon, even after this one has ended.
    #[garde(skip)]
    code: CouponCode,
    /// The discount. A fixed amount applies to goods in its currency only, a percentage to goods in every currency.
    #[garde(skip)]
    discount: Discount,
    /// The least amount for which goods that the coupon applies to must be bought. The coupon then applies to goods in this currency only.
    #[serde(default)]
    #[schemars(with = "Option<AmountFrom<0>>")]
    #[garde(skip)]
    minimum: Option<Money>,
    /// The time from which the coupon can be used.
    #[serde(default)]
    #[garde(skip)]
    starts_at: Option<Time>,
    /// The time until which the coupon can be used; at that very moment it no longer can.
    #[serde(default)]
    #[garde(skip)]
    ends_at: Option<Time>,
    /// The number of checkouts that may use it.
    #[serde(default)]
    #[schemars(range(min = 1))]
    #[garde(skip)]
    limit: Option<u32>,
    /// The number of checkouts of one buyer that may use it.
    #[serde(default)]
    #[schemars(range(min = 1))]
    #[garde(skip)]
    limit_per_buyer: Option<u32>,
    /// Whether a use is given back when all of its checkout is cancelled or refunded. The use of a checkout that was never paid is always
    /// given back.
    #[serde(default = "returns_use")]
    #[garde(skip)]
    returns_use: bool,
}

const fn returns_use() -> bool {
    true
}

pub async fn handle(app: App, request: Request<User, CreateCoupon>) -> Result<Reply<CouponView>, Problem> {
    let (user, now, body) = (&request.caller, request.now(), request.body.clone());
    let seller = match body.of {
        Of::Shop => Some(user.seller.clone().ok_or_else(|| {
            let detail = match user.admin {
                true => "You have no shop here. The marketplace's own coupon is made with `of` as `marketplace`.",
                false => "Open a shop first, or refresh your token if you have just opened one.",
            };
            Problem::forbidden("seller_required", detail)
        })?),
        Of::Marketplace if user.admin => None,
        Of::Marketplace => {
            return Err(Problem::forbidden("admin_required", "Only an administrator makes the marketplace's coupons."));
        }
    };
    let coupon = Coupon {
        code: body.code,
        discount: body.discount,
        seller,
        minimum: body.minimum,
        starts_at: body.starts_at,
        ends_at: body.ends_at,
        limit: body.limit,
        limit_per_buyer: body.limit_per_buyer,
        returns: body.returns_use,
        used: 0,
        active: true,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    coupon.validate("", &request.marketplace().sells_in())?;
    let commit = request.commit().create(&coupon, CouponCodeTaken(coupon.code.clone()));
    let reply =
        Reply::new(CouponView::from(&coupon)).location(format!("/v1/coupons/{}", coupon.code)).etag(coupon.version);
    let taken = "There is a coupon with this code already. Choose another one.";
    let finished = request.try_finish(&app, commit, reply).await;
    finished.map_err(|unfinished| unfinished.explain(|_: &CouponCodeTaken| taken.into()))
}
