//! Callers: who an endpoint serves. The type of a handler's first argument says it, and the endpoint's access follows from that type.

use crate::App;
use std::{future::Future, sync::Arc};
use tradewind_auth::{Access, Principal};
use tradewind_http::{Head, Problem};
use tradewind_kernel::{MarketplaceId, SellerId, SessionId, UserId};
use tradewind_tenancy::Marketplace;

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
        Ok(Self { marketplace: marketplace(app, head).await? })
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        (Some(&self.marketplace.id), "public".into())
    }
}

impl Caller for User {
    const ACCESS: Access = Access::User;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        let Principal::User { marketplace: theirs, user, session, seller, admin, guest } = principal(app, head)? else {
            return Err(Problem::forbidden(
                "account_required",
                "This is for people with an account, not for the operator.",
            ));
        };
        let marketplace = marketplace(app, head).await?;
        if marketplace.id != theirs {
            let detail = "This access token belongs to another marketplace. Log in to this one.";
            return Err(Problem::unauthorized("other_marketplace", detail));
        }
        Ok(Self { marketplace, id: user, session, seller, admin, guest })
    }

    fn scope(&self) -> (Option<&MarketplaceId>, String) {
        (Some(&self.marketplace.id), self.id.to_string())
    }
}

impl Caller for Seller {
    const ACCESS: Access = Access::Seller;

    async fn identify(app: &App, head: &Head) -> Result<Self, Problem> {
        let user = User::identify(app, head).await?;
        let id = user.seller.clone().ok_or_else(|| {
            let detail = match user.admin {
                true => "This is for the shop's own people. As an administrator you see and settle its orders, but do not sell for it.",
                false => "This is for sellers. Open a shop with POST /v1/sellers, then refresh your access token.",
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
        let user = User::identify(app, head).await?;
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
        match principal(app, head)? {
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
    app.tenants().resolve(&app.table, head.marketplace.as_deref(), head.host.as_deref()).await
}

fn principal(app: &App, head: &Head) -> Result<Principal, Problem> {
    let code = match (&head.principal, &head.authorization) {
        (Some(Ok(principal)), _) => return Ok(principal.clone()),
        (Some(Err(code)), _) => code.clone(),
        // `cargo lambda watch` has no authoriser. On AWS this setting is never made, so a request without an authoriser's result is
        // refused.
        (None, Some(header)) if app.settings().authorise_inline => match app.authorise(header) {
            Ok(principal) => return Ok(principal),
            Err(code) => code.to_owned(),
        },
        (None, _) => "token_missing".to_owned(),
    };
    Err(match code.as_str() {
        "token_expired" => Problem::unauthorized(
            "token_expired",
            "The access token has expired. Get a new one with POST /v1/sessions/refresh.",
        ),
        "token_missing" => {
            Problem::unauthorized("token_missing", "Send your access token as `Authorization: Bearer <token>`.")
        }
        _ => Problem::unauthorized(
            "token_invalid",
            "The access token is not valid. Log in again with POST /v1/sessions.",
        ),
    })
}
