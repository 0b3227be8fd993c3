//! What happens to accounts.

use tradewind_kernel::{UserId, events};

events! {
    /// What happened to an account.
    pub enum IdentityEvent {
        "user.registered.v1":
        /// Somebody made an account.
        Registered {
            /// Who.
            user: UserId,
        },
    }
}
