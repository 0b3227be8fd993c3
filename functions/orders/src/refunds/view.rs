//! A refund as people see it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Money, OrderId, RefundId, Time};
use tradewind_orders::{
    entities::RefundCard,
    refund::{Refund, RefundState, RefundedPiece},
};

/// Money that goes back to a buyer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefundView {
    /// The refund's id.
    id: RefundId,
    /// The order that it gives back for.
    order: OrderId,
    /// How much goes back.
    amount: Money,
    /// How much of which line and of the shipping.
    pieces: Vec<RefundedPiece>,
    /// Whether the marketplace kept its commission.
    fee_kept: bool,
    /// Why, in the words of whoever refunded.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Where it is, and why if it could not be sent.
    #[serde(flatten)]
    state: RefundState,
    /// When it was decided.
    created_at: Time,
}

impl From<&Refund> for RefundView {
    fn from(refund: &Refund) -> Self {
        Self {
            id: refund.id.clone(),
            order: refund.order.clone(),
            amount: refund.amount,
            pieces: refund.pieces.clone(),
            fee_kept: refund.fee_kept,
            reason: refund.reason.clone(),
            state: refund.state.clone(),
            created_at: refund.created_at,
        }
    }
}

impl RefundView {
    /// A refund of an order, from its page.
    pub fn of_card(order: OrderId, card: RefundCard) -> Self {
        let RefundCard { id, amount, pieces, state, fee_kept, reason, created_at } = card;
        Self { id, order, amount, pieces, fee_kept, reason, state, created_at }
    }
}
