//! Contract tests of the `orders` area, one file for each operation.

mod cart_get;
mod cart_replace;
mod checkout_of_buckets;
mod checkout_quotes_create;
mod checkouts_create;
mod claim;
mod counting;
mod coupons_create;
pub mod currencies;
mod get;
mod list;
mod refund_resolution_create;
mod refunds_create;
mod refunds_list;
mod reservation_expire;
mod search;
mod seller_orders_list;
mod timer;
mod transitions_create;
mod update;

use serde_json::{Value, json};
use std::time::Duration;
use tradewind_local::Options;
use tradewind_tests::{Answer, Market, Person, World, eventually};

pub fn euros(cents: i64) -> Value {
    json!({ "amount": cents, "currency": "EUR" })
}

/// An amount in minor units of any currency.
pub fn of_currency(amount: i64, currency: &str) -> Value {
    json!({ "amount": amount, "currency": currency })
}

pub fn line(listing: &Value, quantity: u32) -> Value {
    json!({ "listing": listing["id"], "variant": listing["variants"][0]["id"], "quantity": quantity })
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Reads an order.
pub async fn order(person: &Person, id: &Value) -> Value {
    person.client.get(&format!("/v1/orders/{}", text(id))).await.expect(200).json
}

/// Takes a step of an order's process.
pub async fn step(person: &Person, id: &Value, body: Value) -> Answer {
    person.client.post(&format!("/v1/orders/{}/transitions", text(id)), body).await
}

/// Waits until an order has this status.
pub async fn until(person: &Person, id: &Value, status: &str) -> Value {
    eventually(status, || async { Some(order(person, id).await).filter(|order| order["status"] == status) }).await
}

/// The number of units of a listing that can be bought.
pub async fn available(market: &Market, listing: &Value) -> u64 {
    let listing = market.anybody().get(&format!("/v1/listings/{}", text(&listing["id"]))).await.expect(200).json;
    listing["variants"][0]["available"].as_u64().unwrap()
}

/// Puts lines in the cart and checks out.
pub async fn buy(buyer: &Person, lines: Value, key: &str) -> Value {
    buyer.client.put("/v1/cart", json!({ "lines": lines })).await.expect(200);
    buyer.check_out(key).await
}

/// Buys one unit of a listing, pays and waits until the order is paid; returns the order's id.
pub async fn paid(buyer: &Person, listing: &Value, key: &str) -> Value {
    let checkout = buy(buyer, json!([line(listing, 1)]), key).await;
    buyer.pay(&checkout).await;
    let id = checkout["orders"][0]["id"].clone();
    until(buyer, &id, "paid").await;
    id
}

pub fn shipment() -> Value {
    json!({ "carrier": "Post", "tracking": "RR 1" })
}

/// The balance of one account of the marketplace, after a check that all of them sum to zero.
pub async fn account(market: &Market, name: &str) -> i64 {
    let admin = Person::log_in(&market.anybody(), &market.admin.email).await;
    let trial = admin.client.get("/v1/trial-balance").await.expect(200).json;
    assert_eq!(trial["sum"], euros(0), "{trial}");
    let account = trial["accounts"].as_array().unwrap().iter().find(|a| a["account"] == name);
    account.unwrap()["balance"]["amount"].as_i64().unwrap()
}

/// A world, its market, a seller and a buyer.
pub async fn sale() -> (World, Market, Person, Person) {
    sale_in(World::start().await).await
}

/// The same in a deployment that does not cache settings, for tests that change them.
pub async fn changing_sale() -> (World, Market, Person, Person) {
    sale_in(World::with(Options { fresh: Duration::ZERO, ..Options::default() }).await).await
}

async fn sale_in(world: World) -> (World, Market, Person, Person) {
    let market = world.market("bikes").await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    (world, market, sue, bob)
}
