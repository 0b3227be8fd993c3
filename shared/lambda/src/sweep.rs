//! Sweeping the due index: every timer that is due is handled, each in a transaction of its own.

use crate::{App, JobError};
use futures::stream::{self, StreamExt};
use std::{future::Future, time::Duration};
use tradewind_kernel::timer::Timer;
use tradewind_sales::Changes;
use tradewind_storage::keys::{self, DUE_SHARDS, DueKind};

/// How long one run goes on. The next one begins a minute after this one began.
const RUN: Duration = Duration::from_secs(45);
/// How many timers are handled at once: nearly all of the time is spent waiting for DynamoDB.
const AT_ONCE: usize = 16;
/// How many timers are read at a time.
const PAGE: u16 = 100;

/// Handles all timers of a kind that are due. `decide` returns what a timer changes now, or `None` if it is out of date; the timer is
/// deleted in the same transaction, so that it has its effect only once, however many sweepers run. Timers whose items others are
/// changing at this moment are left to the next run. A failure does not stop the rest, but is returned at the end. Returns how many
/// timers had an effect.
pub async fn sweep<F>(app: &App, kind: DueKind, decide: impl Fn(App, Timer) -> F) -> Result<u32, JobError>
where
    F: Future<Output = Result<Option<Changes>, JobError>>,
{
    let start = app.now();
    let (mut did, mut failure) = (0_u32, None);
    // Each run begins with another shard, so that no shard waits for long behind the others when there is too much for one run.
    let first = u8::try_from(start.seconds().div_euclid(60).rem_euclid(i64::from(DUE_SHARDS))).unwrap_or(0);
    for shard in (first..DUE_SHARDS).chain(0..first) {
        let mut position = None;
        loop {
            let page = app.table.page(keys::due(kind, shard, start), PAGE, position).await?;
            let mut due =
                stream::iter(page.items).map(|timer| bring_about(app, timer, &decide)).buffer_unordered(AT_ONCE);
            while let Some(result) = due.next().await {
                match result {
                    Ok(effect) => did = did.saturating_add(u32::from(effect)),
                    Err(error) if error.passes() => {}
                    Err(error) => failure = failure.or(Some(error)),
                }
                if app.now().since(start) > RUN {
                    return failure.map_or(Ok(did), Err);
                }
            }
            position = page.next;
            if position.is_none() {
                break;
            }
        }
    }
    failure.map_or(Ok(did), Err)
}

async fn bring_about<F>(app: &App, timer: Timer, decide: impl Fn(App, Timer) -> F) -> Result<bool, JobError>
where
    F: Future<Output = Result<Option<Changes>, JobError>>,
{
    let commit = app.commit_sale(&timer.marketplace, None).await?.delete(keys::timer(&timer));
    let changes = decide(app.clone(), timer).await?;
    let effect = changes.is_some();
    commit.with(&mut changes.unwrap_or_default()).send(&app.table).await?;
    Ok(effect)
}
