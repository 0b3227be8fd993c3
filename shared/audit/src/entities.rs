//! Entities of the audit: verifications and the differences that they found.

use crate::Difference;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{LedgerVerificationId, time::Time};

/// A verification of a marketplace's ledger, with its progress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerVerification {
    /// The verification's id.
    pub id: LedgerVerificationId,
    /// Number of parts that are known so far. Each seller is one.
    pub parts: u32,
    /// Number of parts that are done.
    pub parts_done: u32,
    /// Number of journals that were replayed.
    pub journals: u32,
    /// Number of sellers' entries that were compared.
    pub entries: u32,
    /// Number of orders that were compared, with their payments and refunds.
    pub orders: u32,
    /// Number of payouts that were compared.
    pub payouts: u32,
    /// Number of balances that were compared.
    pub balances: u32,
    /// Number of differences that were found.
    pub differences: u32,
    /// When the verification was requested.
    pub created_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

/// A difference that a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The verification that found it.
    pub verification: LedgerVerificationId,
    /// The difference.
    #[serde(flatten)]
    pub difference: Difference,
}
