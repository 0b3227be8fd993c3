//! Payouts: what a seller is owed, sent to them.

use crate::{JournalId, Money, PayoutId, PayoutRunId, SellerId, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a payout is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PayoutState {
    /// The provider was asked to send it.
    Sent,
    /// It arrived.
    Paid,
    /// It came back; the seller is owed it again.
    Failed {
        /// The provider's reason.
        reason: String,
    },
}

/// Money sent to a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// The payout's id, under which the provider knows it too.
    pub id: PayoutId,
    /// The run that made it. A run makes at most one for a seller.
    pub run: PayoutRunId,
    /// Who gets it.
    pub seller: SellerId,
    /// How much.
    pub amount: Money,
    /// Where it is.
    pub state: PayoutState,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes.
    pub version: u64,
}

/// One run that pays all sellers of a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutRun {
    /// The run's id.
    pub id: PayoutRunId,
    /// When it was asked for.
    pub created_at: Time,
}

/// One entry of a seller's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// The journal it is part of.
    pub journal: JournalId,
    /// Why the journal was entered.
    pub kind: crate::ledger::JournalKind,
    /// The account.
    pub account: crate::ledger::Account,
    /// How much: positive is a debit, negative a credit.
    pub amount: Money,
    /// What it is about.
    pub subject: String,
    /// When.
    pub at: Time,
}
