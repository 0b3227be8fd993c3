//! `POST /v1/users`: creates an account in the marketplace and logs in with it.
//!
//! An e-mail with a code goes to the address: see `POST /v1/email-verifications/confirm`. If another account has verified the address, the
//! answer is the same, and the e-mail says so instead: only whoever reads it learns that the address was registered.

use crate::{attempts::place, codes, session::begin, view::LoginView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{Challenge, IdentityEvent, Purpose, Unverified, User, slot};
use tradewind_kernel::{
    email::Email,
    text::{Line, password::NewPassword},
};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request, network};

pub const ENDPOINT: Endpoint =
    Endpoint::post("identity-users-create", "/v1/users", "Makes an account in the marketplace and logs in with it.")
        .success(201)
        .grants(&[
            Grant::MainRead,
            Grant::MainWrite,
            Grant::EphemeralRead,
            Grant::EphemeralWrite,
            Grant::SigningKey,
            Grant::SealingKey,
        ])
        .answers_tokens()
        .memory(1024);

/// The account to create.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The e-mail address to log in with.
    #[garde(skip)]
    email: Email,
    /// The password: 8 to 256 characters.
    #[garde(skip)]
    password: NewPassword,
    /// The name that others see: 1 to 100 characters.
    #[garde(skip)]
    name: Line<1, 100>,
}

pub async fn handle(app: App, request: Request<Public, Register>) -> Result<Reply<LoginView>, Problem> {
    let Register { email, password, name } = request.body.clone();
    let now = request.now();
    password::check_new("password", password.as_str(), &[email.as_str(), &name]).await?;
    let from = network(request.head.source_ip.as_deref());
    let what = (Purpose::VerifyEmail, &email);
    // So that nobody is kept from registering, only the e-mail is left out; its code can be asked for again.
    let written = codes::wait(&app, request.tenant(), what, (&from, now)).await?.is_none();
    let user = User {
        id: app.id(),
        email: email.clone(),
        name: name.into(),
        password_hash: password::hash(password.as_str(), app.random()).await?,
        session_mark: None,
        guest: false,
        email_verified_at: None,
        deleted_at: None,
        admin: false,
        seller: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let (session, token) = begin(&app, &user, &request.head, None);
    let slot = slot(app.sealing_key()?, request.tenant(), &email, password.as_str());
    let unverified = Unverified { email: email.clone(), slot, user: user.id.clone() };
    let commit = request
        .commit()
        .create_fresh(&user)
        .create_fresh(&session)
        .replace(&unverified)
        .replace(&Challenge::of_user(Purpose::VerifyEmail, &user.id, email, app.random(), now))
        .replace(&place(&user.id, &request.head));
    let registered = IdentityEvent::Registered { user: user.id.clone() };
    let commit = if written { commit.emit(registered) } else { commit };
    let view = LoginView::new(&app, request.tenant(), &user, &token, now)?;
    request.finish(&app, commit, Reply::new(view).location("/v1/me".into())).await
}
