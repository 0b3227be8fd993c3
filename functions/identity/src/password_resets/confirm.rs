//! `POST /v1/password-resets/confirm`: sets a new password with the code that was sent to the address. It ends all sessions, and verifies the
//! address, because only whoever reads its e-mails has the code.

use crate::{claim_email, codes};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{EmailTaken, IdentityEvent, Purpose, address_subject, keys as identity_keys};
use tradewind_kernel::{email::Email, text::password::NewPassword};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-password-resets-confirm",
    "/v1/password-resets/confirm",
    "Sets a new password with the code that was sent for it.",
)
.success(204)
.sealed()
.refusals(&[EmailTaken::CODES, &["code_wrong", "too_many_attempts"]])
.always()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey])
.memory(1024);

/// The code from the e-mail, and the new password.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The e-mail address to which the code was sent.
    #[garde(skip)]
    email: Email,
    /// The six digits, or the longer code: it stands in the link after `code=`, or below the digits if there is no link.
    #[garde(length(chars, min = 1, max = 100))]
    code: String,
    /// The new password: 8 to 256 characters.
    #[garde(skip)]
    password: NewPassword,
}

pub async fn handle(app: App, request: Request<Public, Confirm>) -> Result<Reply<()>, Problem> {
    let Confirm { email, code, password } = request.body.clone();
    let (tenant, now) = (request.tenant(), request.now());
    let subject = address_subject(&email);
    let right = codes::check(&app, tenant, (Purpose::ResetPassword, &subject), (&code, &request.head)).await?;
    let id = right.challenge.user.clone().ok_or_else(codes::wrong)?;
    let user = app.table.get(identity_keys::user(tenant, &id)).await?;
    // The address may have changed since the code was sent.
    let mut user = user.filter(|user| user.email == email).ok_or_else(codes::wrong)?;
    password::check_new("password", password.as_str(), &[email.as_str(), &user.name]).await?;
    user.password_hash = password::hash(password.as_str(), app.random()).await?;
    user.session_mark = None;
    user.email_verified_at = user.email_verified_at.or(Some(now));
    user.updated_at = now;
    let commit = right.used(request.commit()).update(&mut user);
    let commit = codes::called_off(&app, tenant, &id, commit).await?;
    let commit = commit.emit(IdentityEvent::PasswordChanged { user: id });
    let commit = claim_email::claim_email(&app, tenant, &user, commit).await?;
    request.try_finish(&app, commit, Reply::new(())).await.map_err(claim_email::taken)
}
