//! Accounts and logins as their owners see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_identity::User;
use tradewind_kernel::{SellerId, Time, UserId, email::Email};

/// The caller's account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UserView {
    /// The account's id.
    id: UserId,
    /// The address to log in with.
    email: Email,
    /// The name that others see.
    name: String,
    /// Whether the person runs the marketplace.
    admin: bool,
    /// Whether it is a guest, who cannot log in again.
    guest: bool,
    /// The person's shop, once opened.
    seller_id: Option<SellerId>,
    /// When it was made.
    created_at: Time,
    /// When it was last changed.
    updated_at: Time,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            email: user.email.clone(),
            name: user.name.clone(),
            admin: user.admin,
            guest: user.guest,
            seller_id: user.seller.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A login: who it is, and the tokens to show (RFC 6749, section 5.1).
#[derive(Serialize, JsonSchema)]
pub struct LoginView {
    /// Who logged in.
    pub(crate) user: UserView,
    /// Send it as `Authorization: Bearer <token>`.
    pub(crate) access_token: String,
    /// `Bearer`.
    pub(crate) token_type: String,
    /// How long the access token is good, in seconds.
    pub(crate) expires_in: u64,
    /// Good once, for a new pair of tokens from `POST /v1/sessions/refresh`, until 30 days after the login.
    pub(crate) refresh_token: String,
}

/// A guest: the tokens to show, and what the orders can be claimed with.
#[derive(Serialize, JsonSchema)]
pub struct GuestView {
    #[serde(flatten)]
    pub(crate) login: LoginView,
    /// Whoever logs in to an account takes the guest's orders over with it: `POST /v1/orders/{order_id}/claim`. It is good for
    /// all orders of this guest, for ever, and is in their receipts as well.
    pub(crate) claim: String,
}
