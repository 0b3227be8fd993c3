//! `PATCH /v1/me`: changes the caller's name or password. A new password ends every other session.

use crate::{attempts::at_own_password, codes, view::UserView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{IdentityEvent, Unverified, User as Account, keys as identity_keys, slot};
use tradewind_kernel::{
    MarketplaceId,
    text::{Line, password::NewPassword},
};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_storage::Commit;

pub const ENDPOINT: Endpoint =
    Endpoint::patch("identity-me-update", "/v1/me", "Changes the caller's name or password.")
        .live()
        .edits()
        .refusals(&[&["password_wrong", "too_many_attempts"]])
        .always()
        .grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey])
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
    /// The new password, 8 to 256 characters; `current_password` is then required.
    #[serde(default)]
    #[schemars(with = "NewPassword")]
    #[garde(skip)]
    password: Option<NewPassword>,
    /// The current password; only for a change of password.
    #[serde(default)]
    #[schemars(with = "String", length(max = 256))]
    #[garde(inner(length(chars, max = 256)))]
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
            let attempts = at_own_password(&app, request.tenant(), &request.caller.session, request.now()).await?;
            if !password::verify(&current, &user.password_hash).await? {
                let detail = "This is not your current password. Nothing was changed.";
                return Err(Problem::forbidden("password_wrong", detail));
            }
            password::check_new("password", new.as_str(), &[user.email.as_str(), &user.name]).await?;
            commit = move_slot(&app, request.tenant(), &user, (&current, new.as_str()), commit).await?;
            commit = codes::called_off(&app, request.tenant(), &user.id, commit).await?;
            user.session_mark = None;
            commit = commit.delete(attempts);
            user.password_hash = password::hash(new.as_str(), app.random()).await?;
            // A session ends when the password changes that it began with; this one continues with the new password.
            if let Some(mut session) =
                app.table.get(identity_keys::session(request.tenant(), &user.id, &request.caller.session)).await?
            {
                session.password_mark = user.mark();
                commit = commit.update(&mut session);
            }
            // Only to whoever is known to read the e-mails of the address.
            if user.email_verified_at.is_some() {
                commit = commit.emit(IdentityEvent::PasswordChanged { user: user.id.clone() });
            }
        }
    }
    user.name = name.map_or(user.name, String::from);
    user.updated_at = request.now();

    let commit = commit.update(&mut user);
    request.finish(&app, commit, Reply::new(UserView::from(&user)).etag(user.version)).await
}

/// An account that has not verified its address is found by its password, so that it moves with it.
async fn move_slot(
    app: &App,
    tenant: &MarketplaceId,
    user: &Account,
    (current, new): (&str, &str),
    commit: Commit,
) -> Result<Commit, Problem> {
    let slot = |password: &str| Ok::<_, Problem>(slot(app.sealing_key()?, tenant, &user.email, password));
    let old = identity_keys::unverified(tenant, &user.email, &slot(current)?);
    let found = app.table.get(old.clone()).await?.filter(|unverified| unverified.user == user.id);
    let Some(unverified) = found else { return Ok(commit) };
    let moved = Unverified { slot: slot(new)?, ..unverified };
    Ok(if moved.slot == unverified.slot { commit } else { commit.delete(old).replace(&moved) })
}
