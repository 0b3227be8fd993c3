//! `POST /v1/guests`: lets somebody buy without an account. It takes an e-mail address, and answers tokens as a login does.
//!
//! A guest has a cart, checks out, pays and follows the orders like everybody else, for as long as the tokens are refreshed (30 days). This
//! does not reserve the address: nobody has proved that it is theirs, so others may register with it or be guests with it, and nothing
//! reveals whether somebody has. Later, a user with an account can take over the orders with the `claim`: see
//! `POST /v1/orders/{order_id}/claim`.

use crate::{
    session::begin,
    view::{GuestView, LoginView},
};
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::claim;
use tradewind_identity::User;
use tradewind_kernel::{email::Email, text::Line};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Public, Reply, Request};

pub const ENDPOINT: Endpoint =
    Endpoint::post("identity-guests-create", "/v1/guests", "Begins a purchase without an account.")
        .success(201)
        .grants(&[
            Grant::MainRead,
            Grant::MainWrite,
            Grant::EphemeralRead,
            Grant::EphemeralWrite,
            Grant::SigningKey,
            Grant::SealingKey,
        ])
        .answers_tokens();

/// The guest who wants to buy.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// The address to which the receipt and all messages about the orders are sent.
    #[garde(skip)]
    email: Email,
    /// The name by which e-mails address the guest: 1 to 100 characters. Without it, e-mails greet without a name.
    #[serde(default)]
    #[garde(skip)]
    name: Option<Line<1, 100>>,
}

pub async fn handle(app: App, request: Request<Public, Guest>) -> Result<Reply<GuestView>, Problem> {
    let Guest { email, name } = request.body.clone();
    let (tenant, now) = (request.tenant(), request.now());
    let user = User {
        id: app.id(),
        email,
        name: name.map(String::from).unwrap_or_default(),
        password_hash: String::new(),
        session_mark: None,
        guest: true,
        email_verified_at: None,
        deleted_at: None,
        admin: false,
        seller: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let (session, token) = begin(&app, &user, &request.head, None);
    let view = GuestView {
        login: LoginView::new(&app, tenant, &user, &token, now)?,
        claim: claim::of_guest(app.sealing_key()?, tenant, &user.id),
    };
    let commit = request.commit().create_fresh(&user).create_fresh(&session);
    request.finish(&app, commit, Reply::new(view).location("/v1/me".into())).await
}
