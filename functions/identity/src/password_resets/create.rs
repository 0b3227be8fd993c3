//! `POST /v1/password-resets`: sends a code to an address with which a new password can be set.
//!
//! The answer is the same, after the same reads and writes, whether or not there is an account that has verified the address. If there is none, no
//! e-mail is sent: whoever has not verified their address and forgot the password registers again.

use crate::codes;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_identity::{Challenge, IdentityEvent, Purpose, keys as identity_keys};
use tradewind_kernel::email::Email;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request, network};

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-password-resets-create",
    "/v1/password-resets",
    "Sends a code with which a forgotten password can be replaced.",
)
.success(204)
.refusals(&[&["too_many_attempts"]])
.always()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// Whose password was forgotten.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    /// The e-mail address of the account.
    #[garde(skip)]
    email: Email,
}

/// The code is good for 15 minutes, and the one before is not good any more.
pub async fn handle(app: App, request: Request<Public, Forgotten>) -> Result<Reply<()>, Problem> {
    let (tenant, email, now) = (request.tenant(), request.body.email.clone(), request.now());
    let from = network(request.head.source_ip.as_deref());
    codes::may_write_to(&app, tenant, (Purpose::ResetPassword, &email), (&from, now)).await?;
    // Not one that has not verified the address: it may be somebody else's, who waits for the owner to make it theirs.
    let user = app.table.get(identity_keys::email(tenant, &email)).await?.map(|claim| claim.user);
    let challenge = Challenge::of_address(Purpose::ResetPassword, email, user, app.random(), now);
    let requested = IdentityEvent::PasswordResetRequested { subject: challenge.subject.clone() };
    let commit = request.commit().replace(&challenge).emit(requested);
    request.finish(&app, commit, Reply::new(())).await
}
