//! How it is stored.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{OrderId, PaymentId, UserId, money::Money, order_number::OrderNumber, time::Time};

/// What the lists of a marketplace's payments are read by. It never changes, so that a payment is written to them once.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct PaymentCard {
    /// The payment's id.
    pub id: PaymentId,
    /// Who pays.
    pub buyer: UserId,
    /// The orders that it pays for.
    pub orders: Vec<OrderId>,
    /// The number of the first of them; see [`OrderNumber`] for those of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// How much.
    pub amount: Money,
    /// When it was made.
    pub created_at: Time,
}
