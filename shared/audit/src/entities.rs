//! What an audit stores: verifications and the differences they found.

use crate::Difference;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{LedgerVerificationId, time::Time};

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
