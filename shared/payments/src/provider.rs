//! What we keep of payment providers: which one a marketplace uses, under which names it knows our things, and how sellers are
//! paid through it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use tradewind_kernel::{MarketplaceId, Money, SellerId, Time};

mod amounts;

/// A payment provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentProvider {
    /// The built-in one, with test cards.
    #[default]
    Sandbox,
    /// Stripe, with Connect.
    Stripe,
}

impl PaymentProvider {
    /// The provider's name, as it stands in keys and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Stripe => "stripe",
        }
    }
}

impl fmt::Display for PaymentProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Under which ids a provider knows a payment, a refund or a payout of ours. Whoever goes on with it asks the same provider,
/// whatever the marketplace uses by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLink {
    /// Our id.
    pub subject: String,
    /// The provider.
    pub provider: PaymentProvider,
    /// The provider's id: Stripe's payment intent, refund or transfer.
    pub id: String,
    /// When it was made.
    pub created_at: Time,
}

/// Whose a provider's thing is: some of what a provider reports, such as a dispute, names only the provider's ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderOwner {
    /// The provider.
    pub provider: PaymentProvider,
    /// The provider's id.
    pub id: String,
    /// The marketplace.
    pub marketplace: MarketplaceId,
    /// Our id in it.
    pub subject: String,
}

/// What a provider says about paying a seller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountStatus {
    /// Whether the seller has told the provider what it asked.
    pub details_submitted: bool,
    /// Whether money can be sent to the seller.
    pub payouts_enabled: bool,
    /// What the provider still wants to know, in its own words.
    #[serde(default)]
    #[schemars(length(max = 200), inner(length(max = 500)))]
    pub requirements: Vec<String>,
    /// Why the provider sends no money, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub disabled_reason: Option<String>,
}

/// The account through which a seller is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccount {
    /// Whose it is.
    pub seller: SellerId,
    /// The provider.
    pub provider: PaymentProvider,
    /// The provider's id of the account.
    pub account: String,
    /// What the provider last said about it.
    pub status: AccountStatus,
    /// The moment of that in the provider's time, in seconds: older news that comes later changes nothing.
    pub said_at: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes.
    pub version: u64,
}

impl PayoutAccount {
    /// The account as the provider now says it is; `None` if that is no news.
    pub fn told(mut self, status: AccountStatus, said_at: i64, now: Time) -> Option<Self> {
        if said_at < self.said_at || status == self.status {
            return None;
        }
        self.status = status;
        self.said_at = said_at;
        self.updated_at = now;
        Some(self)
    }
}

/// One movement of the money that a provider holds for the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceTransaction {
    /// The provider's id.
    pub id: String,
    /// What moved the money.
    pub kind: BalanceKind,
    /// How much: positive came in.
    pub amount: Money,
    /// What the provider kept for itself.
    pub fee: Money,
    /// When.
    pub created_at: Time,
    /// The provider's id of what it belongs to: a charge, a refund, a transfer.
    pub source: Option<String>,
    /// Whose it is, if we said so when we asked for it.
    pub marketplace: Option<MarketplaceId>,
    /// Our id of what it belongs to: a payment's, a refund's or a payout's.
    pub subject: Option<String>,
}

/// What moved money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BalanceKind {
    /// A buyer paid.
    Charge,
    /// Money went back to a buyer.
    Refund,
    /// A refund came back.
    RefundFailure,
    /// Money was sent to a seller.
    Transfer,
    /// It was taken back.
    TransferReversal,
    /// A bank disputes a payment, or gave the money back.
    Dispute,
    /// The platform's own money left for its bank.
    Payout,
    /// The provider's fees.
    Fee,
    /// Something else.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Id;

    fn account() -> PayoutAccount {
        PayoutAccount {
            seller: SellerId::from_ulid("01jd0000000000000000000000"),
            provider: PaymentProvider::Stripe,
            account: "acct_1".into(),
            status: AccountStatus::default(),
            said_at: 100,
            created_at: Time::from_millis(0),
            updated_at: Time::from_millis(0),
            version: 1,
        }
    }

    #[test]
    fn old_news_of_an_account_that_comes_later_changes_nothing() {
        let enabled = AccountStatus { payouts_enabled: true, ..AccountStatus::default() };
        let now = Time::from_millis(1);
        assert_eq!(account().told(enabled.clone(), 99, now), None);
        assert_eq!(account().told(AccountStatus::default(), 101, now), None);
        assert!(account().told(enabled, 100, now).unwrap().status.payouts_enabled);
    }

    #[test]
    fn a_marketplace_uses_the_sandbox_unless_it_says_otherwise() {
        assert_eq!(PaymentProvider::default(), PaymentProvider::Sandbox);
        assert_eq!(serde_json::to_value(PaymentProvider::Stripe).unwrap(), PaymentProvider::Stripe.name());
    }
}
