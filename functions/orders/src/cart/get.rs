//! `GET /v1/cart`: the caller's cart at current prices.

use crate::{load, view::CartView};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_orders::{cart::Cart, keys as orders_keys};

pub const ENDPOINT: Endpoint =
    Endpoint::get("orders-cart-get", "/v1/cart", "Reads the caller's cart at the prices of now.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User>) -> Result<Reply<CartView>, Problem> {
    let (tenant, owner) = (request.tenant(), request.caller.id.clone());
    // A user who never had a cart has an empty one.
    let empty = || Cart { owner: owner.clone(), lines: vec![], sellers: vec![], updated_at: request.now(), version: 0 };
    let cart = app.table.get(orders_keys::cart(tenant, &owner)).await?.unwrap_or_else(empty);
    let load::Goods { listings, stock, .. } = load::goods(&app, tenant, &cart.lines, None).await?;
    let (lines, totals) = cart.priced(&listings, &stock, &request.marketplace().sells_in())?;
    Ok(Reply::new(CartView::new(lines, totals)).etag(cart.version))
}
