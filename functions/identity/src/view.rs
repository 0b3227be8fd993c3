//! Accounts and logins as their owners see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_identity::{Session, User};
use tradewind_kernel::{SellerId, SessionId, Time, UserId, email::Email};

/// The caller's account.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UserView {
    /// The account's id.
    id: UserId,
    /// The e-mail address to log in with.
    email: Email,
    /// Whether it was shown that the user reads the e-mails of this address: see `POST /v1/email-verifications`.
    email_verified: bool,
    /// The name that others see.
    name: String,
    /// Whether the user is an administrator of the marketplace.
    admin: bool,
    /// Whether the user is a guest, who cannot log in again.
    guest: bool,
    /// The user's shop, if they have opened one.
    seller_id: Option<SellerId>,
    /// When the account was created.
    created_at: Time,
    /// When the account was last changed.
    updated_at: Time,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified_at.is_some(),
            name: user.name.clone(),
            admin: user.admin,
            guest: user.guest,
            seller_id: user.seller.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A session in which the caller is logged in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SessionView {
    /// The session's id.
    id: SessionId,
    /// Whether it is the session that asks.
    current: bool,
    /// What its owner calls the device, or else what its program says of itself, such as `Firefox on Windows`; absent if neither says anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// The IP address from which it was last used; absent if it was last used before this was noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    /// When it was last used, to within 15 minutes: when its tokens were last exchanged.
    used_at: Time,
    /// When the login happened.
    created_at: Time,
    /// When it ends by itself.
    expires_at: Time,
}

impl SessionView {
    /// A session as its owner sees it.
    pub fn new(session: Session, current: &SessionId) -> Self {
        Self {
            current: session.id == *current,
            device: session.device_name(),
            used_at: session.refreshed_at.unwrap_or(session.created_at),
            ip_address: session.ip_address,
            created_at: session.created_at,
            expires_at: session.expires_at,
            id: session.id,
        }
    }
}

/// A login: the user, and the tokens for further requests (RFC 6749, section 5.1).
#[derive(Serialize, JsonSchema)]
pub struct LoginView {
    /// The user who logged in.
    pub(crate) user: UserView,
    /// Send it as `Authorization: Bearer <token>`.
    pub(crate) access_token: String,
    /// Always `Bearer`.
    pub(crate) token_type: String,
    /// How long the access token is valid, in seconds.
    pub(crate) expires_in: u64,
    /// Exchange it for a new pair of tokens with `POST /v1/sessions/refresh`. It works once, until 30 days after the login.
    pub(crate) refresh_token: String,
}

/// A guest: the tokens for further requests, and the claim for the guest's orders.
#[derive(Serialize, JsonSchema)]
pub struct GuestView {
    #[serde(flatten)]
    pub(crate) login: LoginView,
    /// Whoever logs in to an account can move the guest's orders into it with this: `POST /v1/orders/{order_id}/claim`. It is valid for all
    /// orders of this guest, without a time limit, and is in the receipts as well.
    pub(crate) claim: String,
}
