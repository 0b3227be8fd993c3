//! A step of a verification: its inputs, and what it leaves to later steps.

use std::time::Duration;
use tradewind_audit::{Difference, Part, Progress};
use tradewind_kernel::{LedgerVerificationId, MarketplaceId, Time};
use tradewind_lambda::App;

/// How long a step works before it leaves the rest to the next.
const STEP: Duration = Duration::from_secs(45);
/// The number of differences after which a step leaves the rest to the next: each is a transaction of its own.
const MANY: usize = 500;
/// How long after its timestamp a journal may still be written: longer than any function that books may run.
pub(crate) const LATE: Duration = Duration::from_secs(120);

/// A step while it works.
pub(crate) struct Step<'a> {
    pub app: &'a App,
    pub tenant: &'a MarketplaceId,
    pub verification: &'a LedgerVerificationId,
    pub trace: Option<String>,
    pub begun: Time,
    pub tally: Tally,
}

/// The counts and the differences of a step.
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
    /// Adds the counts and differences of another tally.
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
    /// The rest, to be continued after some seconds.
    Rest(Progress, u16),
    /// These sellers, each a part of its own, and the rest of the list.
    Sellers(Vec<Part>, Option<Progress>),
}

impl Step<'_> {
    /// Whether the step should end now.
    pub fn over(&self) -> bool {
        self.app.now().since(self.begun) > STEP || self.tally.differences.len() > MANY
    }

    /// The moment before which nothing is written any more.
    pub fn settled(&self) -> String {
        Time::from_millis(self.app.now().millis().saturating_sub(i64::try_from(LATE.as_millis()).unwrap_or(0)))
            .to_string()
    }
}
