//! `GET /v1/reconciliations/{reconciliation_id}`: the progress of a reconciliation.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{ReconciliationId, Time, period::Day};
use tradewind_lambda::{Admin, App, Endpoint, Grant, OfReconciliation, Problem, Reply, Request};
use tradewind_reconciliation::{entities::Reconciliation, keys as reconciliation_keys};

/// 1 read unit.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "reconciliation-get",
    "/v1/reconciliations/{reconciliation_id}",
    "Reads how far a reconciliation is.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// A comparison of one day of the payment provider's movements with the ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReconciliationView {
    /// The reconciliation's id.
    id: ReconciliationId,
    /// The day that is compared.
    day: Day,
    /// The state of the reconciliation.
    status: ReconciliationStatus,
    /// The provider's movements on that day that were compared so far.
    transactions: u32,
    /// The journals of that day that were compared so far.
    journals: u32,
    /// Movements and journals less than an hour old, which were not judged.
    young: u32,
    /// The differences, including those already found by an earlier run.
    findings: u32,
    /// When the reconciliation was started.
    created_at: Time,
}

/// The state of a reconciliation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconciliationStatus {
    /// Some of it is not done yet.
    Running,
    /// Everything is done.
    Done,
}

impl From<&Reconciliation> for ReconciliationView {
    fn from(run: &Reconciliation) -> Self {
        let status = if run.done == 0 { ReconciliationStatus::Running } else { ReconciliationStatus::Done };
        let Reconciliation { id, day, transactions, journals, young, findings, created_at, .. } = run.clone();
        Self { id, day, status, transactions, journals, young, findings, created_at }
    }
}

pub async fn handle(
    app: App,
    request: Request<Admin, (), OfReconciliation>,
) -> Result<Reply<ReconciliationView>, Problem> {
    let run =
        app.table.get(reconciliation_keys::reconciliation(request.tenant(), &request.params.reconciliation_id)).await?;
    Ok(Reply::new(ReconciliationView::from(&run.ok_or_else(|| Problem::not_found("reconciliation"))?)))
}
