//! `PATCH /v1/marketplace`: changes the settings of the marketplace. They hold for orders placed from then on; for up to
//! five seconds a function may still work with the settings that it remembers.

use crate::view::MarketplaceView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_domain::{
    Currency,
    marketplace::validate_currencies,
    payout::PayoutPolicy,
    pricing::{CommissionRules, TaxRules},
    provider::PaymentProvider,
};
use tradewind_lambda::{Admin, App, Endpoint, Function, Grant, Problem, Reply, Request};
use tradewind_storage::keys;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::patch("tenants-marketplace-update", "/v1/marketplace", "Changes the settings of the marketplace.")
        .edits()
        .grants(&[Grant::MainRead, Grant::MainWrite]);

/// What is to change; what is absent stays.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The name that people read: 1 to 100 characters.
    #[garde(inner(length(chars, min = 1, max = 100)))]
    name: Option<String>,
    /// The further currencies that it sells in besides its main one, in place of those: at most 10. In one that is left out nothing new
    /// is listed or sold; orders, refunds, payouts and the ledger go on in it.
    #[garde(skip)]
    currencies: Option<Vec<Currency>>,
    /// What the marketplace takes of each sale, in place of what it took.
    #[garde(skip)]
    commission: Option<CommissionRules>,
    /// The taxes on what is sold, in place of what they were.
    #[garde(skip)]
    taxes: Option<TaxRules>,
    /// How sellers are paid, in place of how they were.
    #[garde(skip)]
    payouts: Option<PayoutPolicy>,
    /// Who takes buyers' money and pays sellers: `sandbox` (test cards) or `stripe`. Payments that were begun stay with whom they
    /// were begun.
    #[garde(skip)]
    payment_provider: Option<PaymentProvider>,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<Admin, Update>) -> Result<Reply<MarketplaceView>, Problem> {
    let marketplace = app.table.get(keys::marketplace(request.tenant())).await?;
    let mut marketplace = marketplace.ok_or_else(|| Problem::not_found("marketplace"))?;
    request.check_version(marketplace.version)?;

    let Update { name, currencies, commission, taxes, payouts, payment_provider } = request.body.clone();
    let mut errors = vec![];
    errors
        .extend(currencies.iter().filter_map(|all| validate_currencies("currencies", marketplace.currency, all).err()));
    marketplace.currencies = currencies.unwrap_or(marketplace.currencies);
    let sold_in = marketplace.sells_in();
    errors.extend(commission.iter().filter_map(|rules| rules.validate("commission", &sold_in).err()));
    errors.extend(taxes.iter().filter_map(|rules| rules.validate("taxes").err()));
    // Sellers are paid in a currency that was withdrawn too, so that its minimum may stay.
    let minimums = marketplace.payouts.minimum.iter().map(|minimum| minimum.currency);
    let withdrawn = minimums.filter(|currency| !sold_in.contains(currency));
    let paid_in: Vec<_> = sold_in.iter().copied().chain(withdrawn).collect();
    errors.extend(payouts.iter().filter_map(|policy| policy.validate("payouts", &paid_in).err()));
    if !errors.is_empty() {
        return Err(errors.concat().into());
    }
    marketplace.name = name.unwrap_or(marketplace.name);
    marketplace.commission = commission.unwrap_or(marketplace.commission);
    marketplace.taxes = taxes.unwrap_or(marketplace.taxes);
    marketplace.payouts = payouts.unwrap_or(marketplace.payouts);
    marketplace.payment_provider = payment_provider.unwrap_or(marketplace.payment_provider);
    marketplace.updated_at = request.now();

    let commit = request.commit().update(&mut marketplace);
    request.finish(&app, commit, Reply::new(MarketplaceView::from(&marketplace)).etag(marketplace.version)).await
}
