//! `POST /v1/sellers/{seller_id}/payout-account`: opens the account through which a shop is paid, and answers the address of the page on
//! which the seller gives the provider the details that it requires.
//!
//! The account is created once. The page is for the seller alone, and its address works only once and for a short time: each request
//! answers a new one.

use crate::{seller_account::view::PayoutAccountView, shop};
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Time, web::PageAddress};
use tradewind_lambda::{App, Endpoint, Grant, OfSeller, Problem, Reply, Request, User};
use tradewind_payments::{
    keys as payments_keys,
    provider::{PaymentProvider, PayoutAccount, ProviderOwner},
};
use tradewind_pricing::Country;
use tradewind_providers::{FOR_REQUEST, KeyError, NewAccount, Onboarding, ProviderError, provider, sandbox::TestBank};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "payouts-seller-account-create",
    "/v1/sellers/{seller_id}/payout-account",
    "Opens the account through which a shop is paid.",
)
.refusals(&[ProviderError::CODES, KeyError::CODES, &["other_provider"]])
.live()
.grants(&[
    Grant::MainRead,
    Grant::MainWrite,
    Grant::EphemeralRead,
    Grant::EphemeralWrite,
    Grant::SealingKey,
    Grant::SandboxSecret,
    Grant::StripeSecretKey,
])
.sealed();

/// The account to open.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// The country where the shop does business: an ISO 3166-1 code of two capital letters. It never changes.
    #[garde(skip)]
    country: Country,
    /// The page to which the seller returns from the provider. Returning does not mean that the provider has all details: read the account
    /// again.
    #[garde(skip)]
    return_url: PageAddress,
    /// The page to which the seller is sent when the provider's page can no longer be opened: it requests a new one here.
    #[garde(skip)]
    refresh_url: PageAddress,
    /// Sandbox: how the seller's bank behaves.
    #[serde(default)]
    #[garde(skip)]
    test_bank: TestBank,
}

/// A payout account, with the page to open next.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenedView {
    #[serde(flatten)]
    account: PayoutAccountView,
    /// The provider's page for the seller; absent if the provider requires nothing more.
    #[serde(skip_serializing_if = "Option::is_none")]
    onboarding_url: Option<String>,
    /// The time until which the page can be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    onboarding_expires_at: Option<Time>,
}

pub async fn handle(app: App, request: Request<User, Open, OfSeller>) -> Result<Reply<OpenedView>, Problem> {
    let seller = shop::readable(&app, &request, &request.params.seller_id).await?;
    let (tenant, now) = (request.tenant(), request.now());
    let Open { country, return_url, refresh_url, test_bank } = request.body.clone();
    let which = request.marketplace().payment_provider;
    let provider = provider(&app, which, tenant, FOR_REQUEST)?;
    let mut commit = request.commit();
    // An account at another provider is put aside: payouts that are under way through it are completed there.
    let found = app.table.get(payments_keys::payout_account(tenant, &seller)).await?;
    let before = found.as_ref().map_or(0, |account| account.version);
    let account = match found.filter(|account| account.provider == which) {
        Some(account) => account,
        None => {
            let asked = NewAccount { seller: seller.clone(), country: country.clone(), test_bank };
            let (account, status) = provider.open_account(&asked).await?;
            let owner = ProviderOwner {
                provider: which,
                id: account.clone(),
                marketplace: tenant.clone(),
                subject: seller.to_string(),
            };
            let mut account = PayoutAccount {
                seller,
                provider: which,
                account,
                status,
                reported_at: 0,
                created_at: now,
                updated_at: now,
                version: before.max(1),
            };
            commit = match before {
                0 => commit.create_fresh(&account),
                _ => commit.update(&mut account),
            };
            // The sandbox's accounts have no entry that records their owner.
            if which == PaymentProvider::Stripe {
                commit = commit.replace(&owner);
            }
            account
        }
    };
    let page = match account.status.payouts_enabled && account.status.requirements.is_empty() {
        true => None,
        false => provider.onboarding(&account.account, return_url.as_str(), refresh_url.as_str()).await?,
    };
    let (onboarding_url, onboarding_expires_at) = page.map(|Onboarding { url, expires_at }| (url, expires_at)).unzip();
    let view = OpenedView { account: account.into(), onboarding_url, onboarding_expires_at };
    request.finish(&app, commit, Reply::new(view)).await
}
