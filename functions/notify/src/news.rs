//! The events about which people receive e-mails.

use serde::Deserialize;
use tradewind_disputes::DisputeEvent;
use tradewind_identity::{DeletionEvent, IdentityEvent};
use tradewind_kernel::event::{Event, Takes};
use tradewind_orders::{OrderEvent, RefundEvent};
use tradewind_payments::PaymentEvent;
use tradewind_payouts::PayoutEvent;
use tradewind_reconciliation::ReconciliationEvent;

/// An event of any noun about which people receive e-mails.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum News {
    /// About an account.
    Identity(IdentityEvent),
    /// About an account that was deleted.
    Deletion(DeletionEvent),
    /// About an order.
    Order(OrderEvent),
    /// About a payment.
    Payment(PaymentEvent),
    /// About a refund.
    Refund(RefundEvent),
    /// About a dispute.
    Dispute(DisputeEvent),
    /// About a payout.
    Payout(PayoutEvent),
    /// About findings of a reconciliation.
    Reconciliation(ReconciliationEvent),
}

impl Takes for News {
    const EVENTS: &'static [&'static [&'static str]] = &[
        IdentityEvent::NAMES,
        DeletionEvent::NAMES,
        OrderEvent::NAMES,
        PaymentEvent::NAMES,
        RefundEvent::NAMES,
        DisputeEvent::NAMES,
        PayoutEvent::NAMES,
        ReconciliationEvent::NAMES,
    ];
}
