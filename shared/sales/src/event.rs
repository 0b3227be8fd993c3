//! What a step of a sale tells.

use serde::Serialize;
use tradewind_disputes::DisputeEvent;
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::{PaymentEvent, ProviderTask};
use tradewind_payouts::{PayoutEvent, PayoutRunEvent};

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
    /// Sellers are to be paid.
    PayoutRun(PayoutRunEvent),
    /// The provider has something to do.
    Provider(ProviderTask),
}
