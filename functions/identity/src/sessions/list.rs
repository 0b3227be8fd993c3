//! `GET /v1/sessions`: where the caller is logged in, the newest session first. A session that began under a release before this one is listed once
//! it is refreshed.

use crate::view::SessionView;
use tradewind_identity::keys as identity_keys;
use tradewind_lambda::{App, Endpoint, Grant, ListView, Paged, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint =
    Endpoint::get("identity-sessions-list", "/v1/sessions", "Lists the sessions in which the caller is logged in.")
        .live()
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// A page may hold fewer sessions than `limit`: those that a new password has ended are left out.
pub async fn handle(app: App, request: Request<User, (), Paged>) -> Result<Reply<ListView<SessionView>>, Problem> {
    let (tenant, caller) = (request.tenant(), &request.caller);
    let user = app.table.get(identity_keys::user(tenant, &caller.id)).await?;
    let mark = user.ok_or_else(|| Problem::not_found("account"))?.mark();
    let (page, next_cursor) = request.page(&app, identity_keys::sessions(tenant, &caller.id).now()).await?;
    let good = page.items.into_iter().filter(|it| it.password_mark == mark && it.expires_at > request.now());
    let data = good.map(|session| SessionView::new(session, &caller.session)).collect();
    Ok(Reply::new(ListView { data, next_cursor }))
}
