//! `POST /v1/sessions`: logs in with an e-mail address and a password.
//!
//! Attempts that fail make the next ones wait: 429 says for how long.
//!
//! A password that was hashed with weaker parameters than those of today is hashed anew, for 2 write units; sessions go on.

use crate::{attempts::Attempt, session::begin, view::LoginView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{EmailClaim, Unverified, User, keys as identity_keys, slot};
use tradewind_kernel::{email::Email, text::Line};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};
use tradewind_storage::Wanted;

pub const ENDPOINT: Endpoint =
    Endpoint::post("identity-sessions-create", "/v1/sessions", "Logs in with an address and a password.")
        .success(201)
        .refusals(&[&["credentials_wrong", "too_many_attempts"]])
        .always()
        .grants(&[
            Grant::MainRead,
            Grant::MainWrite,
            Grant::EphemeralRead,
            Grant::EphemeralWrite,
            Grant::SigningKey,
            Grant::SealingKey,
        ])
        .answers_tokens()
        .memory(1024);

/// The address and password of the user who logs in.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The e-mail address that was registered.
    #[garde(skip)]
    email: Email,
    /// The password: at most 256 characters.
    #[garde(length(chars, max = 256))]
    password: String,
    /// What the list of sessions calls this device, such as `Ada's phone`: 1 to 100 characters. Without it, the list says what the `User-Agent`
    /// header says.
    #[serde(default)]
    #[schemars(with = "Line<1, 100>")]
    #[garde(skip)]
    device: Option<Line<1, 100>>,
}

/// An address may be that of two accounts: see the crate's documentation. For an unknown address this makes the same reads, the same writes and
/// the same hashing as for a wrong password: neither the answer nor the time that it takes shows which it was.
pub async fn handle(app: App, request: Request<Public, Login>) -> Result<Reply<LoginView>, Problem> {
    let Login { email, password, device } = request.body.clone();
    let (tenant, now) = (request.tenant(), request.now());
    let slot = slot(app.sealing_key()?, tenant, &email, &password);
    let (claim, unverified) = (identity_keys::email(tenant, &email), identity_keys::unverified(tenant, &email, &slot));
    let mut found = app.table.gather(Wanted::default().and(&claim).and(&unverified)).await?;
    let (claim, unverified): (Option<EmailClaim>, Option<Unverified>) = (found.take(&claim)?, found.take(&unverified)?);
    // The account that has claimed the address, and one that has not, which may be somebody else's.
    let claimed = claim.map_or_else(|| app.id(), |claim| claim.user);
    let other = unverified.map(|unverified| unverified.user).filter(|other| *other != claimed);
    let other = other.unwrap_or_else(|| app.id());
    let keys = [&claimed, &other].map(|id| identity_keys::user(tenant, id));
    let mut found = app.table.gather(Wanted::default().all(&keys)).await?;
    let from = (request.head.source_ip.as_deref(), now);
    let attempt = Attempt::at(&app, tenant, (&email, &claimed, &other), from).await?;
    let mut user = None;
    for key in &keys {
        let account = found.take(key)?.filter(|account: &User| account.email == email);
        if checks(&account, &password).await? && user.is_none() {
            user = account;
        }
    }
    let Some(user) = user else {
        attempt.failed(now).await?;
        return Err(wrong());
    };
    let mut user = user;
    let mut commit = request.commit();
    if password::outdated(&user.password_hash) {
        user.session_mark = Some(user.mark());
        user.password_hash = password::hash(&password, app.random()).await?;
        commit = commit.update(&mut user);
    }
    let (session, token) = begin(&app, &user, &request.head, device.map(String::from));
    let commit = attempt.succeeded(commit.create_fresh(&session), &session, &request.head);
    let view = LoginView::new(&app, request.tenant(), &user, &token, request.now())?;
    let reply = Reply::new(view).location("/v1/sessions/current".into());
    request.finish(&app, commit, reply).await
}

/// Whether it is the password of an account; for no account this takes as long.
async fn checks(account: &Option<User>, password: &str) -> Result<bool, Problem> {
    match account {
        Some(account) => Ok(password::verify(password, &account.password_hash).await?),
        None => {
            password::verify_nothing(password).await?;
            Ok(false)
        }
    }
}

fn wrong() -> Problem {
    Problem::unauthorized(
        "credentials_wrong",
        "The address or the password is wrong. Check both, or register with POST /v1/users.",
    )
}
