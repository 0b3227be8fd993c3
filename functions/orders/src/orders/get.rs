//! `GET /v1/orders/{order_id}`: an order with its timeline, for its buyer, its seller and the marketplace's administrators.

use crate::{load, view::OrderView};
use tradewind_lambda::{App, Endpoint, Grant, OfOrder, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::get("orders-get", "/v1/orders/{order_id}", "Reads an order.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User, (), OfOrder>) -> Result<Reply<OrderView>, Problem> {
    let (order, actors) = load::order(&app, &request, &request.params.order_id).await?;
    let process = app.order_process(request.tenant(), order.process).await?;
    Ok(Reply::new(OrderView::new(&order, &process, &actors)).etag(order.version))
}
