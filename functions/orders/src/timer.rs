//! `orders-timer`: completes orders that were shipped long ago and about which the buyer said nothing.

use crate::sweep::sweep;
use tradewind_domain::{
    order::{Actor, Due, Timer, Transition, TransitionError},
    process::{self, Booking, Changes, ProcessError},
};
use tradewind_lambda::{App, Function, Grant, Problem};
use tradewind_storage::keys::{self, DueKind};

/// The function.
pub fn function() -> Function {
    Function::job(
        "orders-timer",
        "Moves orders on whose time has come.",
        "rate(1 minute)",
        &[Grant::MainRead, Grant::MainWrite],
        handle,
    )
}

async fn handle(app: App) -> Result<u32, Problem> {
    sweep(&app, DueKind::Order, decide).await
}

async fn decide(app: App, timer: Timer) -> Result<Option<Changes>, Problem> {
    let Due::Order(id) = &timer.due else { return Ok(None) };
    let Some(order) = app.table.get(keys::order(&timer.marketplace, id)).await? else { return Ok(None) };
    let booking = Booking { now: app.now(), journal: app.id() };
    match process::advance(order, Transition::Complete, Actor::Timer, None, &timer.marketplace, booking) {
        Ok(changes) => Ok(Some(changes)),
        // Somebody completed it before.
        Err(ProcessError::Transition(TransitionError::NotFromHere { .. })) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
