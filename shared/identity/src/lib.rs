//! People: their accounts and login sessions.

pub mod keys;
pub mod people;
mod stored;

pub use stored::KINDS;

mod event;

pub use event::IdentityEvent;

use serde::{Deserialize, Serialize};
use std::time::Duration;
use tradewind_kernel::{SellerId, SessionId, Time, UserId, email::Email};
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
    /// Whether it is a guest, who bought without a password. Nobody can log in as a guest, and many guests may have given the same
    /// address: none of them proved that it is theirs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
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

/// Claims an e-mail address for an account, so that no second account can use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailClaim {
    /// The address that is claimed.
    #[serde(deserialize_with = "Email::stored")]
    pub email: Email,
    /// The user it belongs to.
    pub user: UserId,
}

refusal! {
    /// The refusal if an address has an account already.
    EmailTaken(Email), "email_taken"
}

/// A login session. Its refresh token is exchanged for a new one at each use; if an old one is used again, the session ends, because
/// somebody else has seen it (RFC 9700, section 4.14.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// The user who logged in.
    pub user: UserId,
    /// SHA-256 of the refresh token's secret, in base64url.
    pub refresh_hash: String,
    /// SHA-256 of the user's `password_hash`, which is salted: a changed password ends the sessions begun with the old one.
    pub password_mark: String,
    /// When it can no longer be refreshed. Refreshing does not move it.
    pub expires_at: Time,
    /// When the login happened.
    pub created_at: Time,
    /// Incremented with each refresh.
    pub version: u64,
}

/// How long a session lasts; after that the person must log in again.
pub const SESSION_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Why a session ends and cannot be refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionEnd {
    /// The session has expired.
    #[error("the session has expired")]
    Expired,
    /// The refresh token is not the newest one: somebody else has used it.
    #[error("the refresh token was used before")]
    Replayed,
    /// The password was changed after the login.
    #[error("the password has changed")]
    PasswordChanged,
}

impl Session {
    /// Returns the session with the hash of its next refresh token, in exchange for the token whose hash is `shown`.
    pub fn refreshed(mut self, shown: &str, next: String, password_mark: &str, now: Time) -> Result<Self, SessionEnd> {
        if self.expires_at <= now {
            return Err(SessionEnd::Expired);
        }
        if self.refresh_hash != shown {
            return Err(SessionEnd::Replayed);
        }
        if self.password_mark != password_mark {
            return Err(SessionEnd::PasswordChanged);
        }
        self.refresh_hash = next;
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Id;

    const LOGIN: Time = Time::from_millis(1_000);

    fn session() -> Session {
        Session {
            id: SessionId::from_ulid("01jd0000000000000000000000"),
            user: UserId::from_ulid("01jd0000000000000000000000"),
            refresh_hash: "first".into(),
            password_mark: "password".into(),
            expires_at: LOGIN.after(SESSION_LIFE),
            created_at: LOGIN,
            version: 1,
        }
    }

    #[test]
    fn a_refresh_token_is_good_once() {
        let refreshed = session().refreshed("first", "second".into(), "password", LOGIN).unwrap();
        assert_eq!(refreshed.clone().refreshed("first", "third".into(), "password", LOGIN), Err(SessionEnd::Replayed));
        assert!(refreshed.refreshed("second", "third".into(), "password", LOGIN).is_ok());
    }

    #[test]
    fn refreshing_does_not_prolong_a_session() {
        let end = LOGIN.after(SESSION_LIFE);
        let refreshed = session()
            .refreshed("first", "second".into(), "password", Time::from_millis(end.millis().saturating_sub(1)))
            .unwrap();
        assert_eq!(refreshed.refreshed("second", "third".into(), "password", end), Err(SessionEnd::Expired));
    }

    #[test]
    fn another_password_ends_a_session() {
        assert_eq!(session().refreshed("first", "second".into(), "other", LOGIN), Err(SessionEnd::PasswordChanged));
    }
}
