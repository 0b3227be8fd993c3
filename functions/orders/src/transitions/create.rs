//! `POST /v1/orders/{order_id}/transitions`: takes a step of the order's process, with everything that it does to money and stock.
//!
//! The order's process ([`tradewind_orders::order_process`]) defines who may take which step, and an order shows the steps that its viewer
//! can take now. An order that is not paid is cancelled together with all others of its checkout, because one payment pays them all, and
//! the goods return to the buyer's cart.

use crate::{load, view::OrderView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_catalog::StockDiffers;
use tradewind_kernel::{Explain, text::Line};
use tradewind_lambda::{App, Endpoint, Grant, OfOrder, Problem, Reply, Request, User};
use tradewind_orders::{
    Actor, Funds, Order, Shipment, TransitionError,
    order_process::{OrderProcess, StepError, TransitionName},
};
use tradewind_sales::{Booking, Changes, SaleError};
use tradewind_storage::CommitError;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "orders-transitions-create",
    "/v1/orders/{order_id}/transitions",
    "Takes a step of an order's process.",
)
.edits()
.refusals(&[TransitionError::CODES, SaleError::CODES, StockDiffers::CODES])
.live()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The step to take.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// The name of the step: one of those in the order's `possible`. In the process that ships with the product they are `accept`, `ship`,
    /// `deliver`, `complete`, `cancel`, `dispute`, `withdraw`, `resolve_for_seller` and `resolve_for_buyer`.
    #[garde(skip)]
    transition: TransitionName,
    /// The carrier and the tracking number: only with a step that sends the order.
    #[serde(default)]
    #[garde(dive)]
    shipment: Option<ShipmentInput>,
}

/// How an order is shipped.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ShipmentInput {
    /// The carrier: 1 to 100 characters.
    #[garde(skip)]
    carrier: Line<1, 100>,
    /// The carrier's tracking number: 1 to 100 characters.
    #[garde(skip)]
    tracking: Line<1, 100>,
}

impl From<ShipmentInput> for Shipment {
    fn from(ShipmentInput { carrier, tracking }: ShipmentInput) -> Self {
        Self { carrier: carrier.into(), tracking: tracking.into() }
    }
}

pub async fn handle(app: App, request: Request<User, Take, OfOrder>) -> Result<Reply<OrderView>, Problem> {
    let (order, actors) = load::order(&app, &request, &request.params.order_id).await?;
    request.check_version(order.version)?;
    let (id, process) = (order.id.clone(), app.order_process(request.tenant(), order.process).await?);
    let mut changes = decide(&app, &request, order, &process, &actors).await?;
    let commit = request.commit().with(&mut changes);
    let order = changes.orders.iter().find(|order| order.id == id);
    let order = order.ok_or_else(|| Problem::internal(format!("the step of {id} does not change it")))?;
    let reply = Reply::new(OrderView::new(order, &process, &actors)).etag(order.version);
    request.finish(&app, commit, reply).await
}

async fn decide(
    app: &App,
    request: &Request<User, Take, OfOrder>,
    order: Order,
    process: &OrderProcess,
    actors: &[Actor],
) -> Result<Changes, Problem> {
    let Take { transition, shipment } = request.body.clone();
    let shipment = shipment.map(Shipment::from);
    let by = actor(&order, process, &transition, actors)?;
    let booking = Booking { now: request.now(), journal: app.id() };
    if order.funds != Funds::Awaited {
        let mut changes =
            tradewind_sales::advance(order, process, (&transition, by), shipment, request.tenant(), booking)?;
        tradewind_sales::purchase::count_coupon(&app.table, request.tenant(), &mut changes).await?;
        return Ok(changes);
    }
    let purchase = tradewind_sales::purchase::load(&app.table, request.tenant(), &order.payment).await?;
    let purchase = purchase.ok_or_else(|| Problem::internal(format!("{} is missing", order.payment)))?;
    // The only step that a person can take while the payment is awaited is to cancel. If the payment has ended meanwhile, the order has
    // changed too.
    let changes = tradewind_sales::call_off(purchase, process, (&transition, by), request.now())?;
    let mut changes = changes.ok_or(CommitError::Contention)?;
    tradewind_sales::purchase::give_back_cart(&app.table, request.tenant(), &mut changes, request.now()).await?;
    Ok(changes)
}

/// The role of the caller in which the step may be taken.
fn actor(
    order: &Order,
    process: &OrderProcess,
    transition: &TransitionName,
    actors: &[Actor],
) -> Result<Actor, TransitionError> {
    let mut refusal = StepError::NotYours;
    for by in actors {
        match process.step(&order.status, transition, *by) {
            Ok(_) => return Ok(*by),
            Err(error) => refusal = error,
        }
    }
    Err(refusal.into())
}
