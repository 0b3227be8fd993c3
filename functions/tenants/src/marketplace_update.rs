//! `PATCH /v1/marketplace`: changes the settings of the marketplace. They hold for orders placed from then on; for up to
//! five seconds a function may still work with the settings that it remembers.

use crate::view::MarketplaceView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_domain::{marketplace::LARGEST_FEE_BASIS_POINTS, provider::PaymentProvider};
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
    /// The fee on each sale in basis points: 0 to 5000.
    #[garde(inner(range(max = LARGEST_FEE_BASIS_POINTS)))]
    fee_basis_points: Option<u16>,
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

    let Update { name, fee_basis_points, payment_provider } = request.body.clone();
    marketplace.name = name.unwrap_or(marketplace.name);
    marketplace.fee_basis_points = fee_basis_points.unwrap_or(marketplace.fee_basis_points);
    marketplace.payment_provider = payment_provider.unwrap_or(marketplace.payment_provider);
    marketplace.updated_at = request.now();

    let commit = request.commit().update(&mut marketplace);
    request.finish(&app, commit, Reply::new(MarketplaceView::from(&marketplace)).etag(marketplace.version)).await
}
