//! `POST /v1/users`: creates an account in the marketplace and logs in with it.

use crate::{session::begin, view::LoginView};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::password;
use tradewind_identity::{EmailClaim, EmailTaken, IdentityEvent, User};
use tradewind_kernel::{
    email::Email,
    text::{Line, password::NewPassword},
};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::post("identity-users-create", "/v1/users", "Makes an account in the marketplace and logs in with it.")
        .success(201)
        .refusals(&[EmailTaken::CODES])
        .grants(&[
            Grant::MainRead,
            Grant::MainWrite,
            Grant::EphemeralRead,
            Grant::EphemeralWrite,
            Grant::SigningKey,
            Grant::SealingKey,
        ])
        .sealed()
        .memory(1024);

/// The account to create.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The e-mail address to log in with.
    #[garde(skip)]
    email: Email,
    /// The password: 10 to 200 characters.
    #[garde(skip)]
    password: NewPassword,
    /// The name that others see: 1 to 100 characters.
    #[garde(skip)]
    name: Line<1, 100>,
}

pub async fn handle(app: App, request: Request<Public, Register>) -> Result<Reply<LoginView>, Problem> {
    let Register { email, password, name } = request.body.clone();
    let now = request.now();
    let user = User {
        id: app.id(),
        email: email.clone(),
        name: name.into(),
        password_hash: password::hash(password.as_str(), app.random()).await.map_err(Problem::internal)?,
        guest: false,
        admin: false,
        seller: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let (session, token) = begin(&app, &user, now);
    let commit = request
        .commit()
        .create(&EmailClaim { email: email.clone(), user: user.id.clone() }, EmailTaken(email))
        .create_fresh(&user)
        .create_fresh(&session)
        .emit(IdentityEvent::Registered { user: user.id.clone() });
    let view = LoginView::new(&app, request.tenant(), &user, &token, now)?;
    let reply = Reply::new(view).location("/v1/me".into());
    let taken = "Somebody has registered with this address. Log in, or register with another one.";
    let finished = request.try_finish(&app, commit, reply).await;
    finished.map_err(|unfinished| unfinished.explain(|_: &EmailTaken| taken.into()))
}
