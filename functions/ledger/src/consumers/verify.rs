//! `ledger-verify`: verifies a marketplace's ledger, a part of it for each message, and repairs nothing.
//!
//! A part that takes longer than one invocation is allowed to continues in another: a message carries the progress of the part. The step,
//! the counts and the next message are one transaction with a mark, so that a redelivered message changes nothing. The key of a difference
//! is derived from what differs, so that a difference that is found again is stored once.
//!
//! [`crate::audit::balances`] explains how balances are compared while sales continue.

use crate::audit::{
    disputes, journals, seller, sellers,
    step::{Left, Step, Tally},
};
use tradewind_audit::{Part, Progress, VerificationEvent, entities::Found, keys as audit_keys};
use tradewind_kernel::event::Envelope;
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};

pub const CONSUMER: Consumer = Consumer {
    function: "ledger-verify",
    summary: "Verifies a marketplace's ledger, a part at a time.",
    queue: tradewind_audit::VERIFICATIONS,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite],
    memory: 512,
    timeout_seconds: 120,
    most_at_once: 10,
};

/// Events that were handled are marked under this name for 30 days. It is the function's former name and must stay the same.
const MARK: &str = "money-ledger-verify";

pub async fn handle(app: App, message: Message<Envelope<VerificationEvent>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace, .. } = message;
    let VerificationEvent::Step { verification, part, step: number, progress } = event;
    let (begun, tally) = (app.now(), Tally::default());
    let mut step = Step { app: &app, tenant: &tenant, verification: &verification, trace, begun, tally };
    let left = match &part {
        Part::Journals { shard } => journals::run(&mut step, *shard, progress).await?,
        Part::Disputes => disputes::run(&mut step, progress).await?,
        Part::Sellers => sellers::run(&mut step, progress).await?,
        Part::Seller { seller } => seller::run(&mut step, seller, progress).await?,
    };
    finish(step, part, number, left).await
}

/// Stores what a step found, counts what it compared, and passes on what is left.
async fn finish(step: Step<'_>, part: Part, number: u32, left: Left) -> Result<Handled, JobError> {
    let Step { app, tenant, verification, trace, tally, .. } = step;
    // A difference may be found in two ways, such as through a journal and through an entry. It is stored once, and counted by the step
    // that found it first.
    for difference in tally.differences {
        let found = Found { verification: verification.clone(), difference };
        let counted = [("differences", 1), ("version", 1)];
        let commit = app.commit(tenant, trace.clone()).create_once(&found);
        commit.count(audit_keys::ledger_verification(tenant, verification), &counted).send_once(&app.table).await?;
    }
    let mut new = vec![];
    let (mut delay, mut done) = (0, 0);
    let mut go_on = |part: Part, step: u32, progress: Progress| {
        new.push(VerificationEvent::Step { verification: verification.clone(), part, step, progress });
    };
    let next = number.saturating_add(1);
    let mut parts = 0_u32;
    let name = part.name();
    match left {
        Left::Nothing => done = 1,
        Left::Rest(progress, seconds) => {
            delay = seconds;
            go_on(part, next, progress);
        }
        Left::Sellers(sellers, rest) => {
            parts = u32::try_from(sellers.len()).unwrap_or(u32::MAX);
            sellers.into_iter().for_each(|seller| go_on(seller, 0, Progress::default()));
            match rest {
                Some(progress) => go_on(part, next, progress),
                None => done = 1,
            }
        }
    }
    let counts = [
        ("parts", parts),
        ("parts_done", done),
        ("journals", tally.journals),
        ("entries", tally.entries),
        ("orders", tally.orders),
        ("payouts", tally.payouts),
        ("balances", tally.balances),
        ("version", 1),
    ];
    let mut commit = app
        .commit(tenant, trace)
        .once(MARK, &format!("{verification}_{name}_{number}"))
        .count(audit_keys::ledger_verification(tenant, verification), &counts);
    for event in new {
        commit = commit.emit_later(event, delay);
    }
    commit.send(&app.table).await?;
    Ok(Handled::Done)
}
