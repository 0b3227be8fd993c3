//! Accounts and logins: registering, buying as a guest, logging in, refreshing, logging out, and the account itself.
//!
//! A login is a session: an item, kept for [`SESSION_LIFE`], that holds the hash of the refresh token which it accepts next. Access tokens
//! are valid for [`ACCESS_TOKEN_LIFE`] and carry the roles that the user had when they were issued: a new role, such as a shop, needs a
//! refresh.
//!
//! # Idempotency keys of people who are not known yet
//!
//! Registering, logging in and refreshing are open to all, so their stored replies, which hold tokens, are kept in one scope that all
//! anonymous callers of a marketplace share. A stored reply is given only to a request with the same path and the same body, byte for byte.
//! The body holds the password or the refresh token: anybody who can repeat it could just as well get tokens of their own. Somebody else
//! who uses the same key by accident gets the error that the key was used before. Replies can be replayed for a day, but a refresh token in
//! one is valid only while its session accepts it.
//!
//! [`SESSION_LIFE`]: tradewind_identity::SESSION_LIFE [`ACCESS_TOKEN_LIFE`]: tradewind_auth::ACCESS_TOKEN_LIFE

mod guests {
    pub mod create;
}
mod me {
    pub mod get;
    pub mod update;
}
mod session;
mod sessions {
    pub mod create;
    pub mod delete;
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
        sessions { create, refresh, delete }
        me { get, update }
    }
}
