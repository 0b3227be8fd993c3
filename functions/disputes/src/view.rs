//! A dispute as the API shows it, and who may see it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_disputes::{Dispute, DisputeStatus, DisputedOrder, Evidence, keys as disputes_keys};
use tradewind_kernel::{Money, PaymentId, Time};
use tradewind_lambda::{App, OfDispute, Problem, Request, User};
use tradewind_orders::Actor;

/// A payment that the buyer's bank disputes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DisputeView {
    /// The provider's id of the dispute.
    id: String,
    /// The payment that is disputed.
    payment: PaymentId,
    /// The disputed amount.
    amount: Money,
    /// The provider's fee for the dispute, whether it is won or lost.
    fee: Money,
    /// How much of `amount` had already been refunded to the buyer: the marketplace bears it. Absent if nothing had.
    #[serde(skip_serializing_if = "Option::is_none")]
    beyond: Option<Money>,
    /// The bank's reason.
    reason: String,
    /// The state of the dispute.
    status: DisputeStatus,
    /// The orders that it concerns, each with its part of the amount.
    orders: Vec<DisputedOrder>,
    /// The evidence that was sent to the bank; not in lists.
    evidence: Vec<Evidence>,
    /// When the marketplace learned of the dispute.
    created_at: Time,
    /// When the dispute was last changed.
    updated_at: Time,
}

impl From<&Dispute> for DisputeView {
    fn from(dispute: &Dispute) -> Self {
        Self {
            id: dispute.id.clone(),
            payment: dispute.payment.clone(),
            amount: dispute.amount,
            fee: dispute.fee,
            beyond: dispute.beyond,
            reason: dispute.reason.clone(),
            status: dispute.status,
            orders: dispute.orders.clone(),
            evidence: dispute.evidence.clone(),
            created_at: dispute.created_at,
            updated_at: dispute.updated_at,
        }
    }
}

/// Reads the dispute that the path names, for administrators and for the sellers whose orders it concerns, with the role in which they see
/// it. For everybody else it is "not found". 1 read unit.
pub async fn seen<B>(app: &App, request: &Request<User, B, OfDispute>) -> Result<(Dispute, Actor), Problem> {
    let (id, user) = (&request.params.dispute_id, &request.caller);
    let none = || Problem::not_found("dispute of yours");
    let dispute = app.table.get(disputes_keys::dispute(request.tenant(), id)).await?.ok_or_else(none)?;
    let sold = dispute.orders.iter().any(|part| Some(&part.seller) == user.seller.as_ref());
    match (user.admin, sold) {
        (true, _) => Ok((dispute, Actor::Admin)),
        (false, true) => Ok((dispute, Actor::Seller)),
        (false, false) => Err(none()),
    }
}
