//! Accounts and logins: registering, buying as a guest, logging in, refreshing, logging out, and the account itself.
//!
//! A login is a session: an item, kept for [`SESSION_LIFE`], that holds the hash of the refresh token which it accepts next. Access tokens
//! are valid for [`ACCESS_TOKEN_LIFE`] and say whose session they are; whether it still counts, and what the person may do, the table says.
//!
//! # Addresses
//!
//! Whoever registers is logged in at once, and gets a code at their address. The address is theirs once the code has come back; until then
//! others may register with it as well, and the newest of them can log in with their own password. So registering, logging in and
//! forgetting a password look the same for an address that somebody has and for one that nobody has: nobody learns which it is, but whoever
//! reads its e-mails.
//!
//! # Idempotency keys of people who are not known yet
//!
//! Registering, logging in and refreshing are open to all, and a marketplace cannot tell anonymous callers apart. So a stored reply of theirs
//! belongs to the key, the network and the request together: it is given only to a request from the same network with the same path and the same
//! body, byte for byte, and two people who use the same key by accident do not meet. The body holds the password or the refresh token: anybody who can repeat it could
//! just as well get tokens of their own. Replies that hold tokens are kept for 30 seconds, so that none outlives the password or the session
//! that it was given for.
//!
//! [`SESSION_LIFE`]: tradewind_identity::SESSION_LIFE [`ACCESS_TOKEN_LIFE`]: tradewind_auth::ACCESS_TOKEN_LIFE

mod account_deletions {
    pub mod create;
}
mod attempts;
mod claim_email;
mod codes;
mod email_changes {
    pub mod confirm;
    pub mod create;
}
mod email_verifications {
    pub mod confirm;
    pub mod create;
}
mod guests {
    pub mod create;
}
mod jwks {
    pub mod list;
}
mod me {
    pub mod get;
    pub mod update;
}
mod password_resets {
    pub mod confirm;
    pub mod create;
}
mod session;
mod sessions {
    pub mod create;
    pub mod delete;
    pub mod end_others;
    pub mod list;
    pub mod refresh;
}
mod users {
    pub mod create;
    pub mod list;
}
mod view;

tradewind_lambda::functions! {
    endpoints {
        users { create, list }
        guests { create }
        sessions { create, refresh, list, delete, end_others }
        me { get, update }
        jwks { list }
        email_verifications { create, confirm }
        email_changes { create, confirm }
        password_resets { create, confirm }
        account_deletions { create }
    }
}
