//! `POST /v1/sessions/end-others`: ends all sessions of the caller but the one that asks, on whichever devices they are.

use tradewind_auth::secret;
use tradewind_identity::keys as identity_keys;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-sessions-end-others",
    "/v1/sessions/end-others",
    "Ends all sessions of the caller but the one that asks.",
)
.success(204)
.live()
.always()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// All sessions hold a mark of the account. It changes, and this session gets the new one: 4 write units, however many there are.
pub async fn handle(app: App, request: Request<User>) -> Result<Reply<()>, Problem> {
    let (tenant, caller) = (request.tenant(), &request.caller);
    let user = app.table.get(identity_keys::user(tenant, &caller.id)).await?;
    let mut user = user.ok_or_else(|| Problem::not_found("account"))?;
    let session = app.table.get(identity_keys::session(tenant, &caller.id, &caller.session)).await?;
    let mut session = session.ok_or_else(|| Problem::not_found("session"))?;
    user.session_mark = Some(secret::text(&app.random::<16>()));
    user.updated_at = request.now();
    session.password_mark = user.mark();
    let commit = request.commit().update(&mut user).update(&mut session);
    request.finish(&app, commit, Reply::new(())).await
}
