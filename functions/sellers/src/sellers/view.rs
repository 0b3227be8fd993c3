//! A shop as everybody sees it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{SellerId, Time};
use tradewind_pricing::ShippingOption;
use tradewind_sellers::{Seller, vat::VatId};

/// A shop.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SellerView {
    /// The shop's id.
    id: SellerId,
    /// The name that buyers see.
    name: String,
    /// What the shop writes about itself.
    about: String,
    /// The shop's VAT identification number, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    vat_id: Option<VatId>,
    /// The ways in which the shop ships goods; empty if nothing needs to be shipped.
    shipping: Vec<ShippingOption>,
    /// When the shop was opened.
    created_at: Time,
    /// When the shop was last changed.
    updated_at: Time,
}

impl From<&Seller> for SellerView {
    fn from(seller: &Seller) -> Self {
        Self {
            id: seller.id.clone(),
            name: seller.name.clone(),
            about: seller.about.clone(),
            vat_id: seller.vat_id.clone(),
            shipping: seller.shipping.clone(),
            created_at: seller.created_at,
            updated_at: seller.updated_at,
        }
    }
}
