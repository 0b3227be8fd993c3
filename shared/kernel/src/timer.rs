//! Timers: actions that are due at a certain time.

use crate::{MarketplaceId, OrderId, PaymentId, Time};
use serde::{Deserialize, Serialize};

/// A timer. The key of a due timer names the marketplace, because one sweep serves all marketplaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When it is due.
    pub due_at: Time,
    /// The marketplace that it concerns.
    pub marketplace: MarketplaceId,
    /// The action that is due.
    pub due: Due,
}

/// The action of a timer. Timers are never cancelled: one whose subject has moved on by then is out of date and has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Due {
    /// The payment has not arrived in time: its orders expire.
    Payment(PaymentId),
    /// The order moves on to its next state, if it has not moved yet.
    Order(OrderId),
    /// The marketplace pays its sellers.
    Payouts(MarketplaceId),
}
