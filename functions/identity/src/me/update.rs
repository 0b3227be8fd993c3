//! `PATCH /v1/me`: changes the caller's name or password. A new password ends every other session at its next refresh.

use crate::{session::password_mark, view::UserView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::keys as identity_keys;
use tradewind_kernel::text::{Line, password::NewPassword};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::patch("identity-me-update", "/v1/me", "Changes the caller's name or password.")
        .edits()
        .refusals(&[&["password_wrong"]])
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite])
        .memory(1024);

/// The changes; what is absent stays as it is.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// The name that others see: 1 to 100 characters.
    #[serde(default)]
    #[schemars(with = "Line<1, 100>")]
    #[garde(skip)]
    name: Option<Line<1, 100>>,
    /// The new password, 10 to 200 characters; `current_password` is then required.
    #[serde(default)]
    #[schemars(with = "NewPassword")]
    #[garde(skip)]
    password: Option<NewPassword>,
    /// The current password; only for a change of password.
    #[serde(default)]
    #[schemars(with = "String", length(max = 200))]
    #[garde(inner(length(chars, max = 200)))]
    current_password: Option<String>,
}

pub async fn handle(app: App, request: Request<User, Update>) -> Result<Reply<UserView>, Problem> {
    let user = app.table.get(identity_keys::user(request.tenant(), &request.caller.id)).await?;
    let mut user = user.ok_or_else(|| Problem::not_found("account"))?;
    request.check_version(user.version)?;

    let Update { name, password, current_password } = request.body.clone();
    let mut commit = request.commit();
    match (password, current_password) {
        (None, None) => {}
        (Some(_), None) => {
            return Err(Problem::invalid("current_password", "Send your current password to change it."));
        }
        (None, Some(_)) => return Err(Problem::invalid("password", "Send the new password beside the current one.")),
        (Some(new), Some(current)) => {
            request.caller.with_account()?;
            if !password::verify(&current, &user.password_hash).await.map_err(Problem::internal)? {
                let detail = "This is not your current password. Nothing was changed.";
                return Err(Problem::forbidden("password_wrong", detail));
            }
            user.password_hash = password::hash(new.as_str(), app.random()).await.map_err(Problem::internal)?;
            // A session ends when the password changes that it began with; this one continues with the new password.
            if let Some(mut session) =
                app.table.get(identity_keys::session(request.tenant(), &request.caller.session)).await?
            {
                session.password_mark = password_mark(&user);
                commit = commit.update(&mut session);
            }
        }
    }
    user.name = name.map_or(user.name, String::from);
    user.updated_at = request.now();

    let commit = commit.update(&mut user);
    request.finish(&app, commit, Reply::new(UserView::from(&user)).etag(user.version)).await
}
