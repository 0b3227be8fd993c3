//! A marketplace as its clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{
    Currency, MarketplaceId, Time,
    marketplace::{Marketplace, Slug},
    provider::PaymentProvider,
};

/// A marketplace.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MarketplaceView {
    id: MarketplaceId,
    /// The name in host names and in the `X-Marketplace` header.
    slug: Slug,
    name: String,
    /// The currency of every price.
    currency: Currency,
    /// The fee on each sale in basis points: 1000 is ten per cent.
    fee_basis_points: u16,
    /// Who takes its buyers' money and pays its sellers.
    payment_provider: PaymentProvider,
    created_at: Time,
    updated_at: Time,
}

impl From<&Marketplace> for MarketplaceView {
    fn from(marketplace: &Marketplace) -> Self {
        Self {
            id: marketplace.id.clone(),
            slug: marketplace.slug.clone(),
            name: marketplace.name.clone(),
            currency: marketplace.currency,
            fee_basis_points: marketplace.fee_basis_points,
            payment_provider: marketplace.payment_provider,
            created_at: marketplace.created_at,
            updated_at: marketplace.updated_at,
        }
    }
}
