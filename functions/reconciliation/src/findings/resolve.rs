//! `POST /v1/reconciliation-findings/{finding_id}/resolve`: records the cause of a difference, and that it was resolved. It changes nothing
//! in the books: corrections are made by a journal of their own.

use crate::findings::list::FindingView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::text::Lines;
use tradewind_lambda::{Admin, App, Endpoint, Grant, OfFinding, Problem, Reply, Request};
use tradewind_reconciliation::{entities::Resolution, keys as reconciliation_keys};

/// 1 read unit, 4 write units.
pub const ENDPOINT: Endpoint = Endpoint::post(
    "reconciliation-findings-resolve",
    "/v1/reconciliation-findings/{finding_id}/resolve",
    "Notes how a difference was worked off.",
)
.refusals(&[&["finding_resolved"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// How the finding was resolved.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// What it was and what was done, for those who read the books later. 1 to 2,000 characters.
    #[garde(skip)]
    note: Lines<1, 2_000>,
}

pub async fn handle(app: App, request: Request<Admin, Resolve, OfFinding>) -> Result<Reply<FindingView>, Problem> {
    let found = app.table.get(reconciliation_keys::finding(request.tenant(), &request.params.finding_id)).await?;
    let mut found = found.ok_or_else(|| Problem::not_found("finding"))?;
    if found.resolution.is_some() {
        let detail = "This was worked off before; its note stays. Read it with `status=resolved`.";
        return Err(Problem::conflict("finding_resolved", detail));
    }
    let (note, by, at) = (request.body.note.clone().into(), request.caller.user.id.clone(), request.now());
    found.resolution = Some(Resolution { note, by, at });
    let commit = request.commit().update(&mut found);
    request.finish(&app, commit, Reply::new(found.into())).await
}
