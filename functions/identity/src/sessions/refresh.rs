//! `POST /v1/sessions/refresh`: exchanges a refresh token for a new pair of tokens, with the user's current roles.
//!
//! A refresh token works once. A token that was used before ends the session, because then two people have it (RFC 9700, section 4.14.2).
//! So does a token that never belonged to the session; to send one takes knowledge of the session's id. Of two requests at once with the
//! same token, one gets tokens and the other ends the session. A client that repeats a request because it received no answer sends the same
//! `Idempotency-Key` and gets the answer that was lost.

use crate::{
    session::{RefreshToken, password_mark},
    view::LoginView,
};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{SessionEnd, keys as identity_keys};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};
use tradewind_storage::CommitError;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-sessions-refresh",
    "/v1/sessions/refresh",
    "Exchanges a refresh token for a new pair of tokens.",
)
.success(201)
.refusals(&[&["session_ended"]])
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SigningKey, Grant::SealingKey])
.sealed();

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
    let key = identity_keys::session(request.tenant(), &shown.session);
    let session = app.table.get(key.clone()).await?.ok_or_else(ended)?;
    let user = app.table.get(identity_keys::user(request.tenant(), &session.user)).await?.ok_or_else(ended)?;

    let next = RefreshToken::new(session.id.clone(), app.random());
    match session.refreshed(&shown.hash(), next.hash(), &password_mark(&user), request.now()) {
        Ok(mut session) => {
            let commit = request.commit().update(&mut session);
            let view = LoginView::new(&app, request.tenant(), &user, &next, request.now())?;
            let reply = Reply::new(view).location("/v1/sessions/current".into());
            request.finish(&app, commit, reply).await
        }
        Err(SessionEnd::Expired) => Err(ended()),
        // An earlier attempt of this very request may have been answered since the stored reply was looked for.
        Err(SessionEnd::Replayed) if request.answered(&app).await? => Err(CommitError::Again.into()),
        Err(SessionEnd::Replayed | SessionEnd::PasswordChanged) => {
            request.commit().delete(key).send(&app.table).await?;
            Err(ended())
        }
    }
}

fn ended() -> Problem {
    Problem::unauthorized("session_ended", "This session has ended. Log in again with POST /v1/sessions.")
}
