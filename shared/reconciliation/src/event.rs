//! Events of reconciliations, and their steps.

use tradewind_kernel::{FindingId, ReconciliationId, event::Queue, events};

/// The queue of reconciliations.
pub const RECONCILIATIONS: Queue = Queue::named("reconcile");

events! {
    /// What a reconciliation found.
    pub enum ReconciliationEvent {
        "finding.opened.v1":
        /// The provider reported something that does not fit, so that nothing was booked: an administrator has to look at it.
        FindingOpened {
            /// The finding that was opened.
            finding: FindingId,
        },
        "reconciliation.found.v1":
        /// A reconciliation ended, and found differences, some of which may be known from before.
        Found {
            /// The reconciliation that ended.
            run: ReconciliationId,
        },
    }
}

events! {
    /// A step of a reconciliation, for the queue `reconcile`.
    pub enum ReconciliationTask {
        "reconciliation.step.v1":
        /// A day at the payment provider, or the rest of it, is to be compared with the ledger.
        Step {
            /// The reconciliation that the step belongs to.
            run: ReconciliationId,
            /// The number of the list that is read, from 0; those of the providers come first.
            list: u32,
            /// The position in the list after which to go on; empty at the beginning.
            #[serde(rename = "behind", default)]
            after: String,
        },
    }
}
