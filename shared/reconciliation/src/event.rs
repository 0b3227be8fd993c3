//! What reconciliations find, and their steps.

use tradewind_kernel::{FindingId, ReconciliationId, event::Queue, events};

/// Where reconciliations wait.
pub const RECONCILIATIONS: Queue = Queue::named("reconcile");

events! {
    /// What was found.
    pub enum ReconciliationEvent {
        "finding.opened.v1":
        /// The provider reported something that does not fit, so that nothing was booked: an administrator has to look.
        FindingOpened {
            /// Which finding.
            finding: FindingId,
        },
        "reconciliation.found.v1":
        /// A reconciliation ended, and found what may not have been found before.
        Found {
            /// Which run.
            run: ReconciliationId,
        },
    }
}

events! {
    /// A step of a reconciliation, for `reconcile`.
    pub enum ReconciliationTask {
        "reconciliation.step.v1":
        /// A day of the payment provider's is to be compared with the ledger, or the rest of it.
        Step {
            /// The run.
            run: ReconciliationId,
            /// Which of the run's lists is read: counted from 0, those of the providers first.
            list: u32,
            /// Behind what to go on in it; empty to begin.
            #[serde(default)]
            behind: String,
        },
    }
}
