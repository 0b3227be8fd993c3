//! What people are written to about.

use serde::Deserialize;
use tradewind_disputes::DisputeEvent;
use tradewind_identity::IdentityEvent;
use tradewind_kernel::event::{Event, Takes};
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::PaymentEvent;
use tradewind_payouts::PayoutEvent;
use tradewind_reconciliation::ReconciliationEvent;

/// What happened, of any noun whose people are told.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum News {
    /// To an account.
    Identity(IdentityEvent),
    /// To an order.
    Order(OrderEvent),
    /// To a payment.
    Payment(PaymentEvent),
    /// To a refund.
    Refund(RefundEvent),
    /// To a dispute.
    Dispute(DisputeEvent),
    /// To a payout.
    Payout(PayoutEvent),
    /// Something was found.
    Reconciliation(ReconciliationEvent),
}

impl Takes for News {
    const EVENTS: &'static [&'static [&'static str]] = &[
        IdentityEvent::NAMES,
        OrderEvent::NAMES,
        PaymentEvent::NAMES,
        RefundEvent::NAMES,
        DisputeEvent::NAMES,
        PayoutEvent::NAMES,
        ReconciliationEvent::NAMES,
    ];
}
