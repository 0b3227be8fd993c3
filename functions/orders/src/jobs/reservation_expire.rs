//! `orders-reservation-expire`: ends payments that were not paid in time. Their orders expire, their stock can be bought again, and the
//! goods return to the buyer's cart.

use tradewind_kernel::timer::{Due, Timer};
use tradewind_lambda::{App, Grant, Job, JobError, sweep};
use tradewind_sales::Changes;
use tradewind_storage::keys::DueKind;

pub const JOB: Job = Job {
    function: "orders-reservation-expire",
    summary: "Frees the stock of orders that were not paid in time.",
    schedule: "rate(1 minute)",
    grants: &[Grant::MainRead, Grant::MainWrite],
};

pub async fn handle(app: App) -> Result<u32, JobError> {
    sweep(&app, DueKind::Payment, decide).await
}

async fn decide(app: App, timer: Timer) -> Result<Option<Changes>, JobError> {
    let Due::Payment(id) = &timer.due else { return Ok(None) };
    let Some(purchase) = tradewind_sales::purchase::load(&app.table, &timer.marketplace, id).await? else {
        return Ok(None);
    };
    let Some(version) = purchase.orders.first().map(|order| order.process) else { return Ok(None) };
    let process = app.order_process(&timer.marketplace, version).await?;
    let now = app.now();
    let mut changes = tradewind_sales::expire(purchase, &process, now)?;
    if let Some(changes) = &mut changes {
        tradewind_sales::purchase::give_back_cart(&app.table, &timer.marketplace, changes, now).await?;
    }
    Ok(changes)
}
