//! Payments as the API shows them.

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
    /// The amount to be paid.
    amount: Money,
    /// The state of the payment.
    status: PaymentStatus,
    /// The provider's reason why the last attempt failed, such as `card_declined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// The time until which the stock is reserved.
    expires_at: Time,
    /// When the payment was created.
    created_at: Time,
    /// When the payment was last changed.
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
