//! Sessions: how they begin, the refresh tokens that keep them alive, and the answer that carries both tokens.

use crate::view::LoginView;
use tradewind_auth::{ACCESS_TOKEN_LIFE, Principal, secret};
use tradewind_identity::{SESSION_LIFE, Session, User};
use tradewind_kernel::{Id, MarketplaceId, SessionId, Time};
use tradewind_lambda::{App, Problem};

/// A refresh token: `<session id>.<secret>`. Only the hash of the secret is stored; it has 256 random bits, so a fast hash is enough.
pub(crate) struct RefreshToken {
    pub session: SessionId,
    secret: String,
}

impl RefreshToken {
    /// Creates a new token for a session.
    pub fn new(session: SessionId, random: [u8; 32]) -> Self {
        Self { session, secret: secret::text(&random) }
    }

    /// Parses the text that a client sent.
    pub fn parse(text: &str) -> Option<Self> {
        let (session, secret) = text.split_once('.')?;
        Some(Self { session: SessionId::parse(session).ok()?, secret: secret.to_owned() })
    }

    /// The hash that is stored.
    pub fn hash(&self) -> String {
        secret::fingerprint(&self.secret)
    }

    /// The text that the client receives.
    pub fn text(&self) -> String {
        format!("{}.{}", self.session, self.secret)
    }
}

/// The fingerprint of the password with which a session began.
pub(crate) fn password_mark(user: &User) -> String {
    secret::fingerprint(&user.password_hash)
}

/// Begins a new session of a user, with its first refresh token.
pub(crate) fn begin(app: &App, user: &User, now: Time) -> (Session, RefreshToken) {
    let token = RefreshToken::new(app.id(), app.random());
    let session = Session {
        id: token.session.clone(),
        user: user.id.clone(),
        refresh_hash: token.hash(),
        password_mark: password_mark(user),
        expires_at: now.after(SESSION_LIFE),
        created_at: now,
        version: 1,
    };
    (session, token)
}

impl LoginView {
    /// The answer to a login or a refresh, with the user's current roles.
    pub fn new(
        app: &App,
        marketplace: &MarketplaceId,
        user: &User,
        token: &RefreshToken,
        now: Time,
    ) -> Result<Self, Problem> {
        let principal = Principal::User {
            marketplace: marketplace.clone(),
            user: user.id.clone(),
            session: token.session.clone(),
            seller: user.seller.clone(),
            admin: user.admin,
            guest: user.guest,
        };
        Ok(Self {
            user: user.into(),
            access_token: app.signer()?.sign(principal, now).map_err(Problem::internal)?,
            token_type: "Bearer".into(),
            expires_in: ACCESS_TOKEN_LIFE.as_secs(),
            refresh_token: token.text(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_reads_back_as_it_was_written() {
        let token = RefreshToken::new(SessionId::from_ulid("01jd0000000000000000000000"), [7; 32]);
        let read = RefreshToken::parse(&token.text()).unwrap();
        assert_eq!((&read.session, read.hash()), (&token.session, token.hash()));
        assert!(!token.text().contains(&token.hash()));
    }

    #[test]
    fn what_is_not_a_refresh_token_is_not_read() {
        for text in ["", ".", "ses_01jd0000000000000000000000", "usr_01jd0000000000000000000000.secret", "secret"] {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }
}
