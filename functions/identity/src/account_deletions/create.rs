//! `POST /v1/account-deletions`: deletes the caller's account for good. It ends all sessions, frees the address and erases what is personal: name,
//! address, password and cart at once, addresses and notes of past orders within minutes. What was bought and paid stays, under the account's
//! id alone, because sellers and tax offices need it.
//!
//! An account with open orders is not deleted, because they could not be sent; nor that of whoever owns the marketplace or a shop. 1 read unit for
//! each order.

use crate::attempts::at_own_password;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_auth::{password, secret};
use tradewind_identity::{DeletionEvent, keys as identity_keys, slot};
use tradewind_kernel::{MarketplaceId, UserId};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_orders::{Order, entities::OrderSummary, keys as orders_keys};
use tradewind_storage::SummaryRow;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "identity-account-deletions-create",
    "/v1/account-deletions",
    "Deletes the caller's account for good.",
)
.success(204)
.live()
.sealed()
.refusals(&[&["password_wrong", "too_many_attempts", "owner_stays", "shop_open", "orders_open"]])
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite, Grant::SealingKey])
.memory(1024);

/// The password, so that nobody else who finds the device deletes the account.
#[derive(Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Deletion {
    /// The password of the account; a guest has none.
    #[serde(default)]
    #[schemars(with = "String", length(max = 256))]
    #[garde(inner(length(chars, max = 256)))]
    current_password: Option<String>,
}

pub async fn handle(app: App, request: Request<User, Deletion>) -> Result<Reply<()>, Problem> {
    let (tenant, id, now) = (request.tenant(), &request.caller.id, request.now());
    let user = app.table.get(identity_keys::user(tenant, id)).await?;
    let mut user = user.ok_or_else(|| Problem::not_found("account"))?;
    let mut commit = request.commit();
    if !user.guest {
        let attempts = at_own_password(&app, tenant, &request.caller.session, now).await?;
        let Some(password) = &request.body.current_password else {
            return Err(Problem::invalid("current_password", "Send your password to delete the account."));
        };
        if !password::verify(password, &user.password_hash).await? {
            return Err(Problem::forbidden("password_wrong", "This is not your password. Nothing was deleted."));
        }
        commit = commit.delete(attempts);
        let slot = slot(app.sealing_key()?, tenant, &user.email, password);
        let unverified = identity_keys::unverified(tenant, &user.email, &slot);
        if app.table.get(unverified.clone()).await?.is_some_and(|unverified| unverified.user == *id) {
            commit = commit.delete(unverified);
        }
    }
    if request.marketplace().owner == *id {
        let detail = "You own this marketplace. It would be left without anybody who runs it.";
        return Err(Problem::conflict("owner_stays", detail));
    }
    if user.seller.is_some() {
        let detail = "You own a shop, with orders and money of others. Ask the marketplace to take it over first.";
        return Err(Problem::conflict("shop_open", detail));
    }
    if let Some(open) = open_order(&app, tenant, id).await? {
        let name = open.number.map_or_else(|| open.id.to_string(), |number| number.to_string());
        let detail = format!("Order {name} is not completed yet. Complete or cancel it, then delete the account.");
        return Err(Problem::conflict("orders_open", detail));
    }
    let address = identity_keys::email(tenant, &user.email);
    if app.table.get(address.clone()).await?.is_some_and(|claim| claim.user == *id) {
        commit = commit.delete(address);
    }
    if app.table.get(orders_keys::cart(tenant, id)).await?.is_some() {
        commit = commit.delete(orders_keys::cart(tenant, id));
    }
    let email = user.email.clone();
    user.erase(secret::text(&app.random::<16>()), now).map_err(Problem::internal)?;
    let deleted = DeletionEvent::Deleted { user: id.clone(), email };
    request.finish(&app, commit.update(&mut user).emit(deleted), Reply::new(())).await
}

/// An order of the buyer that is not in a final state of its process.
async fn open_order(app: &App, tenant: &MarketplaceId, buyer: &UserId) -> Result<Option<Order>, Problem> {
    let mut position = None;
    loop {
        let list = orders_keys::orders_of_buyer::<OrderSummary>(tenant, buyer);
        let page = app.table.page(list, 100, position).await?;
        let key = |row: &SummaryRow<OrderSummary>| orders_keys::order(tenant, &row.summary.id);
        for order in app.table.get_all(page.items.iter().map(key).collect()).await? {
            let process = app.order_process(tenant, order.process).await?;
            if !process.is_final(&order.status) && !order.stopped {
                return Ok(Some(order));
            }
        }
        position = page.next;
        if position.is_none() {
            return Ok(None);
        }
    }
}
