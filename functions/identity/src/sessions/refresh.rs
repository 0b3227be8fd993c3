//! `POST /v1/sessions/refresh`: exchanges a refresh token for a new pair of tokens, with the user's current roles.
//!
//! A refresh token works once. For 30 seconds it gives the same next token again, so that a client whose answer was lost, or that has several
//! tabs, goes on. After that, a token that was used before ends the session, because then two people have it (RFC 9700, section 4.14.2). A
//! token that never belonged to the session is refused and ends nothing: whoever sends it may know the session's id, but no secret.

use crate::{
    session::{RefreshToken, used},
    view::LoginView,
};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{IdentityEvent, Refreshed, SessionEnd, keys as identity_keys};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};
use tradewind_storage::Entity;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-sessions-refresh",
    "/v1/sessions/refresh",
    "Exchanges a refresh token for a new pair of tokens.",
)
.success(201)
.refusals(&[&["session_ended"]])
.always()
.grants(&[
    Grant::MainRead,
    Grant::MainWrite,
    Grant::EphemeralRead,
    Grant::EphemeralWrite,
    Grant::SigningKey,
    Grant::SealingKey,
])
.answers_tokens();

/// The refresh token to exchange.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The most recent refresh token.
    #[garde(length(chars, max = 200))]
    refresh_token: String,
}

pub async fn handle(app: App, request: Request<Public, Refresh>) -> Result<Reply<LoginView>, Problem> {
    let shown = RefreshToken::parse(&request.body.refresh_token).ok_or_else(ended)?;
    let key = shown.key(request.tenant());
    let session = app.table.get(key.clone()).await?.ok_or_else(ended)?;
    let user = app.table.get(identity_keys::user(request.tenant(), &session.user)).await?.ok_or_else(ended)?;

    let sealing = app.sealing_key()?;
    let exchanged = shown.exchanged(&session, sealing);
    let next = shown.next(sealing).of(session.user.clone());
    let view = LoginView::new(&app, request.tenant(), &user, &next, request.now())?;
    let reply = Reply::new(view).location("/v1/sessions/current".into());
    let moved = key.sk != session.key(request.tenant()).sk;
    match session.refreshed(exchanged, next.hash(), &user.mark(), request.now()) {
        Ok(Refreshed::Next(mut session)) => {
            used(&mut session, &request.head);
            let commit = match moved {
                true => request.commit().delete(key).create_fresh(&*session),
                false => request.commit().update(&mut *session),
            };
            request.finish(&app, commit, reply).await
        }
        Ok(Refreshed::Again) => Ok(reply),
        Err(SessionEnd::Expired | SessionEnd::Unknown) => Err(ended()),
        Err(SessionEnd::PasswordChanged) => {
            request.commit().delete(key).send(&app.table).await?;
            Err(ended())
        }
        Err(SessionEnd::Replayed) => {
            let mut commit = request.commit().delete(key);
            // Only to whoever is known to read the e-mails of the address.
            if user.email_verified_at.is_some() {
                let ip_address = request.head.source_ip.clone();
                commit = commit.emit(IdentityEvent::SessionReused { user: user.id, ip_address });
            }
            commit.send(&app.table).await?;
            Err(ended())
        }
    }
}

fn ended() -> Problem {
    Problem::unauthorized("session_ended", "This session has ended. Log in again with POST /v1/sessions.")
}
