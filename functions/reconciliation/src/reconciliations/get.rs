//! `GET /v1/reconciliations/{reconciliation_id}`: how far a reconciliation is.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{ReconciliationId, Time, period::Day};
use tradewind_lambda::{Admin, App, Endpoint, Grant, OfReconciliation, Problem, Reply, Request};
use tradewind_reconciliation::{entities::Reconciliation, keys as reconciliation_keys};

/// What the endpoint declares. 1 read unit.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "reconciliation-get",
    "/v1/reconciliations/{reconciliation_id}",
    "Reads how far a reconciliation is.",
)
.grants(&[Grant::MainRead]);

/// A comparison of a day of the payment provider's with the ledger.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReconciliationView {
    /// The reconciliation's id.
    id: ReconciliationId,
    /// The day that is compared.
    day: Day,
    /// How far it is.
    status: ReconciliationStatus,
    /// What the provider did on that day and was compared so far.
    transactions: u32,
    /// Journals of that day that were compared with the provider so far.
    journals: u32,
    /// What was less than an hour old and not judged.
    young: u32,
    /// Differences, those found by an earlier run too.
    findings: u32,
    /// When it was begun.
    created_at: Time,
}

/// Where a reconciliation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconciliationStatus {
    /// Some of it is still to do.
    Running,
    /// All of it is done.
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
