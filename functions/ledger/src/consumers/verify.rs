//! `ledger-verify`: verifies a marketplace's ledger, a part of it for each message, and repairs nothing.
//!
//! A part that takes longer than one invocation should goes on in another: a message carries how far the part has come. The step, the
//! counts and the next message are one transaction with a mark, so that a message that comes again changes nothing; a difference
//! lies under a key that follows from what differs, so that finding it again is finding it once.
//!
//! How balances are compared while sales go on is told in [`crate::audit::balances`].

use crate::audit::{disputes, journals, seller, sellers};
use std::time::Duration;
use tradewind_audit::{Difference, Part, Progress, VerificationEvent, entities::Found, keys as audit_keys};
use tradewind_kernel::{LedgerVerificationId, MarketplaceId, Time, event::Envelope};
use tradewind_lambda::{App, Consumer, Grant, Handled, Message, Problem};

/// What the consumer declares.
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

/// What was acted on is marked under this name for 30 days: it stays what it was when the function was called so.
const MARK: &str = "money-ledger-verify";

/// How long a step goes on before it leaves the rest to the next.
const STEP: Duration = Duration::from_secs(45);
/// After how many differences a step leaves the rest to the next: each is a transaction of its own.
const MANY: usize = 500;
/// How long after its time a journal may still be written: longer than any function that books runs.
pub(crate) const LATE: Duration = Duration::from_secs(120);

/// A step at work.
pub(crate) struct Step<'a> {
    pub app: &'a App,
    pub tenant: &'a MarketplaceId,
    pub verification: &'a LedgerVerificationId,
    pub trace: Option<String>,
    pub begun: Time,
    pub tally: Tally,
}

/// What a step compared and found.
#[derive(Default)]
pub(crate) struct Tally {
    pub journals: u32,
    pub entries: u32,
    pub orders: u32,
    pub payouts: u32,
    pub balances: u32,
    pub differences: Vec<Difference>,
}

impl Tally {
    /// Adds what was compared and found elsewhere.
    pub fn add(&mut self, other: Tally) {
        self.journals = self.journals.saturating_add(other.journals);
        self.entries = self.entries.saturating_add(other.entries);
        self.orders = self.orders.saturating_add(other.orders);
        self.payouts = self.payouts.saturating_add(other.payouts);
        self.balances = self.balances.saturating_add(other.balances);
        self.differences.extend(other.differences);
    }
}

/// What is left of a part after a step.
pub(crate) enum Left {
    /// Nothing.
    Nothing,
    /// The rest, after some seconds.
    Rest(Progress, u16),
    /// These sellers, each a part of its own, and the rest of the list.
    Sellers(Vec<Part>, Option<Progress>),
}

impl Step<'_> {
    /// Whether the step should end here.
    pub fn over(&self) -> bool {
        self.app.now().since(self.begun) > STEP || self.tally.differences.len() > MANY
    }

    /// The moment before which nothing is written any more.
    pub fn settled(&self) -> String {
        Time::from_millis(self.app.now().millis().saturating_sub(i64::try_from(LATE.as_millis()).unwrap_or(0)))
            .to_string()
    }
}

pub async fn handle(app: App, message: Message<Envelope<VerificationEvent>>) -> Result<Handled, Problem> {
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

/// Writes what a step found, counts what it compared, and hands on what is left.
async fn finish(step: Step<'_>, part: Part, number: u32, left: Left) -> Result<Handled, Problem> {
    let Step { app, tenant, verification, trace, tally, .. } = step;
    // One that is found on two ways, such as by a journal and by an entry, is one, and is counted by whoever was first.
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
