//! A marketplace as the API shows it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, MarketplaceId, Time, zone::Zone};
use tradewind_payments::provider::PaymentProvider;
use tradewind_payouts::PayoutPolicy;
use tradewind_pricing::{CommissionRules, TaxRules};
use tradewind_tenancy::{Marketplace, Slug, Standing, branding::Branding};

/// A marketplace.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MarketplaceView {
    /// The marketplace's id.
    id: MarketplaceId,
    /// The marketplace's name in host names and in the `X-Marketplace` header.
    slug: Slug,
    /// Whether it is open. While it is not, everything can be read, and writing is refused.
    status: MarketplaceStatus,
    /// The operator's words for why it is not open; absent if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_reason: Option<String>,
    /// The name that people read.
    name: String,
    /// The main currency; it never changes.
    currency: Currency,
    /// The further currencies in which it sells. There is a ledger for each, and nothing is converted.
    currencies: Vec<Currency>,
    /// The commission that the marketplace takes on each sale.
    commission: CommissionRules,
    /// The taxes on sales.
    taxes: TaxRules,
    /// How its sellers are paid.
    payouts: PayoutPolicy,
    /// The version of the order process that new orders follow.
    process: u32,
    /// The time zone in which its days begin, for reports and for lists that are filtered by day.
    time_zone: Zone,
    /// The provider that collects buyers' payments and pays sellers.
    payment_provider: PaymentProvider,
    #[serde(flatten)]
    branding: Branding,
    /// When the marketplace was opened.
    created_at: Time,
    /// When its settings were last changed.
    updated_at: Time,
}

/// Whether a marketplace is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarketplaceStatus {
    /// It is open.
    Open,
    /// The operator has suspended it, and may resume it.
    Suspended,
    /// The operator has closed it for good.
    Closed,
}

impl From<&Standing> for MarketplaceStatus {
    fn from(standing: &Standing) -> Self {
        match standing {
            Standing::Open => Self::Open,
            Standing::Suspended { .. } => Self::Suspended,
            Standing::Closed { .. } => Self::Closed,
        }
    }
}

impl From<&Marketplace> for MarketplaceView {
    fn from(marketplace: &Marketplace) -> Self {
        Self {
            id: marketplace.id.clone(),
            slug: marketplace.slug.clone(),
            status: MarketplaceStatus::from(&marketplace.standing),
            status_reason: marketplace.standing.reason().map(str::to_owned),
            name: marketplace.name.clone(),
            currency: marketplace.currency,
            currencies: marketplace.currencies.clone(),
            commission: marketplace.commission.clone(),
            taxes: marketplace.taxes.clone(),
            payouts: marketplace.payouts.clone(),
            process: marketplace.process,
            time_zone: marketplace.time_zone.clone(),
            payment_provider: marketplace.payment_provider,
            branding: marketplace.branding.clone(),
            created_at: marketplace.created_at,
            updated_at: marketplace.updated_at,
        }
    }
}
