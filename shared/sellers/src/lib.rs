//! The shops of sellers.

pub mod keys;
mod stored;

pub use stored::KINDS;

pub mod vat;

use crate::vat::VatId;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{SellerId, Time, UserId};
use tradewind_payouts::PayoutSchedule;
use tradewind_pricing::{Commission, ShippingOption};

/// A seller's shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The shop's id.
    pub id: SellerId,
    /// The account of the shop's owner.
    pub user: UserId,
    /// The name that buyers see.
    pub name: String,
    /// What the shop says about itself.
    pub about: String,
    /// Its VAT identification number, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<VatId>,
    /// The shipping options that it offers; none if nothing needs to be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipping: Vec<ShippingOption>,
    /// The commission agreed with this seller, instead of the marketplace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<Commission>,
    /// The seller's own payout schedule, instead of the marketplace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout_schedule: Option<PayoutSchedule>,
    /// When it was opened.
    pub created_at: Time,
    /// When the shop last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}
