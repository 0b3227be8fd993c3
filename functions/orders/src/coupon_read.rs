//! `GET /v1/coupons/{code}`: a coupon, and how often it was used.

use crate::coupon_view::{CouponView, OfCoupon, own};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, User};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("orders-coupon-read", "/v1/coupons/{code}", "Reads a coupon.").grants(&[Grant::MainRead]);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User, (), OfCoupon>) -> Result<Reply<CouponView>, Problem> {
    let coupon = own(&app, &request).await?;
    Ok(Reply::new(CouponView::with_uses(&app, &request, &coupon).await?).etag(coupon.version))
}
