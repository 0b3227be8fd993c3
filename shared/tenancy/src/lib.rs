//! A marketplace: the tenant, its name on the web and its share of each sale.
//!
//! # Currencies
//!
//! A marketplace has a main currency, which never changes, and may sell in further ones. A listing is priced in one of them, a cart is
//! bought in one, and each has a ledger of its own; nothing is ever converted.
//!
//! A further currency can be withdrawn at any time. From then on nothing new begins in it: no listing is created, changed or
//! published with prices in it, and published listings with such prices cannot be bought until their seller prices them anew; no
//! coupon, commission or shipping option is set in it. What was begun goes on: orders that were placed are paid, delivered, refunded
//! and disputed, sellers are paid what they are owed, and the ledger, statements and reports keep the currency. It can be added again
//! later.

pub mod keys;
mod stored;

pub use stored::KINDS;

pub mod branding;

use crate::branding::Branding;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use tradewind_kernel::{
    Currency, MarketplaceId, Time, UserId,
    fields::{FieldProblem, Fields},
    zone::Zone,
};
use tradewind_payments::provider::PaymentProvider;
use tradewind_payouts::PayoutPolicy;
use tradewind_pricing::{CommissionRules, MOST_CURRENCIES, TaxRules};
use tradewind_storage::refusal;

/// A marketplace with its settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marketplace {
    /// The tenant's id, with which every partition key begins.
    pub id: MarketplaceId,
    /// The name in host names and in the `X-Marketplace` header. It never changes.
    pub slug: Slug,
    /// The name that people read.
    pub name: String,
    /// The main currency. It never changes.
    pub currency: Currency,
    /// The further currencies that it sells in, without the main one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<Currency>,
    /// The marketplace's commission on each sale.
    pub commission: CommissionRules,
    /// The taxes on what is sold.
    pub taxes: TaxRules,
    /// How and when its sellers are paid.
    pub payouts: PayoutPolicy,
    /// The version of the order process that new orders follow: 0 is the one that ships with the product.
    pub process: u32,
    /// The time zone that decides when its days begin.
    #[serde(default)]
    pub time_zone: Zone,
    /// The provider that takes its buyers' money and pays its sellers.
    #[serde(default)]
    pub payment_provider: PaymentProvider,
    /// How it looks, and where its storefront is.
    #[serde(default, skip_serializing_if = "Branding::is_none")]
    pub branding: Branding,
    /// Whether it is open, and why not.
    #[serde(default, skip_serializing_if = "Standing::is_open")]
    pub standing: Standing,
    /// The first administrator, who opened the marketplace.
    pub owner: UserId,
    /// When it was opened.
    pub created_at: Time,
    /// When a setting last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}

/// Whether a marketplace is open. While it is not, everything can be read and nobody can change anything but their own account; payments that
/// were begun are still booked, and what is due by time happens, but for payouts while it is suspended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Standing {
    /// It is open.
    #[default]
    Open,
    /// The operator has suspended it, and may resume it.
    Suspended {
        /// The operator's words for why.
        reason: String,
        /// Since when.
        since: Time,
    },
    /// The operator has closed it for good.
    Closed {
        /// The operator's words for why.
        reason: String,
        /// Since when.
        since: Time,
    },
}

impl Standing {
    /// Whether the marketplace is open.
    pub fn is_open(&self) -> bool {
        *self == Self::Open
    }

    /// Why the marketplace is not open.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Open => None,
            Self::Suspended { reason, .. } | Self::Closed { reason, .. } => Some(reason),
        }
    }
}

impl Marketplace {
    /// All currencies that it sells in, the main one first.
    pub fn sells_in(&self) -> Vec<Currency> {
        std::iter::once(self.currency).chain(self.currencies.iter().copied()).collect()
    }
}

/// Checks the further currencies of a marketplace. `field` is their path in the request.
pub fn validate_currencies(field: &str, main: Currency, further: &[Currency]) -> Result<(), Vec<FieldProblem>> {
    let mut fields = Fields::default();
    let few = further.len() <= MOST_CURRENCIES;
    fields.ensure(few, field, format_args!("must be at most {MOST_CURRENCIES} currencies"));
    let mut seen = std::collections::HashSet::new();
    for (place, currency) in further.iter().enumerate() {
        let path = format!("{field}[{place}]");
        fields.ensure(*currency != main, path.as_str(), format_args!("{main} is the main currency already"));
        fields.ensure(seen.insert(currency), path, format_args!("{currency} stands here twice"));
    }
    fields.done()
}

/// A marketplace's name in host names: 3 to 40 lower-case letters, digits and inner hyphens (a DNS label, RFC 1035).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Slug(#[schemars(regex(pattern = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$"))] String);

impl Slug {
    /// Reads a slug. Names that the platform reserves for itself are refused.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let ends = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
        let reserved = ["www", "api", "admin", "platform", "mail", "static", "assets", "status"];
        let valid =
            (3..=40).contains(&text.len()) && inner && ends && !reserved.contains(&text) && !text.starts_with("mkt-");
        valid.then(|| Self(text.to_owned()))
    }

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom(
                "expected 3 to 40 lower-case letters, digits and inner hyphens, and no reserved name",
            )
        })
    }
}

/// Claims a slug for a marketplace, so that no second one can take it. It lies in the platform's partition, because it is read before
/// the tenant is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlugClaim {
    /// The slug that is claimed.
    pub slug: Slug,
    /// The marketplace it belongs to.
    pub marketplace: MarketplaceId,
}

refusal! {
    /// The refusal if a slug belongs to another marketplace.
    SlugTaken(Slug), "slug_taken"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_currencies_are_few_and_each_stands_once() {
        let wrong = |codes: &[&str]| {
            let further: Vec<_> = codes.iter().map(|code| Currency::parse(code).unwrap()).collect();
            let problems = validate_currencies("currencies", Currency::parse("EUR").unwrap(), &further);
            problems.err().unwrap_or_default().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        let ten = ["USD", "JPY", "KWD", "CHF", "GBP", "SEK", "NOK", "DKK", "PLN", "CZK"];
        assert_eq!((wrong(&[]), wrong(&ten)), (vec![], vec![]));
        assert_eq!(wrong(&[&ten[..], &["HUF"]].concat()), ["currencies"]);
        assert_eq!(wrong(&["USD", "EUR", "USD"]), ["currencies[1]", "currencies[2]"]);
    }

    #[test]
    fn a_slug_is_a_dns_label() {
        assert!(Slug::parse("vintage-bikes").is_some());
        for text in ["", "ab", "-ab", "ab-", "1ab", "Ab3", "a_b", "a.b", "www", "ä-b-c"] {
            assert_eq!(Slug::parse(text), None, "{text}");
        }
    }
}
