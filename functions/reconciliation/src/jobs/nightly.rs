//! `reconciliation-nightly`: has the day before reconciled in every marketplace.
//!
//! At half past two in UTC: whatever was under way at midnight is settled by then. A run that begins twice begins each marketplace's
//! once. 0.5 read units for each 4 KB of marketplaces, 8 write units each.

use crate::reconciliations::create::{begin, first};
use futures::stream::{self, StreamExt};
use tradewind_kernel::{MarketplaceId, period::Day};
use tradewind_lambda::{App, Grant, Job, JobError};
use tradewind_storage::CommitError;
use tradewind_tenancy::keys as tenancy_keys;

/// Marketplaces begun at once.
const AT_ONCE: usize = 16;

/// What the job declares.
pub const JOB: Job = Job {
    function: "reconciliation-nightly",
    summary: "Has the day before compared with the payment provider in every marketplace.",
    schedule: "cron(30 2 * * ? *)",
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite],
};

/// What was acted on is marked under this name for 30 days: it stays what it was when the function was called so.
const MARK: &str = "money-reconcile-nightly";

pub async fn handle(app: App) -> Result<u32, JobError> {
    let day = Day::of(app.now()).previous();
    let (mut did, mut position, mut failure) = (0_u32, None, None);
    loop {
        let page = app.table.page(tenancy_keys::marketplaces(), 100, position).await?;
        let mut begun = stream::iter(page.items).map(|row| start(&app, row.card, day)).buffer_unordered(AT_ONCE);
        while let Some(result) = begun.next().await {
            match result {
                Ok(new) => did = did.saturating_add(u32::from(new)),
                // One marketplace does not stop the others; Lambda calls again what failed.
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        position = page.next;
        if position.is_none() {
            return failure.map_or(Ok(did), Err);
        }
    }
}

/// Begins the reconciliation of a day, unless it was begun before.
async fn start(app: &App, tenant: MarketplaceId, day: Day) -> Result<bool, JobError> {
    let run = begin(app.id(), day, app.now());
    let commit = app.commit(&tenant, None).once(MARK, &day.to_string()).create_fresh(&run).emit(first(&run));
    match commit.send(&app.table).await {
        Ok(()) => Ok(true),
        Err(CommitError::Again) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
