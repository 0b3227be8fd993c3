//! `PATCH /v1/marketplace`: changes the settings of the marketplace. They apply to orders placed from then on; for up to five seconds a
//! function may still use the settings that it has cached.

use crate::view::MarketplaceView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{
    Currency,
    text::Line,
    timer::{Due, Timer},
    zone::Zone,
};
use tradewind_lambda::{Admin, App, Endpoint, Grant, Problem, Reply, Request};
use tradewind_payments::provider::PaymentProvider;
use tradewind_payouts::{PayoutPolicy, next_run};
use tradewind_pricing::{CommissionRules, TaxRules};
use tradewind_tenancy::{
    branding::{Branding, Colour, LogoUrl, StorefrontUrl},
    keys as tenancy_keys, validate_currencies,
};

pub const ENDPOINT: Endpoint =
    Endpoint::patch("tenants-marketplace-update", "/v1/marketplace", "Changes the settings of the marketplace.")
        .edits()
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead]);

/// The changes; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The name that people read: 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Line<1, 100>")]
    #[garde(skip)]
    name: Option<Line<1, 100>>,
    /// Replaces the further currencies in which it sells besides its main one: at most 10. In a currency that is left out nothing new is
    /// listed or sold; existing orders, refunds, payouts and the ledger continue in it.
    #[serde(default)]
    #[garde(skip)]
    #[schemars(with = "Vec<Currency>", length(max = 10), extend("uniqueItems" = true))]
    currencies: Option<Vec<Currency>>,
    /// Replaces the commission that the marketplace takes on each sale.
    #[serde(default)]
    #[schemars(with = "CommissionRules")]
    #[garde(skip)]
    commission: Option<CommissionRules>,
    /// Replaces the taxes on sales.
    #[serde(default)]
    #[schemars(with = "TaxRules")]
    #[garde(skip)]
    taxes: Option<TaxRules>,
    /// Replaces the rules by which sellers are paid.
    #[serde(default)]
    #[schemars(with = "PayoutPolicy")]
    #[garde(skip)]
    payouts: Option<PayoutPolicy>,
    /// The time zone in which its days begin, for reports and for lists that are filtered by day. What has already been counted by day
    /// stays as it is.
    #[serde(default)]
    #[schemars(with = "Zone")]
    #[garde(skip)]
    time_zone: Option<Zone>,
    /// The provider that collects buyers' payments and pays sellers: `sandbox` (test cards) or `stripe`. Payments that were started stay
    /// with the provider with which they were started.
    #[serde(default)]
    #[schemars(with = "PaymentProvider")]
    #[garde(skip)]
    payment_provider: Option<PaymentProvider>,
    /// The `https` address of its logo: a picture that everybody may see. It is shown at the top of e-mails, at most 48 pixels high. `null`
    /// removes it.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    logo_url: Option<Option<LogoUrl>>,
    /// The colour for highlights, such as `#0b6e4f`. E-mails use it for a bar and for buttons; the text on them is black or white,
    /// whichever is easier to read. `null` removes it.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    accent_colour: Option<Option<Colour>>,
    /// The `https` address of its storefront, without a query. E-mails then link to `/orders/{order_id}`, `/payments/{payment_id}`,
    /// `/payouts/{payout_id}`, `/disputes/{dispute_id}`, `/findings/{finding_id}` and `/reconciliations/{reconciliation_id}` below it, and
    /// to the address itself; for a guest's order the path is `/orders/{order_id}#claim={claim}`. `null` removes it; e-mails then have no
    /// links.
    #[serde(default, deserialize_with = "tradewind_lambda::given")]
    #[garde(skip)]
    storefront_url: Option<Option<StorefrontUrl>>,
}

pub async fn handle(app: App, request: Request<Admin, Update>) -> Result<Reply<MarketplaceView>, Problem> {
    let marketplace = app.table.get(tenancy_keys::marketplace(request.tenant())).await?;
    let mut marketplace = marketplace.ok_or_else(|| Problem::not_found("marketplace"))?;
    request.check_version(marketplace.version)?;

    let Update { name, currencies, commission, taxes, payouts, time_zone, payment_provider, .. } = request.body.clone();
    let Update { logo_url, accent_colour, storefront_url, .. } = request.body.clone();
    let mut errors = vec![];
    errors
        .extend(currencies.iter().filter_map(|all| validate_currencies("currencies", marketplace.currency, all).err()));
    marketplace.currencies = currencies.unwrap_or(marketplace.currencies);
    let sold_in = marketplace.sells_in();
    errors.extend(commission.iter().filter_map(|rules| rules.validate("commission", &sold_in).err()));
    errors.extend(taxes.iter().filter_map(|rules| rules.validate("taxes").err()));
    // Sellers are still paid in a currency that was withdrawn, so its minimum may stay.
    let minimums = marketplace.payouts.minimum.iter().map(|minimum| minimum.currency);
    let withdrawn = minimums.filter(|currency| !sold_in.contains(currency));
    let paid_in: Vec<_> = sold_in.iter().copied().chain(withdrawn).collect();
    errors.extend(payouts.iter().filter_map(|policy| policy.validate("payouts", &paid_in).err()));
    if !errors.is_empty() {
        return Err(errors.concat().into());
    }
    marketplace.name = name.map_or(marketplace.name, String::from);
    marketplace.commission = commission.unwrap_or(marketplace.commission);
    marketplace.taxes = taxes.unwrap_or(marketplace.taxes);
    marketplace.payouts = payouts.unwrap_or(marketplace.payouts);
    let moved = time_zone.as_ref().is_some_and(|zone| *zone != marketplace.time_zone);
    marketplace.time_zone = time_zone.unwrap_or(marketplace.time_zone);
    marketplace.payment_provider = payment_provider.unwrap_or(marketplace.payment_provider);
    let Branding { logo_url: logo, accent_colour: accent, storefront_url: storefront } = marketplace.branding;
    marketplace.branding = Branding {
        logo_url: logo_url.unwrap_or(logo),
        accent_colour: accent_colour.unwrap_or(accent),
        storefront_url: storefront_url.unwrap_or(storefront),
    };
    marketplace.updated_at = request.now();

    let mut commit = request.commit().update(&mut marketplace);
    if moved {
        // The new time zone applies to payouts from that day on. When the timer of the old time zone comes due, it is set to the same
        // moment, and so becomes the same timer.
        let (id, due_at) = (marketplace.id.clone(), next_run(request.now(), &marketplace.time_zone));
        commit = commit.replace(&Timer { due_at, marketplace: id.clone(), due: Due::Payouts(id) });
    }
    request.finish(&app, commit, Reply::new(MarketplaceView::from(&marketplace)).etag(marketplace.version)).await
}
