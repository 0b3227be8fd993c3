//! The steps of a verification.

use crate::{Part, Progress};
use tradewind_kernel::{LedgerVerificationId, event::Queue, events};

/// The queue of verifications.
pub const VERIFICATIONS: Queue = Queue::named("ledger-verify");

events! {
    /// A step of a verification, for the queue `ledger-verify`.
    pub enum VerificationEvent {
        "ledger.verification_step.v1":
        /// A part of a marketplace's ledger, or the rest of it, is to be verified.
        Step {
            /// The verification that the step belongs to.
            verification: LedgerVerificationId,
            /// The part that is verified.
            part: Part,
            /// The number of the step in its part.
            step: u32,
            /// The progress of the previous steps.
            #[serde(default)]
            progress: Progress,
        },
    }
}
