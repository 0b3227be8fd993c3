//! The events of a step of a sale.

use tradewind_disputes::DisputeEvent;
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::{PaymentEvent, ProviderTask};
use tradewind_payouts::{PayoutEvent, PayoutRunEvent};
use tradewind_storage::Commit;

/// An event of a step of a sale, of any noun.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Event {
    /// Puts it on the outbox, as the event of its noun.
    pub(crate) fn emit(&self, commit: Commit) -> Commit {
        match self {
            Self::Order(event) => commit.emit(event.clone()),
            Self::Refund(event) => commit.emit(event.clone()),
            Self::Payment(event) => commit.emit(event.clone()),
            Self::Dispute(event) => commit.emit(event.clone()),
            Self::Payout(event) => commit.emit(event.clone()),
            Self::PayoutRun(event) => commit.emit(event.clone()),
            Self::Provider(event) => commit.emit(event.clone()),
        }
    }
}
