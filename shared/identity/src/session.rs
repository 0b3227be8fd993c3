//! Login sessions: how long they last, and what refreshing one does.

use crate::device;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tradewind_kernel::{SessionId, Time, UserId};

/// A login session. Its refresh token is exchanged for a new one at each use. If one that was exchanged is used again, the session ends, because
/// somebody else has seen it (RFC 9700, section 4.14.2); but for [`GRACE`] the client whose answer was lost gets the same new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// The user who logged in.
    pub user: UserId,
    /// SHA-256 of the refresh token's secret, in base64url.
    pub refresh_hash: String,
    /// When the refresh token was last exchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshed_at: Option<Time>,
    /// The user's [mark](crate::User::mark) when the session began: a changed password ends the sessions that began with the old one.
    pub password_mark: String,
    /// What the person calls the device, if they said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The program that last used the session, in its own words (`User-Agent`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The address from which the session was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// When it can no longer be refreshed. Refreshing does not move it.
    pub expires_at: Time,
    /// When the login happened.
    pub created_at: Time,
    /// Incremented with each refresh.
    pub version: u64,
}

/// How long a session lasts; after that the person must log in again.
pub const SESSION_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long the token before the newest one still gives the newest one: an answer can be lost on its way.
pub const GRACE: Duration = Duration::from_secs(30);

/// What a refresh does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// The session now accepts the next refresh token.
    Next(Box<Session>),
    /// It was refreshed with this token a moment ago: the client gets the token of that time.
    Again,
}

/// Why a session cannot be refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionEnd {
    /// The session has expired.
    #[error("the session has expired")]
    Expired,
    /// The token was never one of the session's. Whoever sends it knows no secret, so this ends nothing.
    #[error("this was never a refresh token of the session")]
    Unknown,
    /// The token was exchanged before, and somebody else has it.
    #[error("the refresh token was used before")]
    Replayed,
    /// The password was changed after the login.
    #[error("the password has changed")]
    PasswordChanged,
}

impl Session {
    /// What to call the device: what its owner calls it, or else what its program says of itself.
    pub fn device_name(&self) -> Option<String> {
        self.device.clone().or_else(|| device::name(self.user_agent.as_deref()?))
    }

    /// Decides about a token that was exchanged so many times since it was made: 0 if it is the newest one, nothing if it was never one of
    /// the session's. `next` is the hash of the token that follows the newest one.
    pub fn refreshed(
        mut self,
        exchanged: Option<u64>,
        next: String,
        password_mark: &str,
        now: Time,
    ) -> Result<Refreshed, SessionEnd> {
        if self.expires_at <= now {
            return Err(SessionEnd::Expired);
        }
        let exchanged = exchanged.ok_or(SessionEnd::Unknown)?;
        let lost = exchanged == 1 && self.refreshed_at.is_some_and(|at| now <= at.after(GRACE));
        if exchanged > 0 && !lost {
            return Err(SessionEnd::Replayed);
        }
        if self.password_mark != password_mark {
            return Err(SessionEnd::PasswordChanged);
        }
        if lost {
            return Ok(Refreshed::Again);
        }
        self.refresh_hash = next;
        self.refreshed_at = Some(now);
        Ok(Refreshed::Next(Box::new(self)))
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
            refreshed_at: None,
            password_mark: "password".into(),
            device: None,
            user_agent: None,
            ip_address: None,
            expires_at: LOGIN.after(SESSION_LIFE),
            created_at: LOGIN,
            version: 1,
        }
    }

    fn refresh(session: Session, exchanged: Option<u64>, now: Time) -> Result<Refreshed, SessionEnd> {
        session.refreshed(exchanged, "next".into(), "password", now)
    }

    fn next(session: Session, now: Time) -> Session {
        match refresh(session, Some(0), now) {
            Ok(Refreshed::Next(session)) => *session,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_refresh_token_is_good_once_but_for_an_answer_that_was_lost() {
        let refreshed = next(session(), LOGIN);
        assert_eq!((refreshed.refresh_hash.as_str(), refreshed.refreshed_at), ("next", Some(LOGIN)));
        let end = LOGIN.after(GRACE);
        assert_eq!(refresh(refreshed.clone(), Some(1), end), Ok(Refreshed::Again));
        let later = end.after(Duration::from_millis(1));
        assert_eq!(refresh(refreshed.clone(), Some(1), later), Err(SessionEnd::Replayed));
        // The answer of the one before cannot have been lost: its token was used.
        assert_eq!(refresh(next(refreshed, LOGIN), Some(2), LOGIN), Err(SessionEnd::Replayed));
    }

    #[test]
    fn what_was_never_a_token_of_the_session_is_no_replay() {
        assert_eq!(refresh(session(), None, LOGIN), Err(SessionEnd::Unknown));
    }

    #[test]
    fn refreshing_does_not_prolong_a_session() {
        let end = LOGIN.after(SESSION_LIFE);
        let refreshed = next(session(), Time::from_millis(end.millis().saturating_sub(1)));
        assert_eq!(refresh(refreshed, Some(0), end), Err(SessionEnd::Expired));
    }

    #[test]
    fn another_password_ends_a_session() {
        for exchanged in [0, 1] {
            let session = Session { refreshed_at: Some(LOGIN), ..session() };
            let refreshed = session.refreshed(Some(exchanged), "next".into(), "other", LOGIN);
            assert_eq!(refreshed, Err(SessionEnd::PasswordChanged));
        }
    }
}
