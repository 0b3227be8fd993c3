//! A dispute as people see it, and who may see it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_disputes::{Dispute, DisputeStatus, DisputedOrder, Evidence, keys as disputes_keys};
use tradewind_kernel::{Money, PaymentId, Time};
use tradewind_lambda::{App, OfDispute, Problem, Request, User};
use tradewind_orders::Actor;

/// A dispute.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DisputeView {
    /// The provider's id for it.
    id: String,
    /// The payment that is disputed.
    payment: PaymentId,
    /// How much is disputed.
    amount: Money,
    /// What the provider takes for it, won or lost.
    fee: Money,
    /// How much of `amount` had gone back to the buyer before: the marketplace bears it. Absent if nothing had.
    #[serde(skip_serializing_if = "Option::is_none")]
    beyond: Option<Money>,
    /// The bank's reason.
    reason: String,
    /// How it stands.
    status: DisputeStatus,
    /// What of which order.
    orders: Vec<DisputedOrder>,
    /// What shows how it was; not in lists.
    evidence: Vec<Evidence>,
    /// When it became known.
    created_at: Time,
    /// When it was last changed.
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

/// The dispute of the request's path, for those who run the marketplace and for the sellers whose orders it is about, and as
/// whom they see it. The others do not learn that it exists. 1 read unit.
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
