//! Compares balances with sums of postings while new postings are made.
//!
//! A balance has no history: its current value can only be compared with all that has been posted up to now. So the balances are read, then
//! whatever was posted since the last look, then the balances again. If they did not change meanwhile, they belong to the postings that
//! were read in between, and can be compared. An index may lag behind the table by some moments, so a difference counts only if it stays
//! the same for some seconds without changes. Where a balance never stays unchanged for long enough, this is reported as `not_settled`, and
//! not as a difference in amount.
//!
//! At `n` postings a second to a shard the chance of a still moment is about e^(-n/20) on AWS, where one look takes some 50 ms: a
//! marketplace of 100 orders a second has one in nearly every other look.

use std::time::Duration;
use tradewind_audit::{Difference, DifferenceKind, Sums, balances};
use tradewind_kernel::Time;
use tradewind_lambda::{App, JobError};
use tradewind_ledger::{
    Account,
    entities::{BalanceShard, Turnover},
};
use tradewind_storage::List;

/// How long a difference must stay the same: longer than an index lags behind.
const STAYS: Duration = Duration::from_secs(3);
/// The pause between two looks at a difference.
const PAUSE: Duration = Duration::from_millis(500);
/// The number of looks that one step takes: some 30 read units each.
const TRIES: u16 = 300;
/// How long one step waits for balances to stay unchanged.
const WAITS: Duration = Duration::from_secs(20);
/// The number of steps that wait in this way before the comparison is given up.
pub(crate) const MOST_RESTLESS: u8 = 20;
/// The number of seconds before the next of these steps looks again.
pub(crate) const REST: u16 = 30;

/// The result of a comparison.
pub(crate) enum Compared {
    /// The comparison succeeded: the differences, and the number of balances.
    Still(Vec<Difference>, u32),
    /// The balances kept changing.
    Restless,
}

/// Reads the postings since the last look, and keeps the sum of those before.
pub(crate) trait Postings {
    /// Looks again, and returns the sums of all postings so far.
    fn look(&mut self) -> impl Future<Output = Result<Sums, JobError>> + Send;
}

/// The lists in which balances are stored.
pub(crate) struct Held {
    /// The balances themselves; those of sellers include the sum of each month.
    pub balances: Vec<List<BalanceShard>>,
    /// What the marketplace earned, by day.
    pub turnover: Option<List<Turnover>>,
}

/// Reads balances and their number. The sum of a month is returned under the account's name, an `@` and the month. 1 read unit for each
/// list.
async fn read(app: &App, held: Held) -> Result<(Sums, u32), JobError> {
    let (mut sums, mut count) = (Sums::default(), 0_u32);
    for list in held.balances {
        for shard in app.table.page(list, 100, None).await?.items {
            for (account, amount) in shard.accounts() {
                sums.add(account, amount)?;
                count = count.saturating_add(1);
            }
            for (month, posted) in shard.months() {
                sums.add(&format!("{}@{month}", shard.account), posted)?;
            }
        }
    }
    if let Some(list) = held.turnover {
        for turnover in app.table.page(list, 1_000, None).await?.items {
            for (day, posted) in turnover.days() {
                sums.add(&format!("{}@{}", Account::PlatformFee, day.month()), posted)?;
            }
        }
    }
    Ok((sums, count))
}

/// Compares the balances in these lists with all postings.
pub(crate) async fn compare(
    app: &App,
    held: impl Fn() -> Held + Sync,
    postings: &mut impl Postings,
    place: &str,
) -> Result<Compared, JobError> {
    let start = app.now();
    let mut before = read(app, held()).await?;
    let mut seen: Option<(Vec<Difference>, Time)> = None;
    let mut tries = 0_u16;
    while tries < TRIES && app.now().since(start) < WAITS {
        tries = tries.saturating_add(1);
        let posted = postings.look().await?;
        let after = read(app, held()).await?;
        // Balances that changed are read again at once: a pause would only give them more time to change.
        if before.0 != after.0 {
            before = after;
            continue;
        }
        let differences = balances(&posted, &after.0, place);
        if differences.is_empty() {
            return Ok(Compared::Still(vec![], after.1));
        }
        let now = app.now();
        let since = match &seen {
            Some((same, since)) if *same == differences => *since,
            Some(_) | None => now,
        };
        if now.since(since) >= STAYS {
            return Ok(Compared::Still(differences, after.1));
        }
        seen = Some((differences, since));
        tokio::time::sleep(PAUSE).await;
        before = read(app, held()).await?;
    }
    Ok(Compared::Restless)
}

/// The difference that reports that balances could not be compared.
pub(crate) fn not_settled(place: &str) -> Difference {
    let detail = format!("The balances of {place} changed each time they were read. Verify again when less is sold.");
    Difference::of(DifferenceKind::NotSettled, place, detail)
}
