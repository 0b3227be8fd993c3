//! A marketplace as its clients see it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{
    Currency, MarketplaceId, Time,
    marketplace::{Marketplace, Slug},
    payout::PayoutPolicy,
    pricing::{CommissionRules, TaxRules},
    provider::PaymentProvider,
};

/// A marketplace.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MarketplaceView {
    id: MarketplaceId,
    /// The name in host names and in the `X-Marketplace` header.
    slug: Slug,
    name: String,
    /// The main currency; it never changes.
    currency: Currency,
    /// The further currencies that it sells in. There is a ledger for each, and nothing is converted.
    currencies: Vec<Currency>,
    /// What the marketplace takes of each sale.
    commission: CommissionRules,
    /// The taxes on what is sold.
    taxes: TaxRules,
    /// How its sellers are paid.
    payouts: PayoutPolicy,
    /// The version of the order process that new orders follow.
    process: u32,
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
            currencies: marketplace.currencies.clone(),
            commission: marketplace.commission.clone(),
            taxes: marketplace.taxes.clone(),
            payouts: marketplace.payouts.clone(),
            process: marketplace.process,
            payment_provider: marketplace.payment_provider,
            created_at: marketplace.created_at,
            updated_at: marketplace.updated_at,
        }
    }
}
