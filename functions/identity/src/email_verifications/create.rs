//! `POST /v1/email-verifications`: sends the caller another e-mail with a code that verifies their address. Registering sends the first one.

use crate::codes;
use tradewind_identity::{Challenge, IdentityEvent, Purpose, keys as identity_keys};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-email-verifications-create",
    "/v1/email-verifications",
    "Sends the caller a code that verifies their e-mail address.",
)
.success(204)
.live()
.refusals(&[&["too_many_attempts"]])
.always()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The code is good for 15 minutes, and the one before is not good any more. Nothing is sent to an address that is verified.
pub async fn handle(app: App, request: Request<User>) -> Result<Reply<()>, Problem> {
    request.caller.with_account()?;
    let (tenant, now) = (request.tenant(), request.now());
    let user = app.table.get(identity_keys::user(tenant, &request.caller.id)).await?;
    let user = user.ok_or_else(|| Problem::not_found("account"))?;
    if user.email_verified_at.is_some() {
        return Ok(Reply::new(()));
    }
    let what = (Purpose::VerifyEmail, &user.email);
    codes::may_write_to(&app, tenant, what, (user.id.as_str(), now)).await?;
    let challenge = Challenge::of_user(Purpose::VerifyEmail, &user.id, user.email, app.random(), now);
    let commit = request.commit().replace(&challenge).emit(IdentityEvent::VerificationRequested { user: user.id });
    request.finish(&app, commit, Reply::new(())).await
}
