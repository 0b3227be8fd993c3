//! `GET /v1/coupons`: the coupons of the marketplace, newest first. For administrators; a seller reads their own coupons by code.

use crate::coupons::view::CouponView;
use tradewind_lambda::{Admin, App, Endpoint, Grant, ListView, Paged, Problem, Reply, Request};
use tradewind_pricing::{Coupon, keys as pricing_keys};

pub const ENDPOINT: Endpoint = Endpoint::get("orders-coupons-list", "/v1/coupons", "Lists the marketplace's coupons.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

pub async fn handle(app: App, request: Request<Admin, (), Paged>) -> Result<Reply<ListView<CouponView>>, Problem> {
    let list = pricing_keys::coupons::<Coupon>(request.tenant());
    request.list(&app, list, |row| CouponView::from(&row.summary)).await
}
