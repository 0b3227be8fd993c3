//! Shops.

pub mod keys;
mod stored;

pub use stored::KINDS;

pub mod vat;

use crate::vat::VatId;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{SellerId, Time, UserId};
use tradewind_payouts::PayoutSchedule;
use tradewind_pricing::{Commission, ShippingOption};

/// A shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The shop's id.
    pub id: SellerId,
    /// Whose shop it is.
    pub user: UserId,
    /// The name that buyers see.
    pub name: String,
    /// What the shop says about itself.
    pub about: String,
    /// Its VAT identification number, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<VatId>,
    /// The ways in which it sends goods; none if nothing needs to be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipping: Vec<ShippingOption>,
    /// What was agreed with it, instead of the marketplace's commission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<Commission>,
    /// When it wants to be paid, instead of when the marketplace pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout_schedule: Option<PayoutSchedule>,
    /// When it was opened.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}
