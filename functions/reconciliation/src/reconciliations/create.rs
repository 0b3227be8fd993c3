//! `POST /v1/reconciliations`: compares one day of the payment provider's movements with the ledger, in the background.
//!
//! Every night this is done for the day before ([`crate::jobs::nightly`]); this endpoint is for days that were missed, or to compare again.

use crate::reconciliations::get::ReconciliationView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{ReconciliationId, period::Day};
use tradewind_lambda::{Admin, App, Endpoint, Grant, Problem, Reply, Request};
use tradewind_reconciliation::{ReconciliationTask, entities::Reconciliation};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "reconciliation-create",
    "/v1/reconciliations",
    "Compares a day of the payment provider's with the ledger.",
)
.success(202)
.idempotent()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The day to reconcile.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateReconciliation {
    /// A day in UTC that has begun. What happened in the last hour is not judged: it may still be on its way.
    #[garde(skip)]
    day: Day,
}

pub async fn handle(
    app: App,
    request: Request<Admin, CreateReconciliation>,
) -> Result<Reply<ReconciliationView>, Problem> {
    if request.body.day > Day::of(request.now()) {
        return Err(Problem::invalid("day", "Send a day that has begun, in UTC."));
    }
    let run = begin(app.id(), request.body.day, request.now());
    let commit = request.commit().create_fresh(&run).emit(first(&run));
    let location = format!("/v1/reconciliations/{}", run.id);
    request.finish(&app, commit, Reply::new(ReconciliationView::from(&run)).location(location)).await
}

/// A run that has not done anything yet.
pub(crate) fn begin(id: ReconciliationId, day: Day, now: tradewind_kernel::Time) -> Reconciliation {
    Reconciliation {
        id,
        day,
        transactions: 0,
        journals: 0,
        young: 0,
        findings: 0,
        done: 0,
        created_at: now,
        version: 1,
    }
}

/// The task that starts a run.
pub(crate) fn first(run: &Reconciliation) -> ReconciliationTask {
    ReconciliationTask::Step { run: run.id.clone(), list: 0, after: String::new() }
}
