//! What reconciliation stores: what providers say they did, the runs that compare it with the ledger, and what they found.

use crate::{Entity, Index, Key, keys};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tradewind_domain::{
    FindingId, MarketplaceId, ReconciliationId, Time, UserId,
    period::Day,
    reconciliation::{Finding, ProviderTransaction},
};

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

impl Entity for SaidTransaction {
    fn key(&self, tenant: &MarketplaceId) -> Key<Self> {
        keys::said_transaction(tenant, &self.transaction)
    }
}

impl Entity for Reconciliation {
    fn key(&self, tenant: &MarketplaceId) -> Key<Self> {
        keys::reconciliation(tenant, &self.id)
    }

    fn version(&mut self) -> Option<&mut u64> {
        Some(&mut self.version)
    }
}

impl Entity for StoredFinding {
    fn key(&self, tenant: &MarketplaceId) -> Key<Self> {
        keys::finding(tenant, &self.id)
    }

    fn version(&mut self) -> Option<&mut u64> {
        Some(&mut self.version)
    }

    fn gsi1(&self, tenant: &MarketplaceId) -> Option<Index> {
        let list = keys::findings(tenant, self.resolution.is_some());
        Some(Index { pk: list.pk, sk: keys::by_time(self.found_at, &self.id) })
    }

    fn card(&self) -> Option<serde_json::Value> {
        Some(json!(self))
    }
}
