//! Where an order is sent.

use crate::pricing::Country;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A postal address, as it is written on a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Who receives it: 1 to 100 characters.
    #[garde(length(chars, min = 1, max = 100))]
    pub name: String,
    /// Street and number: 1 to 200 characters.
    #[garde(length(chars, min = 1, max = 200))]
    pub line1: String,
    /// Whatever else the carrier must know: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 200)))]
    pub line2: Option<String>,
    /// Postal code: at most 20 characters; some countries have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 20)))]
    pub postal_code: Option<String>,
    /// Town: 1 to 100 characters.
    #[garde(length(chars, min = 1, max = 100))]
    pub city: String,
    /// State, province or region: at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(inner(length(chars, max = 100)))]
    pub region: Option<String>,
    /// Country: two capitals of ISO 3166-1. Shipping and taxes follow from it.
    #[garde(skip)]
    pub country: Country,
}
