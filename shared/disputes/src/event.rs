//! Events of disputes.

use tradewind_kernel::events;

events! {
    /// What happened to a dispute.
    pub enum DisputeEvent {
        "dispute.opened.v1":
        /// A buyer's bank took a payment back until it decides.
        Opened {
            /// The provider's id for the dispute.
            dispute: String,
        },
        "dispute.decided.v1":
        /// The bank decided the dispute.
        Decided {
            /// The provider's id for the dispute.
            dispute: String,
        },
    }
}
