//! `platform-migrate`: brings stored items to the format of this release, a part of a segment of the table for each message.
//!
//! A segment that takes longer than one invocation is allowed to continues in another. Its progress is stored in an item of its own,
//! written in one transaction with the next message, so that a redelivered message does what is left and counts nothing twice.

use std::time::Duration;
use tradewind_kernel::event::Envelope;
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_migrations::{MigrationEvent, keys as migrations_keys};
use tradewind_storage::migration::{self, Scope};

pub const CONSUMER: Consumer = Consumer {
    function: "platform-migrate",
    summary: "Brings what is stored to the shapes of this release, a part at a time.",
    queue: tradewind_migrations::MIGRATIONS,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainScan, Grant::MainWrite, Grant::EphemeralWrite],
    memory: 512,
    timeout_seconds: 120,
    most_at_once: 8,
};

/// How long a step works before it leaves the rest to the next.
const STEP: Duration = Duration::from_secs(45);

pub async fn handle(app: App, message: Message<Envelope<MigrationEvent>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace, .. } = message;
    let MigrationEvent::Step { migration, segment: number, step } = event;
    let begun = app.now();
    let asked = app.table.get(migrations_keys::migration(&migration)).await?;
    let asked = asked.ok_or_else(|| JobError::internal(format!("{migration} is missing")))?;
    let segment = app.table.get(migrations_keys::migration_segment(&migration, number)).await?;
    let mut segment = segment.ok_or_else(|| JobError::internal(format!("{migration} has no segment {number}")))?;
    if segment.step != step {
        // This step was done before, and the next message is on its way.
        return Ok(Handled::Done);
    }
    let scope = Scope {
        marketplace: asked.marketplace.as_ref(),
        segment: number,
        segments: asked.segments,
        dry_run: asked.dry_run,
        kinds: &tradewind_migrations::KINDS,
    };
    loop {
        segment.after = migration::page(&app.table, &scope, segment.after, &mut segment.tally).await?;
        if segment.after.is_none() || app.now().since(begun) > STEP {
            break;
        }
    }
    segment.step = step.saturating_add(1);
    segment.done = segment.after.is_none();
    let mut commit = app.commit(&tenant, trace).once(CONSUMER.function, &format!("{migration}_{number}_{step}"));
    commit = commit.update(&mut segment);
    if !segment.done {
        commit = commit.emit(MigrationEvent::Step { migration, segment: number, step: segment.step });
    }
    commit.send_once(&app.table).await?;
    Ok(Handled::Done)
}
