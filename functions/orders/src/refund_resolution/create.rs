//! `POST /v1/orders/{order_id}/refunds/{refund_id}/resolution`: settles a refund that the provider could not send. Either it is sent again,
//! as a new refund, or it is recorded that the buyer was paid in another way. Each can be done once for a refund that failed.

use crate::refunds::view::RefundView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{Explain, OrderId, RefundId, text::Lines};
use tradewind_lambda::{Admin, App, Endpoint, Grant, Problem, Reply, Request};
use tradewind_orders::keys as orders_keys;
use tradewind_orders::refund::UnsentError;
use tradewind_sales::{Booking, SaleError};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "orders-refund-resolution-create",
    "/v1/orders/{order_id}/refunds/{refund_id}/resolution",
    "Sends a refund that failed again, or notes how it was paid otherwise.",
)
.refusals(&[UnsentError::CODES, SaleError::CODES])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The parameters of the path: a refund of an order.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfRefund {
    /// The id of the order.
    order_id: OrderId,
    /// The id of the refund.
    refund_id: RefundId,
}

/// How the failed refund is resolved.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// `retry` to have the provider send it again, `settled_otherwise` if the buyer has received the money in another way.
    #[garde(skip)]
    action: Resolution,
    /// How the buyer was paid: 1 to 500 characters. Required with `settled_otherwise`, and refused with `retry`.
    #[serde(default)]
    #[garde(skip)]
    note: Option<Lines<1, 500>>,
}

/// How a failed refund is resolved.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// The refund is sent again.
    Retry,
    /// The buyer was paid in another way.
    SettledOtherwise,
}

/// Answers the new refund, or the one that was settled.
pub async fn handle(app: App, request: Request<Admin, Resolve, OfRefund>) -> Result<Reply<RefundView>, Problem> {
    let (tenant, OfRefund { order_id, refund_id }) = (request.tenant(), &request.params);
    let refund =
        app.table.get(orders_keys::refund(tenant, refund_id)).await?.filter(|refund| refund.order == *order_id);
    let refund = refund.ok_or_else(|| Problem::not_found("refund"))?;
    let order =
        app.table.get(orders_keys::order(tenant, order_id)).await?.ok_or_else(|| Problem::not_found("order"))?;
    let booking = Booking { now: request.now(), journal: app.id() };
    let mut changes = match (request.body.action, request.body.note.clone().map(String::from)) {
        (Resolution::Retry, None) => {
            let purchase = tradewind_sales::purchase::load(&app.table, tenant, &order.payment).await?;
            let purchase = purchase.ok_or_else(|| Problem::internal(format!("{} is missing", order.payment)))?;
            tradewind_sales::retry_refund(refund, purchase, app.id(), booking)?
        }
        (Resolution::Retry, Some(_)) => {
            return Err(Problem::invalid(
                "note",
                "Leave it out: nothing has to be said of a refund that is sent again.",
            ));
        }
        (Resolution::SettledOtherwise, Some(note)) => tradewind_sales::settle_refund(refund, order, note, booking)?,
        (Resolution::SettledOtherwise, None) => {
            return Err(Problem::invalid("note", "Say how the buyer was paid, such as by which bank transfer."));
        }
    };
    let commit = request.commit().with(&mut changes);
    let answered = changes.new_refunds.first().or(changes.refund.as_ref());
    let answered = answered.ok_or_else(|| Problem::internal("a resolution changes a refund"))?;
    request.finish(&app, commit, Reply::new(RefundView::from(answered))).await
}
