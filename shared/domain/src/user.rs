//! People: accounts, their logins, and the shops they open.

use crate::{SellerId, SessionId, Time, UserId, email::Email};
use serde::{Deserialize, Serialize};

/// A person's account in one marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The account's id.
    pub id: UserId,
    /// The address to log in with and to write to.
    pub email: Email,
    /// The name that others see.
    pub name: String,
    /// The Argon2id hash of the password, in PHC format.
    pub password_hash: String,
    /// Whether the person runs the marketplace.
    pub admin: bool,
    /// The person's shop, once opened.
    pub seller: Option<SellerId>,
    /// When the account was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}

/// That an address is taken, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailClaim {
    /// The address.
    pub email: Email,
    /// Whose it is.
    pub user: UserId,
}

/// A login. Its refresh token is exchanged for a new one at each use; showing an old one ends the session, because then
/// somebody else has seen it (RFC 9700, section 4.14.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// Who logged in.
    pub user: UserId,
    /// SHA-256 of the refresh token's secret, in base64url.
    pub refresh_hash: String,
    /// When it can no longer be refreshed.
    pub expires_at: Time,
    /// When the login happened.
    pub created_at: Time,
    /// Counts the refreshes.
    pub version: u64,
}

/// A shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The shop's id.
    pub id: SellerId,
    /// Whose shop it is.
    pub user: UserId,
    /// The name that buyers see.
    pub name: String,
    /// What the shop says about itself.
    pub about: String,
    /// When it was opened.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}
