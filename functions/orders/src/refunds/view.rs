//! A refund as the API shows it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{Money, OrderId, RefundId, Time};
use tradewind_orders::{
    entities::RefundSummary,
    refund::{Refund, RefundState, RefundedPiece},
};

/// Money that is sent back to a buyer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefundView {
    /// The refund's id.
    id: RefundId,
    /// The order whose money is refunded.
    order: OrderId,
    /// The refunded amount.
    amount: Money,
    /// The amounts, by line and for the shipping.
    pieces: Vec<RefundedPiece>,
    /// Whether the marketplace kept its commission.
    fee_kept: bool,
    /// The reason, in the words of whoever made the refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The state of the refund, with the reason if it could not be sent.
    #[serde(flatten)]
    state: RefundState,
    /// When the refund was made.
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
    /// Shows a refund of an order from its summary in the list.
    pub fn of_card(order: OrderId, summary: RefundSummary) -> Self {
        let RefundSummary { id, amount, pieces, state, fee_kept, reason, created_at } = summary;
        Self { id, order, amount, pieces, fee_kept, reason, state, created_at }
    }
}
