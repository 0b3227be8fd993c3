//! Payments as people see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{CheckoutId, Money, OrderId, PaymentId, Time};
use tradewind_payments::{Payment, PaymentStatus};

/// A payment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PaymentView {
    /// The payment's id.
    id: PaymentId,
    /// The checkout that it pays.
    checkout: CheckoutId,
    /// The orders that it pays.
    orders: Vec<OrderId>,
    /// How much is paid.
    amount: Money,
    /// How it stands.
    status: PaymentStatus,
    /// The provider's reason why the last try failed, such as `card_declined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Until when the stock is kept.
    expires_at: Time,
    /// When it was made.
    created_at: Time,
    /// When it was last changed.
    updated_at: Time,
}

impl From<Payment> for PaymentView {
    fn from(payment: Payment) -> Self {
        Self {
            id: payment.id,
            checkout: payment.checkout,
            orders: payment.orders,
            amount: payment.amount,
            status: payment.status,
            failure: payment.failure,
            expires_at: payment.expires_at,
            created_at: payment.created_at,
            updated_at: payment.updated_at,
        }
    }
}
