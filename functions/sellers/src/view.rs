//! A shop as everybody sees it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{SellerId, Time, pricing::ShippingOption, user::Seller};

/// A shop.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SellerView {
    id: SellerId,
    /// The name that buyers see.
    name: String,
    /// What the shop says about itself.
    about: String,
    /// The ways in which it sends goods; none if nothing needs to be sent.
    shipping: Vec<ShippingOption>,
    created_at: Time,
    updated_at: Time,
}

impl From<&Seller> for SellerView {
    fn from(seller: &Seller) -> Self {
        Self {
            id: seller.id.clone(),
            name: seller.name.clone(),
            about: seller.about.clone(),
            shipping: seller.shipping.clone(),
            created_at: seller.created_at,
            updated_at: seller.updated_at,
        }
    }
}
