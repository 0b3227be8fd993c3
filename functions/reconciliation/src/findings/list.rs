//! `GET /v1/reconciliation-findings`: the differences between the payment provider and the ledger, newest first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{FindingId, ReconciliationId, Time, UserId};
use tradewind_lambda::{Admin, App, Endpoint, Grant, ListView, Paged, Problem, Reply, Request};
use tradewind_reconciliation::{
    Finding,
    entities::{Resolution, StoredFinding},
    keys as reconciliation_keys,
};

/// 0.5 read units for each 4 KB, which hold about 8 findings.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "reconciliation-findings-list",
    "/v1/reconciliation-findings",
    "Lists in what the payment provider and the ledger differ.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Filters for the list of findings.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Filter {
    /// `open` for findings that nobody has resolved yet, or `resolved`.
    #[serde(default)]
    status: FindingStatus,
}

/// A difference between the payment provider and the ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingView {
    /// The finding's id.
    id: FindingId,
    /// Whether the finding was resolved.
    status: FindingStatus,
    #[serde(flatten)]
    finding: Finding,
    /// The reconciliation that found it first; absent if it comes from a report of the provider that does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    reconciliation: Option<ReconciliationId>,
    /// When the difference was found.
    found_at: Time,
    /// How it was resolved, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<ResolutionView>,
}

/// Whether a finding was resolved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingStatus {
    /// Nobody has resolved it yet.
    #[default]
    Open,
    /// Somebody has resolved it.
    Resolved,
}

/// How a finding was resolved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ResolutionView {
    /// What it was and what was done.
    note: String,
    /// The user who wrote the note.
    by: UserId,
    /// When the note was written.
    at: Time,
}

impl From<StoredFinding> for FindingView {
    fn from(stored: StoredFinding) -> Self {
        let StoredFinding { id, finding, run, found_at, resolution, .. } = stored;
        let status = if resolution.is_some() { FindingStatus::Resolved } else { FindingStatus::Open };
        let resolution = resolution.map(|Resolution { note, by, at }| ResolutionView { note, by, at });
        Self { id, status, finding, reconciliation: run, found_at, resolution }
    }
}

pub async fn handle(
    app: App,
    request: Request<Admin, (), Paged<Filter>>,
) -> Result<Reply<ListView<FindingView>>, Problem> {
    let resolved = match request.params.status {
        FindingStatus::Open => false,
        FindingStatus::Resolved => true,
    };
    request.list(&app, reconciliation_keys::findings(request.tenant(), resolved), |row| row.summary.into()).await
}
