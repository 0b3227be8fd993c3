//! Events of payouts, and of the runs that make them.

use tradewind_kernel::{PayoutId, PayoutRunId, SellerId, event::Queue, events};

/// The queue of payout runs.
pub const RUNS: Queue = Queue::named("payout-run");

events! {
    /// What happened to a payout.
    pub enum PayoutEvent {
        "payout.paid.v1":
        /// The payout arrived.
        Paid {
            /// The payout that arrived.
            payout: PayoutId,
        },
        "payout.failed.v1":
        /// The payout came back.
        Failed {
            /// The payout that came back.
            payout: PayoutId,
        },
        "payout.settled_otherwise.v1":
        /// The payout came back, and the marketplace paid the seller in another way.
        SettledOtherwise {
            /// The payout that was settled.
            payout: PayoutId,
        },
    }
}

events! {
    /// A step of a payout run, for the queue `payout-run`.
    pub enum PayoutRunEvent {
        "payout.run_requested.v1":
        /// The sellers of a marketplace are to be paid, page by page.
        Requested {
            /// The payout run that the step belongs to.
            run: PayoutRunId,
            /// The only seller to be paid; without it, all are paid.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            only: Option<SellerId>,
            /// The last seller of the previous page.
            after: Option<SellerId>,
            /// Whether only those sellers are paid whose schedule says so; an administrator's run pays everybody.
            #[serde(default)]
            scheduled: bool,
        },
    }
}
