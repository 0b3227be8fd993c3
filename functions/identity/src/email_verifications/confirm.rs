//! `POST /v1/email-verifications/confirm`: verifies the caller's address with the code that was sent to it.
//!
//! It takes both the code and the account's own session. Somebody who registers with another person's address therefore cannot have them
//! verify it by following a link.

use crate::{claim_email, codes, view::UserView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{EmailTaken, Purpose, keys as identity_keys};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-email-verifications-confirm",
    "/v1/email-verifications/confirm",
    "Verifies the caller's e-mail address with the code that was sent to it.",
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
        codes::check(&app, tenant, (Purpose::VerifyEmail, id.as_str()), (&request.body.code, &request.head)).await?;
    let user = app.table.get(identity_keys::user(tenant, id)).await?;
    // The address may have changed since the code was sent.
    let mut user = user.filter(|user| user.email == right.challenge.email).ok_or_else(codes::wrong)?;
    user.email_verified_at = Some(now);
    user.updated_at = now;
    let commit = right.used(request.commit()).update(&mut user);
    let commit = claim_email::claim_email(&app, tenant, &user, commit).await?;
    request.try_finish(&app, commit, Reply::new(UserView::from(&user))).await.map_err(claim_email::taken)
}
