//! How the ledger is stored, and what exists only there.

use crate::JournalKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_kernel::{
    currency::Currency,
    money::Money,
    period::{Day, Month},
    time::Time,
};

/// What the index shows of a journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JournalRow {
    /// Which journal.
    pub card: JournalName,
    /// Where it stands in the index: its time and its id.
    #[serde(rename = "gsi1sk")]
    pub place: String,
}

/// What a journal is found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalName {
    /// Its kind.
    pub kind: JournalKind,
    /// What it is about.
    pub subject: String,
}

/// What was posted to an account on each day of a month, in one currency and shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Turnover {
    /// The currency.
    pub currency: Currency,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl Turnover {
    /// What was posted on each day: debits positive.
    pub fn days(&self) -> impl Iterator<Item = (Day, Money)> {
        let day = |(name, value): (&String, &serde_json::Value)| {
            Some((Day::parse(name)?, Money::new(value.as_i64()?, self.currency)))
        };
        self.rest.iter().filter_map(day)
    }
}

/// One shard of a balance: that of a seller, or that of [`Account::ProviderClearing`](crate::Account::ProviderClearing) with those of all
/// other accounts of the marketplace beside it, so that a journal writes one item for all of them. Older releases wrote an item for each
/// account: what they summed up to then still counts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BalanceShard {
    /// The account.
    pub account: String,
    /// The currency.
    pub currency: Currency,
    /// The sum of the postings that fell to this shard: debits positive.
    pub amount: i64,
    /// When the seller was last paid, if it is the balance of a seller.
    #[serde(default)]
    pub paid_at: Option<Time>,
    /// What they were owed behind that.
    #[serde(default)]
    pub paid_left: Option<i64>,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl BalanceShard {
    /// The balance of each account in it: debits positive.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, Money)> {
        let beside = self.rest.iter().filter_map(|(name, value)| {
            let account = name.strip_prefix(BESIDE)?;
            Some((account, Money::new(value.as_i64()?, self.currency)))
        });
        [(self.account.as_str(), Money::new(self.amount, self.currency))].into_iter().chain(beside)
    }

    /// What was posted in each month, if it is the balance of a seller.
    pub fn months(&self) -> impl Iterator<Item = (Month, Money)> {
        self.rest.iter().filter_map(|(name, value)| {
            let month = Month::parse(name.strip_prefix('m')?)?;
            Some((month, Money::new(value.as_i64()?, self.currency)))
        })
    }
}

/// What the attributes begin with that hold the balances of other accounts.
const BESIDE: &str = "of_";

/// The attribute of another account's balance, in the item of [`Account::ProviderClearing`](crate::Account::ProviderClearing).
pub(crate) fn beside(account: &str) -> String {
    format!("{BESIDE}{account}")
}

/// The attribute of a seller's balance that holds what was posted in a month.
pub(crate) fn month_attribute(month: Month) -> String {
    format!("m{month}")
}
