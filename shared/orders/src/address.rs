//! The postal address to which an order is sent.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::text::Line;
use tradewind_pricing::Country;

/// A postal address, as it is written on a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// The recipient's name: 1 to 100 characters.
    #[garde(skip)]
    pub name: Line<1, 100>,
    /// Street and number: 1 to 200 characters.
    #[garde(skip)]
    pub line1: Line<1, 200>,
    /// Further details for the carrier: at most 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub line2: Option<Line<0, 200>>,
    /// Postal code: at most 20 characters; some countries have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub postal_code: Option<Line<0, 20>>,
    /// Town: 1 to 100 characters.
    #[garde(skip)]
    pub city: Line<1, 100>,
    /// State, province or region: at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub region: Option<Line<0, 100>>,
    /// Country: two capitals of ISO 3166-1. Shipping and taxes follow from it.
    #[garde(skip)]
    pub country: Country,
}
