//! `GET /v1/orders/{order_id}/refunds`: the refunds of an order, newest first.

use crate::{load, refunds::view::RefundView};
use tradewind_lambda::{App, Endpoint, Grant, ListView, OfOrder, Paged, Problem, Reply, Request, User};
use tradewind_orders::keys as orders_keys;

pub const ENDPOINT: Endpoint =
    Endpoint::get("orders-refunds-list", "/v1/orders/{order_id}/refunds", "Lists what went back of an order.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

pub async fn handle(
    app: App,
    request: Request<User, (), Paged<OfOrder>>,
) -> Result<Reply<ListView<RefundView>>, Problem> {
    let (order, _) = load::order(&app, &request, &request.params.order_id).await?;
    let list = orders_keys::refunds_of(request.tenant(), &order.id);
    request.list(&app, list, |row| RefundView::of_card(order.id.clone(), row.summary)).await
}
