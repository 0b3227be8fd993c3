//! `DELETE /v1/sessions/{session_id}`: ends one of the caller's sessions, or with `current` the one that asks.
//!
//! What concerns money, credentials or a role is refused at once; all else within a minute, for which API Gateway remembers whose a token is.

use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{Read, keys as identity_keys, live_session};
use tradewind_kernel::{Id, SessionId};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint =
    Endpoint::delete("identity-sessions-delete", "/v1/sessions/{session_id}", "Logs out, here or on another device.")
        .success(204)
        .refusals(&[&["session_ended"]])
        .always()
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The path names a session of the caller.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfSession {
    /// The id of the session, or `current`.
    #[schemars(regex(pattern = "^(current|ses_[0-9a-hjkmnp-tv-z]{26})$"))]
    session_id: String,
}

/// Ending a session a second time succeeds as well.
pub async fn handle(app: App, request: Request<User, (), OfSession>) -> Result<Reply<()>, Problem> {
    let id = match request.params.session_id.as_str() {
        "current" => request.caller.session.clone(),
        id => SessionId::parse(id).map_err(|_| Problem::not_found("session"))?,
    };
    // Whoever was logged out cannot log out others in the minute for which their token still counts.
    let (tenant, caller) = (request.tenant(), &request.caller);
    let own = (&caller.id, &caller.session);
    if id != caller.session && live_session(&app.table, tenant, own, Read::Now, request.now()).await?.is_none() {
        return Err(Problem::unauthorized(
            "session_ended",
            "This session has ended. Log in again with POST /v1/sessions.",
        ));
    }
    let key = identity_keys::session(request.tenant(), &request.caller.id, &id);
    if app.table.get(key.clone()).await?.is_none() {
        return Ok(Reply::new(()));
    }
    let commit = request.commit().delete(key);
    request.finish(&app, commit, Reply::new(())).await
}
