//! People: their accounts and login sessions.

pub mod keys;
pub mod people;
mod stored;

pub use stored::KINDS;

mod challenge;
mod device;
mod event;

pub use challenge::{CODE_LIFE, Challenge, Purpose, Shown, address_subject};
pub use event::{DeletionEvent, IdentityEvent};

mod live_session;
mod session;

pub use live_session::{Read, live_session};
pub use session::{GRACE, Refreshed, SESSION_LIFE, Session, SessionEnd};

use serde::{Deserialize, Serialize};
use std::time::Duration;
use tradewind_auth::{SealingKey, secret};
use tradewind_kernel::{
    MarketplaceId, SellerId, Time, UserId,
    email::{Email, EmailError},
    text::password::opaque,
};
use tradewind_storage::refusal;

/// A person's account in one marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The e-mail address to log in with and to write to.
    #[serde(deserialize_with = "Email::stored")]
    pub email: Email,
    /// The name that others see.
    pub name: String,
    /// The Argon2id hash of the password, in PHC format. A guest has none.
    pub password_hash: String,
    /// What sessions hold to know whether they still count, if that is not the fingerprint of the password's hash: the password was hashed anew
    /// with other parameters, or the person ended all sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_mark: Option<String>,
    /// Whether it is a guest, who bought without a password. Nobody can log in as a guest, and many guests may have given the same
    /// address: none of them proved that it is theirs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// When it was shown that the person reads the e-mails of the address. An account of a release before this one has claimed its address
    /// without that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_verified_at: Option<Time>,
    /// When the person deleted the account. What is left of it is its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
    /// Whether the person administers the marketplace.
    pub admin: bool,
    /// The person's shop, once it is opened.
    pub seller: Option<SellerId>,
    /// When the account was made.
    pub created_at: Time,
    /// When the account last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}

impl User {
    /// Erases what is personal. The account keeps its id, under which orders and payments are kept, and an address that belongs to nobody (RFC
    /// 2606, section 2). The random `mark` ends all sessions.
    pub fn erase(&mut self, mark: String, now: Time) -> Result<(), EmailError> {
        self.email = Email::parse(&format!("{}@deleted.invalid", self.id.ulid()))?;
        self.name = String::new();
        self.password_hash = String::new();
        self.session_mark = Some(mark);
        self.email_verified_at = None;
        self.deleted_at = Some(now);
        self.updated_at = now;
        Ok(())
    }

    /// What sessions hold to know whether they still count: with another password, or once the person has ended all sessions, it is another
    /// one.
    pub fn mark(&self) -> String {
        self.session_mark.clone().unwrap_or_else(|| secret::fingerprint(&self.password_hash))
    }
}

/// Claims an e-mail address for an account, so that no second account can use it. An account claims its address when it is verified: until
/// then anybody may register with it, and nobody learns whether somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailClaim {
    /// The address that is claimed.
    #[serde(deserialize_with = "Email::stored")]
    pub email: Email,
    /// The user it belongs to.
    pub user: UserId,
}

/// An account that registered with an address and has not verified it. There may be several of an address, of different people: a log-in finds
/// its own by the [slot](slot) of the password, so that nobody keeps another one out by registering with their address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unverified {
    /// The address.
    #[serde(deserialize_with = "Email::stored")]
    pub email: Email,
    /// The slot of its password.
    pub slot: String,
    /// The account.
    pub user: UserId,
}

/// The slot of a password among the unverified accounts of an address: 12 bits of a signature. They spare somebody who has both the table and the
/// deployment's key that many of the guesses at an unverified account, and no more.
pub fn slot(key: &SealingKey, tenant: &MarketplaceId, email: &Email, password: &str) -> String {
    let password = opaque(password);
    key.sign(&format!("unverified\n{}\n{email}\n{password}", tenant.as_str())).chars().take(2).collect()
}

refusal! {
    /// The refusal if an address has an account already.
    EmailTaken(Email), "email_taken"
}

/// A place from which somebody has logged in to their account. From there they can log in even while others try passwords on the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownPlace {
    /// The user who logged in.
    pub user: UserId,
    /// The client's network: an IPv4 address, or the first half of an IPv6 address.
    pub network: String,
    /// When it is forgotten, unless they log in from there again.
    pub expires_at: Time,
}

/// How long a place is known after a login from there.
pub const PLACE_KNOWN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
