//! `GET /v1/sellers/{seller_id}/orders`: what the caller's own shop sold, newest first. Another's shop is not found here.

use crate::view::OrderCardView;
use tradewind_domain::SellerId;
use tradewind_lambda::{App, Endpoint, Function, Grant, ListView, Problem, Reply, Request, Seller};
use tradewind_storage::{entities::OrderCard, keys};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("orders-of-seller", "/v1/sellers/{seller_id}/orders", "Lists the orders of a shop.")
        .paged()
        .grants(&[Grant::MainRead, Grant::SealingKey]);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Seller>) -> Result<Reply<ListView<OrderCardView>>, Problem> {
    let seller = request.head.path::<SellerId>("seller_id")?;
    if seller != request.caller.id {
        return Err(Problem::not_found("shop of yours"));
    }
    let list = keys::orders_of_seller::<OrderCard>(request.tenant(), &seller);
    request.list(&app, list, |row| row.card.into()).await
}
