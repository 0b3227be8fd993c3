//! Events of user accounts.

use tradewind_kernel::{UserId, events};

events! {
    /// What happened to a user account.
    pub enum IdentityEvent {
        "user.registered.v1":
        /// A person registered.
        Registered {
            /// The new account.
            user: UserId,
        },
    }
}
