//! Sessions: how they begin, the refresh tokens that keep them alive, and the answer that carries both tokens.

use crate::view::LoginView;
use tradewind_auth::{ACCESS_TOKEN_LIFE, Principal, SealingKey, secret};
use tradewind_identity::{SESSION_LIFE, Session, User, keys};
use tradewind_kernel::{Id, MarketplaceId, SessionId, Time, UserId};
use tradewind_lambda::{App, Head, Problem};
use tradewind_storage::Key;

/// How far back a refresh token is recognised: further than a session that is refreshed every 15 minutes for 30 days.
const LONGEST_CHAIN: u64 = 4_096;

/// The most characters of a `User-Agent` header that a session keeps.
const LONGEST_AGENT: usize = 200;

/// A refresh token: `<session id>.<user id>.<secret>`. Only the hash of the secret is stored; it has 256 random bits, so a fast hash is enough.
/// Tokens of a release before this one lack the user.
#[derive(Clone)]
pub(crate) struct RefreshToken {
    session: SessionId,
    user: Option<UserId>,
    secret: String,
}

impl RefreshToken {
    /// Creates a new token for a session.
    pub fn new(session: SessionId, user: UserId, random: [u8; 32]) -> Self {
        Self { session, user: Some(user), secret: secret::text(&random) }
    }

    /// The key under which its session is stored.
    pub fn key(&self, tenant: &MarketplaceId) -> Key<Session> {
        match &self.user {
            Some(user) => keys::session(tenant, user, &self.session),
            None => keys::session_before(tenant, &self.session),
        }
    }

    /// The token that follows this one. It is derived with the deployment's key, so that a client whose answer was lost gets the same one
    /// again without its being stored.
    pub fn next(&self, key: &SealingKey) -> Self {
        let message = format!("refresh token\n{}\n{}", self.session, self.secret);
        Self { secret: key.sign(&message), ..self.clone() }
    }

    /// The token, with the user whose session it is.
    pub fn of(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    /// How many times this token was exchanged since it was made: 0 if it is the newest one of the session, nothing if it was never one. Each
    /// step takes about a microsecond, and a session is refreshed some 3,000 times at most.
    pub fn exchanged(&self, session: &Session, key: &SealingKey) -> Option<u64> {
        let mut token = self.clone();
        for times in 0..=session.version.min(LONGEST_CHAIN) {
            if secret::equal(&token.hash(), &session.refresh_hash) {
                return Some(times);
            }
            token = token.next(key);
        }
        None
    }

    /// Parses the text that a client sent.
    pub fn parse(text: &str) -> Option<Self> {
        let (session, rest) = text.split_once('.')?;
        let (user, secret) = match rest.split_once('.') {
            Some((user, secret)) => (Some(UserId::parse(user).ok()?), secret),
            None => (None, rest),
        };
        Some(Self { session: SessionId::parse(session).ok()?, user, secret: secret.to_owned() })
    }

    /// The hash that is stored.
    pub fn hash(&self) -> String {
        secret::fingerprint(&self.secret)
    }

    /// The text that the client receives.
    pub fn text(&self) -> String {
        let user = self.user.iter().map(|user| format!("{user}.")).collect::<String>();
        format!("{}.{user}{}", self.session, self.secret)
    }
}

/// Begins a new session of a user, with its first refresh token.
pub(crate) fn begin(app: &App, user: &User, head: &Head, device: Option<String>) -> (Session, RefreshToken) {
    let token = RefreshToken::new(app.id(), user.id.clone(), app.random());
    let mut session = Session {
        id: token.session.clone(),
        user: user.id.clone(),
        refresh_hash: token.hash(),
        refreshed_at: None,
        password_mark: user.mark(),
        device,
        user_agent: None,
        ip_address: None,
        expires_at: head.now.after(SESSION_LIFE),
        created_at: head.now,
        version: 1,
    };
    used(&mut session, head);
    (session, token)
}

/// Notes from where and by which program a session is used.
pub(crate) fn used(session: &mut Session, head: &Head) {
    let agent = head.header("user-agent").map(|agent| agent.chars().take(LONGEST_AGENT).collect());
    session.user_agent = agent.filter(|agent: &String| !agent.is_empty());
    session.ip_address = head.source_ip.clone();
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
    fn a_token_is_known_by_how_often_it_was_exchanged() {
        let key = SealingKey::new(&"k".repeat(43)).unwrap();
        let id = SessionId::from_ulid("01jd0000000000000000000000");
        let ada = UserId::from_ulid("01jd0000000000000000000000");
        let first = RefreshToken::new(id.clone(), ada.clone(), [7; 32]);
        let (second, third) = (first.next(&key), first.next(&key).next(&key));
        let session = Session {
            id,
            user: ada.clone(),
            refresh_hash: third.hash(),
            refreshed_at: None,
            password_mark: String::new(),
            device: None,
            user_agent: None,
            ip_address: None,
            expires_at: Time::from_millis(0),
            created_at: Time::from_millis(0),
            version: 3,
        };
        let stranger = RefreshToken::new(session.id.clone(), ada, [8; 32]);
        let found =
            [&first, &second, &third, &third.next(&key), &stranger].map(|token| token.exchanged(&session, &key));
        assert_eq!(found, [Some(2), Some(1), Some(0), None, None]);
        assert_ne!(second.text(), third.text());
    }

    #[test]
    fn a_refresh_token_reads_back_as_it_was_written() {
        let (session, user) = ("ses_01jd0000000000000000000000", "usr_01jd0000000000000000000000");
        let token = RefreshToken::new(SessionId::parse(session).unwrap(), UserId::parse(user).unwrap(), [7; 32]);
        let tenant = MarketplaceId::from_ulid("01jd0000000000000000000000");
        let read = RefreshToken::parse(&token.text()).unwrap();
        assert_eq!((read.key(&tenant).pk, read.hash()), (token.key(&tenant).pk, token.hash()));
        assert!(!token.text().contains(&token.hash()));
        // A release before this one left the user out.
        let before = RefreshToken::parse(&format!("{session}.secret")).unwrap();
        assert_eq!(before.key(&tenant).pk, format!("{tenant}#session#{session}"));
        assert_eq!(before.of(UserId::parse(user).unwrap()).text(), format!("{session}.{user}.secret"));
    }

    #[test]
    fn what_is_not_a_refresh_token_is_not_read() {
        let nobody = "ses_01jd0000000000000000000000.ses_01jd0000000000000000000000.secret";
        for text in
            ["", ".", "ses_01jd0000000000000000000000", "usr_01jd0000000000000000000000.secret", "secret", nobody]
        {
            assert!(RefreshToken::parse(text).is_none(), "{text}");
        }
    }
}
