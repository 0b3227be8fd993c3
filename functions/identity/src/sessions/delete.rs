//! `DELETE /v1/sessions/current`: ends the caller's session. Its access token stays valid for the rest of its fifteen minutes.

use tradewind_identity::keys as identity_keys;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::delete("identity-sessions-delete", "/v1/sessions/current", "Logs out.")
    .success(204)
    .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite]);

pub async fn handle(app: App, request: Request<User>) -> Result<Reply<()>, Problem> {
    let key = identity_keys::session(request.tenant(), &request.caller.session);
    // Logging out a second time succeeds as well.
    if app.table.get(key.clone()).await?.is_none() {
        return Ok(Reply::new(()));
    }
    let commit = request.commit().delete(key);
    request.finish(&app, commit, Reply::new(())).await
}
