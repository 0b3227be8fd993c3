//! `GET /v1/sellers/{seller_id}/orders`: the orders of a shop, newest first. For the shop itself and for administrators: for others the
//! shop is "not found" here.

use crate::{
    search::{Filter, Only, Scope, find},
    view::OrderSummaryView,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::SellerId;
use tradewind_lambda::{App, AsCsv, Endpoint, Grant, ListView, Paged, Problem, Reply, Request, User};

pub const ENDPOINT: Endpoint =
    Endpoint::get("orders-seller-orders-list", "/v1/sellers/{seller_id}/orders", "Lists the orders of a shop.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// The shop, and the filters for its orders.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Wanted {
    /// The id of the shop.
    seller_id: SellerId,
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
    let (seller, user) = (&request.params.seller_id, &request.caller);
    if user.seller.as_ref() != Some(seller) && !user.admin {
        return Err(Problem::not_found("shop of yours"));
    }
    find(&app, &request, Scope::Shop(seller.clone()), Only::default()).await
}
