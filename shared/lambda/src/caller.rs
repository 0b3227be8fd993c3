//! Callers: who an endpoint serves. The type of a handler's first argument says it, and the endpoint's access follows from that type.
//!
//! An access token says whose session it is. Whether the session still counts, and what the person may do, the table says: the authoriser
//! reads it and API Gateway remembers its answer for a minute. Where that is too old, it is read again with each request, as it is now: for
//! whoever has a role, which may be gone, and at endpoints that are [`live`](tradewind_http::Endpoint::live).

use crate::{
    App,
    authorise::{AUTHORISED_FOR, authorise},
};
use std::{future::Future, sync::Arc};
use tradewind_auth::{Access, Principal};
use tradewind_http::{Head, Problem, network};
use tradewind_identity::{Read, live_session};
use tradewind_kernel::{MarketplaceId, SellerId, SessionId, UserId};
use tradewind_tenancy::{Marketplace, Standing};

/// A kind of caller.
pub trait Caller: Clone + Send + Sync + Sized + 'static {
    /// The access that an endpoint with such callers requires.
    const ACCESS: Access;

    /// Finds out who is calling, or refuses the request.
    fn identify(app: &App, head: &Head) -> impl Future<Output = Result<Self, Problem>> + Send;

    /// The marketplace, if there is one, and a name that is unique to the caller: idempotency keys belong to these two.
    fn scope(&self) -> (Option<&MarketplaceId>, String);
}

/// A caller in a marketplace.
pub trait InMarketplace: Caller {
    /// The marketplace in which they call.
    fn marketplace(&self) -> &Arc<Marketplace>;
}

/// Anybody, outside of any marketplace.
#[derive(Debug, Clone)]
pub struct Anybody;

/// Anybody, in a marketplace.
#[derive(Debug, Clone)]
pub struct Public {
    /// The marketplace in which they call.
    pub marketplace: Arc<Marketplace>,
    /// The network from which they call.
    pub network: String,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct User {
    /// The marketplace in which they call.
    pub marketplace: Arc<Marketplace>,
    /// The account's id.
    pub id: UserId,
    /// The login session.
    pub session: SessionId,
    /// The person's shop, if they have one.
    pub seller: Option<SellerId>,
    /// Whether the person administers the marketplace.
    pub admin: bool,
    /// Whether it is a guest, who buys without a password.
    pub guest: bool,
}

impl User {
    /// Refuses a guest, for actions that need an account one can log in to again.
    pub fn with_account(&self) -> Result<(), Problem> {
        if self.guest {
            let detail = "This takes an account, and you are here as a guest. Register with POST /v1/users, or log in.";
            return Err(Problem::forbidden("account_required", detail));
        }
        Ok(())
    }
}

/// The owner of a shop.
#[derive(Debug, Clone)]
pub struct Seller {
    /// The shop's id.
    pub id: SellerId,
    /// The account of the shop's owner.
    pub user: User,
}

/// An administrator of the marketplace.
#[derive(Debug, Clone)]
pub struct Admin {
    /// The administrator's account.
    pub user: User,
}

/// The operator of the platform.
#[derive(Debug, Clone)]
pub struct Operator;

impl Caller for Anybody {
    const ACCESS: Access = Access::Anybody;

    async fn identify(_: &App, _: &Head) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        (None, "anybody".into())
    }
}

impl Caller for Public {
    const ACCESS: Access = Access::Public;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        Ok(Self { marketplace: marketplace(app, head).await?, network: network(head.source_ip.as_deref()) })
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        (Some(&self.marketplace.id), format!("public-{}", self.network))
    }
}

impl Caller for User {
    const ACCESS: Access = Access::User;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        person(app, head, head.live).await
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        (Some(&self.marketplace.id), self.id.to_string())
    }
}

impl Caller for Seller {
    const ACCESS: Access = Access::Seller;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        let user = person(app, head, true).await?;
        let id = user.seller.clone().ok_or_else(|| {
            let detail = match user.admin {
                true => "This is for the shop's own people. As an administrator you see and settle its orders, but do not sell for it.",
                false => "This is for sellers. Open a shop with POST /v1/sellers.",
            };
            Problem::forbidden("seller_required", detail)
        })?;
        Ok(Self { id, user })
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        self.user.scope()
    }
}

impl Caller for Admin {
    const ACCESS: Access = Access::Admin;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        let user = person(app, head, true).await?;
        if !user.admin {
            return Err(Problem::forbidden("admin_required", "This is for those who run the marketplace."));
        }
        Ok(Self { user })
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        self.user.scope()
    }
}

impl Caller for Operator {
    const ACCESS: Access = Access::Operator;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        match principal(app, head).await? {
            Principal::Operator => Ok(Self),
            Principal::User { .. } => Err(Problem::forbidden(
                "operator_required",
                "This is for the platform's operator: send the operator's key.",
            )),
        }
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        (None, "operator".into())
    }
}

impl InMarketplace for Public {
    fn marketplace(&self) -> &Arc<Marketplace> {
        &self.marketplace
    }
}

impl InMarketplace for User {
    fn marketplace(&self) -> &Arc<Marketplace> {
        &self.marketplace
    }
}

impl InMarketplace for Seller {
    fn marketplace(&self) -> &Arc<Marketplace> {
        &self.user.marketplace
    }
}

impl InMarketplace for Admin {
    fn marketplace(&self) -> &Arc<Marketplace> {
        &self.user.marketplace
    }
}

async fn marketplace(app: &App, head: &Head) -> Result<Arc<Marketplace>, Problem> {
    let found = app.tenants().resolve(&app.table, head.marketplace.as_deref(), head.host.as_deref()).await?;
    match &found.standing {
        Standing::Suspended { reason, .. } if head.takes_open => {
            let detail = format!(
                "This marketplace is suspended: it can be read, and nothing can be changed. The reason: {reason}"
            );
            Err(Problem::forbidden("marketplace_suspended", detail))
        }
        Standing::Closed { reason, .. } if head.takes_open => {
            let detail =
                format!("This marketplace is closed: it can be read, and nothing can be changed. The reason: {reason}");
            Err(Problem::forbidden("marketplace_closed", detail))
        }
        Standing::Open | Standing::Suspended { .. } | Standing::Closed { .. } => Ok(found),
    }
}

/// The person who is calling; `live` if the last minute's answer of the authoriser is too old even for somebody without a role.
async fn person(app: &App, head: &Head, live: bool) -> Result<User, Problem> {
    let principal = principal(app, head).await?;
    let Principal::User { marketplace: theirs, user: id, session, mut seller, mut admin, mut guest } = principal else {
        let detail = "This is for people with an account, not for the operator.";
        return Err(Problem::forbidden("account_required", detail));
    };
    let marketplace = marketplace(app, head).await?;
    if marketplace.id != theirs {
        let detail = "This access token belongs to another marketplace. Log in to this one.";
        return Err(Problem::unauthorized("other_marketplace", detail));
    }
    if live || admin || seller.is_some() {
        let live = live_session(&app.table, &theirs, (&id, &session), Read::Now, head.now).await?;
        (seller, admin, guest) = match live {
            Some((user, _)) => (user.seller, user.admin, user.guest),
            None => return Err(refused("token_expired")),
        };
    }
    Ok(User { marketplace, id, session, seller, admin, guest })
}

async fn principal(app: &App, head: &Head) -> Result<Principal, Problem> {
    let code = match (&head.principal, &head.authorization) {
        (Some(Ok(principal)), _) => return Ok(principal.clone()),
        (Some(Err(code)), _) => code.clone(),
        // `cargo lambda watch` has no authoriser. On AWS this setting is never made, so a request without an authoriser's result is
        // refused.
        (None, Some(header)) if app.settings().authorise_inline => {
            match authorise(app, header, head.source_ip.as_deref()).await {
                Ok(principal) => return Ok(principal),
                Err(code) => code.to_owned(),
            }
        }
        (None, _) => "token_missing".to_owned(),
    };
    Err(refused(&code))
}

fn refused(code: &str) -> Problem {
    match code {
        "token_expired" => Problem::unauthorized(
            "token_expired",
            "The access token has expired, or its session has ended. Get a new one with POST /v1/sessions/refresh.",
        ),
        "too_many_attempts" => Problem::too_many_attempts(AUTHORISED_FOR),
        "token_missing" => {
            Problem::unauthorized("token_missing", "Send your access token as `Authorization: Bearer <token>`.")
        }
        _ => Problem::unauthorized(
            "token_invalid",
            "The access token is not valid. Log in again with POST /v1/sessions.",
        ),
    }
}
