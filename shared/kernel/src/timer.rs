//! What is to happen at a time.

use crate::{MarketplaceId, OrderId, PaymentId, Time};
use serde::{Deserialize, Serialize};

/// The key of a due timer names the marketplace, because one sweep serves them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When it is due.
    pub due_at: Time,
    /// Whose it is.
    pub marketplace: MarketplaceId,
    /// What is due.
    pub due: Due,
}

/// What a timer brings about. What has moved on by then stays as it is: timers are never cancelled, only found out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Due {
    /// A payment did not come: its orders expire.
    Payment(PaymentId),
    /// Time moves an order on, if it is still where it was.
    Order(OrderId),
    /// A marketplace pays its sellers.
    Payouts(MarketplaceId),
}
