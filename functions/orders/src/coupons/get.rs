//! `GET /v1/coupons/{code}`: a coupon, and how often it was used.

use crate::coupons::view::{CouponView, OfCoupon, own};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::get("orders-coupons-get", "/v1/coupons/{code}", "Reads a coupon.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User, (), OfCoupon>) -> Result<Reply<CouponView>, Problem> {
    let coupon = own(&app, &request).await?;
    Ok(Reply::new(CouponView::with_uses(&app, &request, &coupon).await?).etag(coupon.version))
}
