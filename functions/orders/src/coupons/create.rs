//! `POST /v1/coupons`: makes a coupon. A seller's takes off that seller's goods and the seller bears it; the marketplace's takes off
//! everyone's goods and the marketplace bears it.

use crate::coupons::view::CouponView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{Money, Time, money::AmountFrom};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_pricing::{Coupon, CouponCode, CouponCodeTaken, Discount};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::post("orders-coupons-create", "/v1/coupons", "Makes a coupon.")
    .success(201)
    .refusals(&[CouponCodeTaken::CODES, &["seller_required", "admin_required"]])
    .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// Whose coupon it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// The caller's shop's.
    Shop,
    /// The marketplace's. For administrators.
    Marketplace,
}

/// A coupon.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateCoupon {
    /// Whose it is, and who bears it.
    #[garde(skip)]
    of: Of,
    /// What buyers type; it is never freed again.
    #[garde(skip)]
    code: CouponCode,
    /// What it takes off. An amount is for goods in its currency only, a part for goods in every currency.
    #[garde(skip)]
    discount: Discount,
    /// For how much must be bought of what it is for. It is then for goods in this currency only.
    #[serde(default)]
    #[schemars(with = "Option<AmountFrom<0>>")]
    #[garde(skip)]
    minimum: Option<Money>,
    /// From when it can be used.
    #[serde(default)]
    #[garde(skip)]
    starts_at: Option<Time>,
    /// Until when it can be used; not at that moment any more.
    #[serde(default)]
    #[garde(skip)]
    ends_at: Option<Time>,
    /// How many checkouts may use it.
    #[serde(default)]
    #[schemars(range(min = 1))]
    #[garde(skip)]
    limit: Option<u32>,
    /// How many checkouts of one buyer may use it.
    #[serde(default)]
    #[schemars(range(min = 1))]
    #[garde(skip)]
    limit_per_buyer: Option<u32>,
    /// Whether a checkout has not used it after all if all of it is called off or refunded whole. A checkout that was not paid never
    /// has.
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
