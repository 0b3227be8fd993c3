//! `GET /v1/orders`: what the caller bought, newest first; for administrators, what everybody bought.

use crate::{
    search::{Filter, Only, Scope, find},
    view::OrderCardView,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{SellerId, UserId};
use tradewind_lambda::{App, AsCsv, Endpoint, Grant, ListView, Paged, Problem, Reply, Request, User};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "orders-list",
    "/v1/orders",
    "Lists the orders of the buyer; for administrators, those of the whole marketplace.",
)
.grants(&[Grant::MainRead, Grant::SealingKey]);

/// Which orders are wanted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Only those that this person bought. Buyers see no others' anyway.
    buyer: Option<UserId>,
    /// Only those of this shop.
    seller: Option<SellerId>,
    #[serde(flatten)]
    filter: Filter,
}

impl AsRef<Filter> for Wanted {
    fn as_ref(&self) -> &Filter {
        &self.filter
    }
}

pub async fn handle(
    app: App,
    request: Request<User, (), Paged<AsCsv<Wanted>>>,
) -> Result<Reply<ListView<OrderCardView>>, Problem> {
    let (user, Wanted { buyer, seller, .. }) = (&request.caller, &**request.params);
    let only = Only { buyer: buyer.clone(), seller: seller.clone() };
    let scope = match (user.admin, buyer, seller) {
        (false, _, _) => Scope::Buyer(user.id.clone()),
        (true, _, Some(seller)) => Scope::Shop(seller.clone()),
        (true, Some(buyer), None) => Scope::Buyer(buyer.clone()),
        (true, None, None) => Scope::Marketplace,
    };
    find(&app, &request, scope, only).await
}
