//! `POST /v1/payout-runs`: pays every shop what it is owed, in the background.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::PayoutRunId;
use tradewind_lambda::{Admin, App, Endpoint, Grant, Problem, Reply, Request};
use tradewind_payouts::PayoutRunEvent;

pub const ENDPOINT: Endpoint =
    Endpoint::post("payouts-runs-create", "/v1/payout-runs", "Pays every shop what it is owed.")
        .success(202)
        .idempotent()
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// A run takes no settings: an empty object, or no body at all.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateRun {}

/// A payout run that was started.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RunView {
    /// The run's id.
    id: PayoutRunId,
}

pub async fn handle(app: App, request: Request<Admin, Option<CreateRun>>) -> Result<Reply<RunView>, Problem> {
    let id = app.id::<PayoutRunId>();
    let commit =
        request.commit().emit(PayoutRunEvent::Requested { run: id.clone(), only: None, after: None, scheduled: false });
    request.finish(&app, commit, Reply::new(RunView { id })).await
}
