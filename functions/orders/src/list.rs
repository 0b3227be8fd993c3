//! `GET /v1/orders`: what the caller bought, newest first.

use crate::view::OrderCardView;
use tradewind_lambda::{App, Endpoint, Function, Grant, ListView, Problem, Reply, Request, User};
use tradewind_storage::{entities::OrderCard, keys};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::get("orders-list", "/v1/orders", "Lists the orders of the buyer.")
    .paged()
    .grants(&[Grant::MainRead, Grant::SealingKey]);

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User>) -> Result<Reply<ListView<OrderCardView>>, Problem> {
    let list = keys::orders_of_buyer::<OrderCard>(request.tenant(), &request.caller.id);
    request.list(&app, list, |row| row.card.into()).await
}
