//! What the audit of the books stores: verifications and the differences they found.

use crate::{Entity, Key, keys};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_domain::{
    Currency, LedgerVerificationId, MarketplaceId, Money, Time, ledger::JournalKind, ledger_audit::Difference,
    period::Day,
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

/// A verification of a marketplace's ledger, followed while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerVerification {
    /// The verification's id.
    pub id: LedgerVerificationId,
    /// Parts that are known so far. Each seller is one.
    pub parts: u32,
    /// Parts that are done.
    pub parts_done: u32,
    /// Journals that were replayed.
    pub journals: u32,
    /// Entries of sellers that were compared.
    pub entries: u32,
    /// Orders that were compared, with their payments and refunds.
    pub orders: u32,
    /// Payouts that were compared.
    pub payouts: u32,
    /// Balances that were compared.
    pub balances: u32,
    /// Differences that were found.
    pub differences: u32,
    /// When it was asked for.
    pub created_at: Time,
    /// Counts the changes.
    pub version: u64,
}

/// A difference that a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The verification.
    pub verification: LedgerVerificationId,
    /// What differs.
    #[serde(flatten)]
    pub difference: Difference,
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

impl Entity for LedgerVerification {
    fn key(&self, tenant: &MarketplaceId) -> Key<Self> {
        keys::ledger_verification(tenant, &self.id)
    }

    fn version(&mut self) -> Option<&mut u64> {
        Some(&mut self.version)
    }
}

impl Entity for Found {
    fn key(&self, tenant: &MarketplaceId) -> Key<Self> {
        keys::difference(tenant, &self.verification, self.difference.kind, &self.difference.subject)
    }
}
