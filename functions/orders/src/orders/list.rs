//! `GET /v1/orders`: the caller's orders, newest first; for administrators, everybody's.

use crate::{
    search::{Filter, Only, Scope, find},
    view::OrderSummaryView,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::{SellerId, UserId};
use tradewind_lambda::{App, AsCsv, Endpoint, Grant, ListView, Paged, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint = Endpoint::get(
    "orders-list",
    "/v1/orders",
    "Lists the orders of the buyer; for administrators, those of the whole marketplace.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Filters for the list of orders.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Only orders of this buyer. Buyers only ever see their own.
    buyer: Option<UserId>,
    /// Only orders of this shop.
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
) -> Result<Reply<ListView<OrderSummaryView>>, Problem> {
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
