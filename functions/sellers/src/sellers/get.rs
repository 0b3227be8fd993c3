//! `GET /v1/sellers/{seller_id}`: a shop, for everybody.

use crate::sellers::view::SellerView;
use tradewind_lambda::{App, Endpoint, Grant, OfSeller, Problem, Public, Reply, Request};
use tradewind_sellers::keys as sellers_keys;

pub const ENDPOINT: Endpoint =
    Endpoint::get("sellers-get", "/v1/sellers/{seller_id}", "Reads a shop.").public_for(10).grants(&[Grant::MainRead]);

pub async fn handle(app: App, request: Request<Public, (), OfSeller>) -> Result<Reply<SellerView>, Problem> {
    let seller = app.table.get(sellers_keys::seller(request.tenant(), &request.params.seller_id)).await?;
    let seller = seller.ok_or_else(|| Problem::not_found("seller"))?;
    Ok(Reply::new(SellerView::from(&seller)).etag(seller.version))
}
