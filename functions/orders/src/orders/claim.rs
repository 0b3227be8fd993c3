//! `POST /v1/orders/{order_id}/claim`: moves an order that was bought as a guest into the caller's account, together with all that was
//! bought in the same checkout, and its payment. From then on the order belongs to the caller, and no longer to the guest.

use crate::view::OrderView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::claim;
use tradewind_lambda::{App, Endpoint, Grant, OfOrder, Problem, Reply, Request, User};
use tradewind_orders::{Actor, Order, keys as orders_keys};
use tradewind_storage::CommitError;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "orders-claim",
    "/v1/orders/{order_id}/claim",
    "Takes an order that was bought as a guest into the caller's account.",
)
.refusals(&[&["own_order"]])
.live()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey]);

/// The proof that the caller is the guest who bought.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The `claim` that the guest received; it is in the guest's receipts as well.
    #[garde(length(min = 1, max = claim::LONGEST))]
    claim: String,
}

pub async fn handle(app: App, request: Request<User, Claim, OfOrder>) -> Result<Reply<OrderView>, Problem> {
    request.caller.with_account()?;
    let (tenant, user) = (request.tenant(), &request.caller);
    let guest = claim::guest(app.sealing_key()?, tenant, &request.body.claim);
    let guest = guest.ok_or_else(|| {
        Problem::invalid("claim", "This is not a claim of this marketplace. Copy it whole from the receipt.")
    })?;
    let id = &request.params.order_id;
    let found: Option<Order> = app.table.get(orders_keys::order(tenant, id)).await?;
    let found = found.filter(|order| order.buyer == guest || order.buyer == user.id);
    let found = found.ok_or_else(|| Problem::not_found("order"))?;
    if found.buyer == user.id {
        return view(&app, &request, &found).await;
    }
    let purchase = tradewind_sales::purchase::load(&app.table, tenant, &found.payment).await?;
    let purchase = purchase.ok_or_else(|| Problem::internal(format!("{} is missing", found.payment)))?;
    // Somebody may have claimed the order since it was read: read both again.
    if purchase.payment.buyer != guest {
        return Err(CommitError::Contention.into());
    }
    if purchase.orders.iter().any(|order| user.seller.as_ref() == Some(&order.seller)) {
        let detail = "This was bought from your own shop, where you cannot be the buyer.";
        return Err(Problem::conflict("own_order", detail));
    }
    let mut changes = tradewind_sales::claim(purchase, &user.id, request.now());
    let commit = request.commit().with(&mut changes);
    let claimed = changes.orders.iter().find(|order| order.id == *id);
    let claimed = claimed.ok_or_else(|| Problem::internal(format!("{} does not pay for {id}", found.payment)))?;
    let reply = view(&app, &request, claimed).await?;
    request.finish(&app, commit, reply).await
}

async fn view(app: &App, request: &Request<User, Claim, OfOrder>, order: &Order) -> Result<Reply<OrderView>, Problem> {
    let process = app.order_process(request.tenant(), order.process).await?;
    Ok(Reply::new(OrderView::new(order, &process, &[Actor::Buyer])).etag(order.version))
}
