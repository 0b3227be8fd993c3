//! What happens to payouts, and the runs that make them.

use tradewind_kernel::{PayoutId, PayoutRunId, SellerId, event::Queue, events};

/// Where payout runs wait.
pub const RUNS: Queue = Queue::named("payout-run");

events! {
    /// What happened to a payout.
    pub enum PayoutEvent {
        "payout.paid.v1":
        /// It arrived.
        Paid {
            /// Which payout.
            payout: PayoutId,
        },
        "payout.failed.v1":
        /// It came back.
        Failed {
            /// Which payout.
            payout: PayoutId,
        },
        "payout.settled_otherwise.v1":
        /// The marketplace paid the seller in another way what came back.
        SettledOtherwise {
            /// Which payout.
            payout: PayoutId,
        },
    }
}

events! {
    /// A step of a payout run, for `payout-run`.
    pub enum PayoutRunEvent {
        "payout.run_requested.v1":
        /// The sellers of a marketplace are to be paid, page by page.
        Requested {
            /// The run.
            run: PayoutRunId,
            /// The only seller to be paid; without it, all are.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            only: Option<SellerId>,
            /// The last seller of the page before.
            after: Option<SellerId>,
            /// Whether only those are paid whose day it is; an administrator's run pays everybody.
            #[serde(default)]
            scheduled: bool,
        },
    }
}
