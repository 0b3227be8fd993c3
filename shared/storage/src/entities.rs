//! Entities that belong to no noun in particular.

mod reply;

pub use reply::{ReplyRecord, StoredReply};

use serde::{Deserialize, Serialize};
use tradewind_kernel::{MarketplaceId, Time};

/// An index row: the part of an item that an index projects.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SummaryRow<T> {
    /// The item's summary: the few fields that a page shows.
    #[serde(rename = "card")]
    pub summary: T,
}

/// Marks an event as handled by a consumer. Kept longer than any queue keeps the event (14 days).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The name of the consumer.
    pub consumer: String,
    /// The id of the event.
    pub event: String,
    /// For an event that asks for several e-mails, those that were sent; empty if there was nothing more to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
    /// When the mark can be deleted.
    pub expires_at: Time,
}

/// Records that a recipient was notified of a dead letter. Kept longer than any queue keeps the message (14 days).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notified {
    /// The marketplace whose administrators were notified; `None` if it was the platform's operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<MarketplaceId>,
    /// The id of the message in the dead-letter queue.
    pub message: String,
    /// When the record can be deleted.
    pub expires_at: Time,
}

/// How often something that can be guessed was tried. It is counted, not written whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// How many attempts there were since all were forgotten.
    pub count: u64,
    /// When the last one was.
    pub at: Time,
}
