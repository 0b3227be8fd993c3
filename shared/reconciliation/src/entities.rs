//! What reconciliations store.

use crate::{Finding, ProviderTransaction};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{FindingId, ReconciliationId, UserId, period::Day, time::Time};

/// What a provider said it did, as a reconciliation read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaidTransaction {
    /// What it did.
    pub transaction: ProviderTransaction,
}

/// A comparison of a day of the provider's with the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The run's id.
    pub id: ReconciliationId,
    /// Which day, in UTC.
    pub day: Day,
    /// What the provider did, compared with the ledger.
    pub transactions: u32,
    /// Journals compared with the provider.
    pub journals: u32,
    /// What was too young to be judged.
    pub young: u32,
    /// Differences that were seen, those known before too.
    pub findings: u32,
    /// One, once it is done.
    pub done: u32,
    /// When it was asked for.
    pub created_at: Time,
    /// Counts the changes.
    pub version: u64,
}

/// A difference for an operator to work off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFinding {
    /// The finding's id, which follows from what differs.
    pub id: FindingId,
    /// What differs.
    pub finding: Finding,
    /// The run that found it first; none if a report did not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<ReconciliationId>,
    /// When that was.
    pub found_at: Time,
    /// Who worked it off, if somebody did.
    pub resolution: Option<Resolution>,
    /// Counts the changes.
    pub version: u64,
}

/// How a finding was worked off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// What it was, in the words of whoever worked it off.
    pub note: String,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Time,
}
