//! The steps of a verification.

use crate::{Part, Progress};
use tradewind_kernel::{LedgerVerificationId, event::Queue, events};

/// Where verifications wait.
pub const VERIFICATIONS: Queue = Queue::named("ledger-verify");

events! {
    /// A step of a verification, for `ledger-verify`.
    pub enum VerificationEvent {
        "ledger.verification_step.v1":
        /// A part of a marketplace's ledger is to be verified, or the rest of it.
        Step {
            /// The verification.
            verification: LedgerVerificationId,
            /// What is to be verified.
            part: Part,
            /// Counts the steps of the part.
            step: u32,
            /// How far the steps before it came.
            #[serde(default)]
            progress: Progress,
        },
    }
}
