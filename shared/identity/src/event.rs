//! Events of user accounts.

use tradewind_kernel::{UserId, email::Email, events};

events! {
    /// What ended a user account.
    pub enum DeletionEvent {
        "user.deleted.v1":
        /// The account was deleted. What is personal elsewhere is erased now.
        Deleted {
            /// The account.
            user: UserId,
            /// The address that it had, to which a last e-mail goes.
            email: Email,
        },
    }
}

events! {
    /// What happened to a user account.
    pub enum IdentityEvent {
        "user.registered.v1":
        /// A person registered.
        Registered {
            /// The new account.
            user: UserId,
        },
        "user.verification_requested.v1":
        /// The person asked for another code to verify their address.
        VerificationRequested {
            /// The account.
            user: UserId,
        },
        "user.password_reset_requested.v1":
        /// Somebody has forgotten the password for an address, whether or not there is an account with it.
        PasswordResetRequested {
            /// What stands for the address as the subject of the challenge, which holds it for 15 minutes.
            subject: String,
        },
        "user.email_change_requested.v1":
        /// The person asked for a code at the address that they want to change to.
        EmailChangeRequested {
            /// The account.
            user: UserId,
        },
        "user.email_changed.v1":
        /// The account has another address now.
        EmailChanged {
            /// The account.
            user: UserId,
            /// The address that it had before.
            before: Email,
        },
        "user.new_place.v1":
        /// Somebody logged in with the right password from where the person was not known.
        NewPlace {
            /// The account.
            user: UserId,
            /// What the device calls itself, if it does.
            device: Option<String>,
            /// The address from which they logged in.
            ip_address: Option<String>,
        },
        "user.session_reused.v1":
        /// A refresh token was used that had been exchanged before, so that the session was ended.
        SessionReused {
            /// The account.
            user: UserId,
            /// The address from which the token was sent.
            ip_address: Option<String>,
        },
        "user.password_changed.v1":
        /// The password was changed.
        PasswordChanged {
            /// The account.
            user: UserId,
        },
    }
}
