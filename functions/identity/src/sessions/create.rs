//! `POST /v1/sessions`: logs in with an e-mail address and a password.

use crate::{session::begin, view::LoginView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::keys as identity_keys;
use tradewind_kernel::email::Email;
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::post("identity-sessions-create", "/v1/sessions", "Logs in with an address and a password.")
        .success(201)
        .refusals(&[&["credentials_wrong"]])
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SigningKey, Grant::SealingKey])
        .sealed()
        .memory(1024);

/// The address and password of the user who logs in.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The e-mail address that was registered.
    #[garde(skip)]
    email: Email,
    /// The password: at most 200 characters.
    #[garde(length(chars, max = 200))]
    password: String,
}

/// For an unknown address this makes the same two reads and the same hashing as for a wrong password: neither the answer nor the time that
/// it takes shows which it was.
pub async fn handle(app: App, request: Request<Public, Login>) -> Result<Reply<LoginView>, Problem> {
    let Login { email, password } = request.body.clone();
    let claim = app.table.get(identity_keys::email(request.tenant(), &email)).await?;
    let user_id = claim.map_or_else(|| app.id(), |claim| claim.user);
    let user = app.table.get(identity_keys::user(request.tenant(), &user_id)).await?;
    let Some(user) = user else {
        password::verify_nothing(&password).await.map_err(Problem::internal)?;
        return Err(wrong());
    };
    if !password::verify(&password, &user.password_hash).await.map_err(Problem::internal)? {
        return Err(wrong());
    }
    let (session, token) = begin(&app, &user, request.now());
    let commit = request.commit().create_fresh(&session);
    let view = LoginView::new(&app, request.tenant(), &user, &token, request.now())?;
    let reply = Reply::new(view).location("/v1/sessions/current".into());
    request.finish(&app, commit, reply).await
}

fn wrong() -> Problem {
    Problem::unauthorized(
        "credentials_wrong",
        "The address or the password is wrong. Check both, or register with POST /v1/users.",
    )
}
