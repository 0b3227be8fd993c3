//! The events of a step of a sale.

use serde::Serialize;
use tradewind_disputes::DisputeEvent;
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::{PaymentEvent, ProviderTask};
use tradewind_payouts::{PayoutEvent, PayoutRunEvent};

/// An event of a step of a sale, of any noun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// An event of an order.
    Order(OrderEvent),
    /// An event of a refund.
    Refund(RefundEvent),
    /// An event of a payment.
    Payment(PaymentEvent),
    /// An event of a dispute.
    Dispute(DisputeEvent),
    /// An event of a payout.
    Payout(PayoutEvent),
    /// A step of a payout run, which pays sellers.
    PayoutRun(PayoutRunEvent),
    /// A task for the payment provider.
    Provider(ProviderTask),
}
