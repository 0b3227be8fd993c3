//! Stored data about payment providers: which one a marketplace uses, the ids under which it knows our objects, and how sellers are
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
    /// The built-in provider, with test cards.
    #[default]
    Sandbox,
    /// Stripe, with Connect.
    Stripe,
}

impl PaymentProvider {
    /// The provider's name in keys and in JSON.
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

/// The id under which a provider knows a payment, a refund or a payout of ours. Later steps call the same provider, even if the
/// marketplace uses another one by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLink {
    /// Our id of the payment, refund or payout.
    pub subject: String,
    /// The provider that was called.
    pub provider: PaymentProvider,
    /// The provider's id: Stripe's payment intent, refund or transfer.
    pub id: String,
    /// When the provider's object was created.
    pub created_at: Time,
}

/// The owner of a provider's object. It is needed because some reports, such as that of a dispute, contain only the provider's ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderOwner {
    /// The provider of the object.
    pub provider: PaymentProvider,
    /// The provider's id of the object.
    pub id: String,
    /// The marketplace that the object belongs to.
    pub marketplace: MarketplaceId,
    /// Our id of the object in that marketplace.
    pub subject: String,
}

/// The status of a seller's account at the provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountStatus {
    /// Whether the seller has given the provider the information that it asked for.
    pub details_submitted: bool,
    /// Whether money can be sent to the seller.
    pub payouts_enabled: bool,
    /// The information that the provider still needs, in its own words.
    #[serde(default)]
    #[schemars(length(max = 200), inner(length(max = 500)))]
    pub requirements: Vec<String>,
    /// The reason why the provider sends no money, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub disabled_reason: Option<String>,
}

/// The account through which a seller is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccount {
    /// The seller who is paid through it.
    pub seller: SellerId,
    /// The provider of the account.
    pub provider: PaymentProvider,
    /// The provider's id of the account.
    pub account: String,
    /// The account's last known status.
    pub status: AccountStatus,
    /// The provider's time of that status, in seconds: an older status that arrives later changes nothing.
    #[serde(rename = "said_at")]
    pub reported_at: i64,
    /// When the account was created.
    pub created_at: Time,
    /// When the account last changed.
    pub updated_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

impl PayoutAccount {
    /// Records a new status of the account; `None` if it is older than the known one, or the same.
    pub fn updated(mut self, status: AccountStatus, reported_at: i64, now: Time) -> Option<Self> {
        if reported_at < self.reported_at || status == self.status {
            return None;
        }
        self.status = status;
        self.reported_at = reported_at;
        self.updated_at = now;
        Some(self)
    }
}

/// One movement of the balance that a provider holds for the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceTransaction {
    /// The provider's id of the movement.
    pub id: String,
    /// What moved the money.
    pub kind: BalanceKind,
    /// The amount: positive if money came in.
    pub amount: Money,
    /// The fee that the provider kept.
    pub fee: Money,
    /// When the money moved.
    pub created_at: Time,
    /// The provider's id of the object that it belongs to: a charge, a refund, a transfer.
    pub source: Option<String>,
    /// The marketplace that it belongs to, if our request named one.
    pub marketplace: Option<MarketplaceId>,
    /// Our id of the object that it belongs to: a payment's, a refund's or a payout's.
    pub subject: Option<String>,
}

/// The kind of a movement of the balance.
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
    /// Money that was sent to a seller was taken back.
    TransferReversal,
    /// A bank disputes a payment, or gave the money back.
    Dispute,
    /// The platform's own money was sent to its bank.
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
            reported_at: 100,
            created_at: Time::from_millis(0),
            updated_at: Time::from_millis(0),
            version: 1,
        }
    }

    #[test]
    fn old_news_of_an_account_that_comes_later_changes_nothing() {
        let enabled = AccountStatus { payouts_enabled: true, ..AccountStatus::default() };
        let now = Time::from_millis(1);
        assert_eq!(account().updated(enabled.clone(), 99, now), None);
        assert_eq!(account().updated(AccountStatus::default(), 101, now), None);
        assert!(account().updated(enabled, 100, now).unwrap().status.payouts_enabled);
    }

    #[test]
    fn a_marketplace_uses_the_sandbox_unless_it_says_otherwise() {
        assert_eq!(PaymentProvider::default(), PaymentProvider::Sandbox);
        assert_eq!(serde_json::to_value(PaymentProvider::Stripe).unwrap(), PaymentProvider::Stripe.name());
    }
}
