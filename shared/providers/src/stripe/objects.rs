//! The few fields of Stripe's objects that we read ("API Reference"). All other fields are ignored, so that new ones change nothing.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The metadata that we wrote on an object.
pub type Metadata = BTreeMap<String, String>;

/// A list, or a page of one.
#[derive(Debug, Clone, Deserialize)]
pub struct List<T> {
    pub data: Vec<T>,
    #[serde(default)]
    pub has_more: bool,
}

/// A reference to another object: its id, or the object itself if it was expanded.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Reference {
    Id(String),
    Object(Expanded),
}

#[derive(Debug, Clone, Deserialize)]
pub struct Expanded {
    pub id: String,
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

impl Reference {
    pub fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Object(object) => &object.id,
        }
    }

    pub fn metadata(&self) -> Option<&Metadata> {
        match self {
            Self::Id(_) => None,
            Self::Object(object) => object.metadata.as_ref(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Intent {
    pub id: String,
    pub amount: i64,
    pub amount_received: Option<i64>,
    pub currency: String,
    pub status: String,
    pub client_secret: Option<String>,
    #[serde(default)]
    pub metadata: Metadata,
    pub last_payment_error: Option<PaymentError>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct PaymentError {
    pub code: Option<String>,
    pub decline_code: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    #[serde(default)]
    pub refunds: Option<List<Refund>>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub status: Option<String>,
    pub failure_reason: Option<String>,
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Transfer {
    pub id: String,
    #[serde(default)]
    pub reversed: bool,
    #[serde(default)]
    pub created: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Payout {
    pub failure_code: Option<String>,
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Dispute {
    pub id: String,
    pub amount: i64,
    pub currency: String,
    pub reason: String,
    pub status: String,
    pub payment_intent: Option<Reference>,
    pub evidence_details: Option<EvidenceDetails>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct EvidenceDetails {
    pub due_by: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub id: String,
    #[serde(default)]
    pub details_submitted: bool,
    #[serde(default)]
    pub payouts_enabled: bool,
    pub requirements: Option<Requirements>,
    #[serde(default)]
    pub metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Requirements {
    #[serde(default)]
    pub currently_due: Option<Vec<String>>,
    #[serde(default)]
    pub past_due: Option<Vec<String>>,
    pub disabled_reason: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct AccountLink {
    pub url: String,
    pub expires_at: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Movement {
    pub id: String,
    pub amount: i64,
    pub fee: i64,
    pub currency: String,
    pub created: i64,
    #[serde(rename = "type")]
    pub kind: String,
    pub source: Option<Reference>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub created: i64,
    pub data: EventData,
}

#[derive(Debug, Clone, Deserialize)]
pub struct EventData {
    pub object: serde_json::Value,
}
