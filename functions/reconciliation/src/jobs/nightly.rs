//! `reconciliation-nightly`: starts the reconciliation of the day before in every marketplace.
//!
//! It runs at half past two in UTC: whatever was in progress at midnight is settled by then. If the job runs twice, each marketplace's
//! reconciliation still starts only once. 0.5 read units for each 4 KB of marketplaces, 8 write units each.

use crate::reconciliations::create::{begin, first};
use futures::stream::{self, StreamExt};
use tradewind_kernel::{MarketplaceId, period::Day};
use tradewind_lambda::{App, Grant, Job, JobError};
use tradewind_storage::CommitError;
use tradewind_tenancy::keys as tenancy_keys;

/// Marketplaces that are started at once.
const AT_ONCE: usize = 16;

pub const JOB: Job = Job {
    function: "reconciliation-nightly",
    summary: "Has the day before compared with the payment provider in every marketplace.",
    schedule: "cron(30 2 * * ? *)",
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite],
};

/// Days that were started are marked under this name for 30 days. It is the function's former name and must stay the same.
const MARK: &str = "money-reconcile-nightly";

pub async fn handle(app: App) -> Result<u32, JobError> {
    let day = Day::of(app.now()).previous();
    let (mut did, mut position, mut failure) = (0_u32, None, None);
    loop {
        let page = app.table.page(tenancy_keys::marketplaces(), 100, position).await?;
        let mut begun = stream::iter(page.items).map(|row| start(&app, row.summary, day)).buffer_unordered(AT_ONCE);
        while let Some(result) = begun.next().await {
            match result {
                Ok(new) => did = did.saturating_add(u32::from(new)),
                // A failure in one marketplace does not stop the others; Lambda repeats a run that failed.
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        position = page.next;
        if position.is_none() {
            return failure.map_or(Ok(did), Err);
        }
    }
}

/// Starts the reconciliation of a day, unless it was started before.
async fn start(app: &App, tenant: MarketplaceId, day: Day) -> Result<bool, JobError> {
    let run = begin(app.id(), day, app.now());
    let commit = app.commit(&tenant, None).once(MARK, &day.to_string()).create_fresh(&run).emit(first(&run));
    match commit.send(&app.table).await {
        Ok(()) => Ok(true),
        Err(CommitError::Again) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
