//! `orders-timer`: advances orders whose time has come, as their process defines: accepts them, counts them as arrived, completes them.

use tradewind_kernel::timer::{Due, Timer};
use tradewind_lambda::{App, Grant, Job, JobError, sweep};
use tradewind_orders::keys as orders_keys;
use tradewind_sales::{Booking, Changes};
use tradewind_storage::keys::DueKind;

pub const JOB: Job = Job {
    function: "orders-timer",
    summary: "Moves orders on whose time has come.",
    schedule: "rate(1 minute)",
    grants: &[Grant::MainRead, Grant::MainWrite],
};

pub async fn handle(app: App) -> Result<u32, JobError> {
    sweep(&app, DueKind::Order, decide).await
}

async fn decide(app: App, timer: Timer) -> Result<Option<Changes>, JobError> {
    let (tenant, Due::Order(id)) = (&timer.marketplace, &timer.due) else { return Ok(None) };
    let Some(order) = app.table.get(orders_keys::order(tenant, id)).await? else { return Ok(None) };
    let process = app.order_process(tenant, order.process).await?;
    let mut changes = tradewind_sales::elapse(order, &process, tenant, Booking { now: app.now(), journal: app.id() })?;
    if let Some(changes) = &mut changes {
        tradewind_sales::purchase::count_coupon(&app.table, tenant, changes).await?;
    }
    Ok(changes)
}
