//! `GET /v1/sellers/{seller_id}/payout-account`: whether a shop can be paid, and which details the provider still requires.
//!
//! As long as the shop cannot be paid, each request asks the provider, so that a seller who returns from its page does not have to wait for
//! a webhook.

use crate::{seller_account::view::PayoutAccountView, shop};
use tradewind_lambda::{App, Endpoint, Grant, OfSeller, Problem, Reply, Request, User};
use tradewind_payments::keys as payments_keys;
use tradewind_providers::{FOR_REQUEST, KeyError, ProviderError, provider};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "payouts-seller-account-get",
    "/v1/sellers/{seller_id}/payout-account",
    "Reads whether a shop can be paid.",
)
.refusals(&[ProviderError::CODES, KeyError::CODES])
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SandboxSecret, Grant::StripeSecretKey]);

pub async fn handle(app: App, request: Request<User, (), OfSeller>) -> Result<Reply<PayoutAccountView>, Problem> {
    let seller = shop::readable(&app, &request, &request.params.seller_id).await?;
    let account = app.table.get(payments_keys::payout_account(request.tenant(), &seller)).await?;
    let mut account = account.ok_or_else(|| Problem::not_found("payout account"))?;
    if !account.status.payouts_enabled {
        account.status =
            provider(&app, account.provider, request.tenant(), FOR_REQUEST)?.account(&account.account).await?;
    }
    Ok(Reply::new(account.into()))
}
