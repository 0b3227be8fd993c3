//! `GET /v1/me`: the caller's account.

use crate::view::UserView;
use tradewind_identity::keys as identity_keys;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::get("identity-me-get", "/v1/me", "Reads the caller's account.")
    .grants(&[Grant::MainRead, Grant::EphemeralRead]);

pub async fn handle(app: App, request: Request<User>) -> Result<Reply<UserView>, Problem> {
    let user = app.table.get(identity_keys::user(request.tenant(), &request.caller.id)).await?;
    let user = user.ok_or_else(|| Problem::not_found("account"))?;
    Ok(Reply::new(UserView::from(&user)).etag(user.version))
}
