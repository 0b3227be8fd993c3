//! What a step of a sale tells.

use serde::Serialize;
use tradewind_disputes::DisputeEvent;
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::{PaymentEvent, ProviderTask};
use tradewind_payouts::PayoutEvent;

/// What happened in a step of a sale, of whichever noun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// To an order.
    Order(OrderEvent),
    /// To a refund.
    Refund(RefundEvent),
    /// To a payment.
    Payment(PaymentEvent),
    /// To a dispute.
    Dispute(DisputeEvent),
    /// To a payout.
    Payout(PayoutEvent),
    /// The provider has something to do.
    Provider(ProviderTask),
}

impl From<OrderEvent> for Event {
    fn from(event: OrderEvent) -> Self {
        Self::Order(event)
    }
}
