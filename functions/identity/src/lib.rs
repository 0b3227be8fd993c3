//! Accounts and logins: registering, buying as a guest, logging in, refreshing, logging out, and the account itself.
//!
//! A login is a session: an item that says the hash of the refresh token it takes next, for [`SESSION_LIFE`]. Access tokens are
//! good for [`ACCESS_TOKEN_LIFE`] and carry the roles of the moment they were made: a new role, such as a shop, needs a refresh.
//!
//! # Idempotency keys of people who are not known yet
//!
//! Registering, logging in and refreshing are open to all, so their stored replies, which hold tokens, lie in one scope that
//! all anonymous callers of a marketplace share. A stored reply is given only to a request with the same path and the same body,
//! byte for byte. The body holds the password or the refresh token: who can repeat it could as well have got tokens of their own.
//! Somebody else who uses the same key by accident is told that the key was used before. Replies can be replayed for a day, but a
//! refresh token in one is good only while its session takes it.
//!
//! [`SESSION_LIFE`]: tradewind_domain::user::SESSION_LIFE
//! [`ACCESS_TOKEN_LIFE`]: tradewind_auth::ACCESS_TOKEN_LIFE

pub mod guest_create;
pub mod list;
pub mod login;
pub mod logout;
pub mod me_read;
pub mod me_update;
pub mod refresh;
pub mod register;
mod session;
mod view;

use tradewind_lambda::Function;

/// Every function of this area.
pub fn functions() -> Vec<Function> {
    vec![
        register::function(),
        guest_create::function(),
        login::function(),
        refresh::function(),
        logout::function(),
        list::function(),
        me_read::function(),
        me_update::function(),
    ]
}
