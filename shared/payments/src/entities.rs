//! The summaries of payments for the indexes.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{OrderId, PaymentId, UserId, money::Money, order_number::OrderNumber, time::Time};

/// The summary of a payment, for the lists of a marketplace's payments. It never changes, so that a payment is written to them once.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PaymentSummary {
    /// The payment's id.
    pub id: PaymentId,
    /// The buyer who pays.
    pub buyer: UserId,
    /// The orders that it pays for.
    pub orders: Vec<OrderId>,
    /// The order number of the first of them; see [`OrderNumber`] for those of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// The amount to pay.
    pub amount: Money,
    /// When the payment was created.
    pub created_at: Time,
}
