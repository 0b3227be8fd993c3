//! `POST /v1/email-changes/confirm`: changes the caller's address to the one to which the code was sent. The address before is told.

use crate::{claim_email, codes, view::UserView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{EmailTaken, IdentityEvent, Purpose, keys as identity_keys};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-email-changes-confirm",
    "/v1/email-changes/confirm",
    "Changes the caller's e-mail address to the one that the code was sent to.",
)
.live()
.sealed()
.refusals(&[EmailTaken::CODES, &["code_wrong", "too_many_attempts"]])
.always()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey]);

/// The code from the e-mail.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The six digits, or the longer code: it stands in the link after `code=`, or below the digits if there is no link.
    #[garde(length(chars, min = 1, max = 100))]
    code: String,
}

pub async fn handle(app: App, request: Request<User, Confirm>) -> Result<Reply<UserView>, Problem> {
    request.caller.with_account()?;
    let (tenant, id, now) = (request.tenant(), &request.caller.id, request.now());
    let right =
        codes::check(&app, tenant, (Purpose::ChangeEmail, id.as_str()), (&request.body.code, &request.head)).await?;
    let user = app.table.get(identity_keys::user(tenant, id)).await?;
    let mut user = user.ok_or_else(|| Problem::not_found("account"))?;
    let mut commit = right.used(request.commit());
    if right.challenge.email != user.email {
        let old = identity_keys::email(tenant, &user.email);
        if app.table.get(old.clone()).await?.is_some_and(|claim| claim.user == user.id) {
            commit = commit.delete(old);
        }
        let before = std::mem::replace(&mut user.email, right.challenge.email);
        commit = commit.emit(IdentityEvent::EmailChanged { user: user.id.clone(), before });
    }
    user.email_verified_at = Some(now);
    user.updated_at = now;
    let commit = claim_email::claim_email(&app, tenant, &user, commit).await?.update(&mut user);
    request.try_finish(&app, commit, Reply::new(UserView::from(&user))).await.map_err(claim_email::taken)
}
