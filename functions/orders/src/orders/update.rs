//! `PATCH /v1/orders/{order_id}`: corrects the texts of an order: the buyer's and the seller's note, and the tracking number. The order
//! takes no step and no money moves.

use crate::{load, transitions::create::ShipmentInput, view::OrderView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::text::Lines;
use tradewind_lambda::{App, Endpoint, Grant, OfOrder, Problem, Reply, Request, User, given};
use tradewind_orders::{Actor, Correction, CorrectionError, MOST_NOTE};

pub const ENDPOINT: Endpoint =
    Endpoint::patch("orders-update", "/v1/orders/{order_id}", "Corrects an order's notes and tracking number.")
        .edits()
        .refusals(&[&["not_shipped", "not_yours_to_change", "too_many_steps"]])
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead]);

/// The changes; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The buyer's note to the seller: at most 1,000 characters. Only the buyer writes it; the seller and administrators read it. `null`
    /// removes it.
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    buyer_note: Option<Option<Lines<1, MOST_NOTE>>>,
    /// The seller's own note: at most 1,000 characters. Only the seller and administrators write and read it. `null` removes it.
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    seller_note: Option<Option<Lines<1, MOST_NOTE>>>,
    /// Replaces the carrier and the tracking number that were given when the order was sent. Only for an order that has been sent, and only
    /// by its seller or an administrator; the buyer is notified.
    #[serde(default)]
    #[schemars(with = "ShipmentInput")]
    #[garde(dive)]
    shipment: Option<ShipmentInput>,
}

pub async fn handle(app: App, request: Request<User, Update, OfOrder>) -> Result<Reply<OrderView>, Problem> {
    let (mut order, actors) = load::order(&app, &request, &request.params.order_id).await?;
    request.check_version(order.version)?;
    let Update { buyer_note, seller_note, shipment } = request.body.clone();
    let text = |note: Option<Option<Lines<1, MOST_NOTE>>>| note.map(|note| note.map(String::from));
    let (buyer_note, seller_note) = (text(buyer_note), text(seller_note));
    let correction = Correction { buyer_note, seller_note, shipment: shipment.map(Into::into) };
    let events = order.correct(correction, &actors, request.now()).map_err(problem)?;
    let process = app.order_process(request.tenant(), order.process).await?;
    let mut commit = request.commit().update(&mut order);
    for event in events {
        commit = commit.emit(event);
    }
    request.finish(&app, commit, Reply::new(OrderView::new(&order, &process, &actors)).etag(order.version)).await
}

fn problem(error: CorrectionError) -> Problem {
    match error {
        CorrectionError::NotShipped => {
            let detail = "This order has not been sent, so there is no tracking number to correct. Say it with the step that sends it.";
            Problem::conflict("not_shipped", detail)
        }
        CorrectionError::NotYours { field, by } => {
            let who =
                if by.contains(&Actor::Buyer) { "the order's buyer" } else { "the order's seller and administrators" };
            let detail = format!("Only {who} can change `{field}`. Leave it out.");
            Problem::forbidden("not_yours_to_change", detail)
        }
        CorrectionError::TooMany => {
            let detail = "This order has been changed too often. Ask an administrator of the marketplace to settle it.";
            Problem::conflict("too_many_steps", detail)
        }
    }
}
