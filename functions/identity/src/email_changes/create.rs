//! `POST /v1/email-changes`: sends a code to the address to which the caller wants to change. Until it comes back, nothing changes.
//!
//! The answer is the same if another account has the address; then the e-mail says so.

use crate::{attempts::at_own_password, codes};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{Challenge, IdentityEvent, Purpose, keys as identity_keys};
use tradewind_kernel::email::Email;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-email-changes-create",
    "/v1/email-changes",
    "Sends a code to the e-mail address to which the caller wants to change.",
)
.success(204)
.live()
.sealed()
.refusals(&[&["password_wrong", "too_many_attempts"]])
.always()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey])
.memory(1024);

/// The new address.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The new e-mail address.
    #[garde(skip)]
    email: Email,
    /// The password of the account.
    #[garde(length(chars, max = 256))]
    current_password: String,
}

/// The code is good for 15 minutes, and the one before is not good any more.
pub async fn handle(app: App, request: Request<User, Change>) -> Result<Reply<()>, Problem> {
    request.caller.with_account()?;
    let Change { email, current_password } = request.body.clone();
    let (tenant, now) = (request.tenant(), request.now());
    let user = app.table.get(identity_keys::user(tenant, &request.caller.id)).await?;
    let user = user.ok_or_else(|| Problem::not_found("account"))?;
    let attempts = at_own_password(&app, tenant, &request.caller.session, now).await?;
    if !password::verify(&current_password, &user.password_hash).await? {
        return Err(Problem::forbidden("password_wrong", "This is not your password. Nothing was changed."));
    }
    let what = (Purpose::ChangeEmail, &email);
    codes::may_write_to(&app, tenant, what, (user.id.as_str(), now)).await?;
    let challenge = Challenge::of_user(Purpose::ChangeEmail, &user.id, email, app.random(), now);
    let requested = IdentityEvent::EmailChangeRequested { user: user.id };
    let commit = request.commit().delete(attempts).replace(&challenge).emit(requested);
    request.finish(&app, commit, Reply::new(())).await
}
