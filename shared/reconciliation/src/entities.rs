//! Entities of reconciliations.

use crate::{Finding, ProviderTransaction};
use serde::{Deserialize, Serialize};
use tradewind_kernel::{FindingId, ReconciliationId, UserId, period::Day, time::Time};

/// A transaction that a provider reported, as a reconciliation read it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredTransaction {
    /// The transaction that the provider reported.
    pub transaction: ProviderTransaction,
}

/// A comparison of one day at the provider with the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// The reconciliation's id.
    pub id: ReconciliationId,
    /// The day that is compared, in UTC.
    pub day: Day,
    /// Number of the provider's transactions that were compared with the ledger.
    pub transactions: u32,
    /// Number of journals that were compared with the provider.
    pub journals: u32,
    /// Number of transactions and journals that were too recent to be compared.
    pub young: u32,
    /// Number of differences that were found, including those known before.
    pub findings: u32,
    /// 1 once the reconciliation is done; 0 before.
    pub done: u32,
    /// When the reconciliation was requested.
    pub created_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

/// A difference that an administrator has to resolve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFinding {
    /// The finding's id, which is computed from what differs.
    pub id: FindingId,
    /// The difference that was found.
    pub finding: Finding,
    /// The reconciliation that found it first; `None` if it comes from a provider's report that did not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<ReconciliationId>,
    /// When it was found first.
    pub found_at: Time,
    /// How it was resolved, if it was.
    pub resolution: Option<Resolution>,
    /// Incremented with each change.
    pub version: u64,
}

/// How a finding was resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// The explanation, in the words of whoever resolved it.
    pub note: String,
    /// The user who resolved it.
    pub by: UserId,
    /// When it was resolved.
    pub at: Time,
}
