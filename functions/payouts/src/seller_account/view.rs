//! Payout accounts as their owners see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{SellerId, Time};
use tradewind_payments::provider::{AccountStatus, PaymentProvider, PayoutAccount};

/// The account through which a shop is paid.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PayoutAccountView {
    /// The shop that is paid.
    seller: SellerId,
    /// The provider that pays the shop.
    provider: PaymentProvider,
    #[serde(flatten)]
    status: AccountStatus,
    /// When the account was opened.
    created_at: Time,
    /// When the account was last changed.
    updated_at: Time,
}

impl From<PayoutAccount> for PayoutAccountView {
    fn from(account: PayoutAccount) -> Self {
        let PayoutAccount { seller, provider, status, created_at, updated_at, .. } = account;
        Self { seller, provider, status, created_at, updated_at }
    }
}
