//! Entities of the ledger that exist only in storage.

use crate::JournalKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_kernel::{
    currency::Currency,
    money::Money,
    period::{Day, Month},
    time::Time,
};

/// An index row of a journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JournalRow {
    /// The journal that the row stands for.
    #[serde(rename = "card")]
    pub summary: JournalName,
    /// The journal's sort key in the index: its time and its id.
    #[serde(rename = "gsi1sk")]
    pub place: String,
}

/// The two properties by which a journal is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalName {
    /// The kind of the journal.
    pub kind: JournalKind,
    /// The id of the thing that the journal is about.
    pub subject: String,
}

/// The amounts posted to an account on each day of a month, in one currency and shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Turnover {
    /// The currency of the amounts.
    pub currency: Currency,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl Turnover {
    /// The amount posted on each day: debits are positive.
    pub fn days(&self) -> impl Iterator<Item = (Day, Money)> {
        let day = |(name, value): (&String, &serde_json::Value)| {
            Some((Day::parse(name)?, Money::new(value.as_i64()?, self.currency)))
        };
        self.rest.iter().filter_map(day)
    }
}

/// One shard of a balance: either a seller's, or that of [`Account::ProviderClearing`](crate::Account::ProviderClearing) together
/// with those of all other accounts of the marketplace, so that a journal writes one item for all of them. Older releases wrote an
/// item for each account: the sums in those items still count.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BalanceShard {
    /// The name of the account.
    pub account: String,
    /// The currency.
    pub currency: Currency,
    /// The sum of the postings to this shard, in minor units: debits are positive.
    pub amount: i64,
    /// When the seller was last paid, in the balance of a seller.
    #[serde(default)]
    pub paid_at: Option<Time>,
    /// The amount that the seller was owed after that payout, in minor units.
    #[serde(default)]
    pub paid_left: Option<i64>,
    #[serde(flatten)]
    rest: BTreeMap<String, serde_json::Value>,
}

impl BalanceShard {
    /// The balance of each account in this item: debits are positive.
    pub fn accounts(&self) -> impl Iterator<Item = (&str, Money)> {
        let beside = self.rest.iter().filter_map(|(name, value)| {
            let account = name.strip_prefix(BESIDE)?;
            Some((account, Money::new(value.as_i64()?, self.currency)))
        });
        [(self.account.as_str(), Money::new(self.amount, self.currency))].into_iter().chain(beside)
    }

    /// The amounts posted in each month, in the balance of a seller.
    pub fn months(&self) -> impl Iterator<Item = (Month, Money)> {
        self.rest.iter().filter_map(|(name, value)| {
            let month = Month::parse(name.strip_prefix('m')?)?;
            Some((month, Money::new(value.as_i64()?, self.currency)))
        })
    }
}

/// The prefix of the attributes that hold the balances of other accounts.
const BESIDE: &str = "of_";

/// The attribute of another account's balance, in the item of [`Account::ProviderClearing`](crate::Account::ProviderClearing).
pub(crate) fn beside(account: &str) -> String {
    format!("{BESIDE}{account}")
}

/// The attribute of a seller's balance that holds the amount posted in a month.
pub(crate) fn month_attribute(month: Month) -> String {
    format!("m{month}")
}
