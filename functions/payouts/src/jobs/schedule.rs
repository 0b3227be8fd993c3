//! `payouts-schedule`: starts the payouts of the marketplaces whose time has come. Each has a timer of its own, every day at midnight in
//! its time zone; the run itself then checks, seller by seller, who is paid on this day.

use tradewind_kernel::timer::{Due, Timer};
use tradewind_lambda::{App, Grant, Job, JobError, sweep};
use tradewind_payouts::{PayoutRunEvent, next_run};
use tradewind_sales::{Changes, Event};
use tradewind_storage::keys::DueKind;
use tradewind_tenancy::{Standing, keys as tenancy_keys};

pub const JOB: Job = Job {
    function: "payouts-schedule",
    summary: "Starts the payouts of marketplaces whose time has come.",
    schedule: "rate(10 minutes)",
    grants: &[Grant::MainRead, Grant::MainWrite],
};

pub async fn handle(app: App) -> Result<u32, JobError> {
    sweep(&app, DueKind::Payouts, decide).await
}

async fn decide(app: App, timer: Timer) -> Result<Option<Changes>, JobError> {
    let Due::Payouts(_) = &timer.due else { return Ok(None) };
    let marketplace = app.table.peek(tenancy_keys::marketplace(&timer.marketplace)).await?;
    // While the operator looks into a marketplace, nobody is paid by the clock; what is owed stays owed.
    let suspended = marketplace.as_ref().is_some_and(|it| matches!(it.standing, Standing::Suspended { .. }));
    let zone = marketplace.map(|marketplace| marketplace.time_zone).unwrap_or_default();
    let next = Timer { due_at: next_run(app.now(), &zone), ..timer };
    let run = PayoutRunEvent::Requested { run: app.id(), only: None, after: None, scheduled: true };
    let events = if suspended { vec![] } else { vec![Event::PayoutRun(run)] };
    Ok(Some(Changes { events, timers: vec![next], ..Changes::default() }))
}
