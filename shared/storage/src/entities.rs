//! What is stored for no noun in particular.

mod reply;

pub use reply::{ReplyRecord, StoredReply};

use serde::{Deserialize, Serialize};
use tradewind_kernel::{MarketplaceId, Time};

/// What an index shows of an item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CardRow<T> {
    /// The few fields that a page shows.
    pub card: T,
}

/// That a consumer has acted on an event. Kept longer than any queue keeps the event (14 days).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The consumer.
    pub consumer: String,
    /// The event.
    pub event: String,
    /// Of an event that asks for several e-mails, those that were sent; none if there was nothing more to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// When it can be forgotten.
    pub expires_at: Time,
}

/// That somebody was told of a dead letter. Kept longer than any queue keeps it (14 days).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// The marketplace whose administrators were told; the platform's operator if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<MarketplaceId>,
    /// The message's id.
    pub message: String,
    /// When it can be forgotten.
    pub expires_at: Time,
}
