//! Shared parts of tests about money: earning, paying, being paid, and the payment provider.

pub mod recorded;

use crate::orders::{paid, shipment, step, text};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};
pub use tradewind_tests::stripe::now;
use tradewind_tests::{Answer, Market, Person, World, eventually};

/// Sells one thing and completes the order, so that the seller is owed nine tenths of the price.
pub async fn earn(seller: &Person, buyer: &Person, cents: i64, key: &str) -> Value {
    let id = paid(buyer, &seller.sell("Bell", cents, 1).await, key).await;
    step(seller, &id, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    step(buyer, &id, json!({ "transition": "complete" })).await.expect(200);
    id
}

pub async fn owed(seller: &Person) -> i64 {
    let balance = seller.client.get(&format!("/v1/sellers/{}/balance", seller.seller)).await.expect(200).json;
    balance["owed"]["amount"].as_i64().unwrap()
}

pub async fn payouts(seller: &Person) -> Vec<Value> {
    let list = seller.client.get(&format!("/v1/sellers/{}/payouts", seller.seller)).await.expect(200).json;
    list["data"].as_array().unwrap().clone()
}

/// Pays all shops, and waits until that is done.
pub async fn pay_out(world: &World, market: &Market, key: &str) {
    market.admin.client.clone().key(key).post("/v1/payout-runs", json!({})).await.expect(202);
    world.settle().await;
}

pub async fn payment(buyer: &Person, checkout: &Value) -> Value {
    buyer.client.get(&path(checkout)).await.expect(200).json
}

pub fn path(checkout: &Value) -> String {
    format!("/v1/payments/{}", text(&checkout["payment"]["id"]))
}

pub async fn confirm(buyer: &Person, checkout: &Value, body: Value) -> Answer {
    buyer.client.post(&format!("{}/confirm", path(checkout)), body).await
}

/// Waits until a payment has this status.
pub async fn until_payment(buyer: &Person, checkout: &Value, status: &str) -> Value {
    eventually(status, || async { Some(payment(buyer, checkout).await).filter(|p| p["status"] == status) }).await
}

/// The provider: it knows the secret and the address of the marketplace's webhook.
pub struct Provider {
    secret: String,
    pub marketplace: String,
}

impl Provider {
    pub async fn new(world: &World, market: &Market) -> Self {
        // The secret comes from the same place from which the functions read it.
        let name = json!({ "Names": ["/tradewind/local/sandbox-secret"], "WithDecryption": true }).to_string();
        let headers = [("x-amz-target", "AmazonSSM.GetParameters"), ("content-type", "application/x-amz-json-1.1")];
        let store = world.local.endpoints.ssm.clone().unwrap();
        let found =
            world.anybody().send_raw(hyper::Method::POST, &format!("{store}/"), &headers, name.into()).await.json;
        let market = market.anybody().get("/v1/marketplace").await.expect(200).json;
        Self { secret: text(&found["Parameters"][0]["Value"]).to_owned(), marketplace: text(&market["id"]).to_owned() }
    }

    pub fn sign(&self, body: &str, seconds: u64) -> String {
        self.sign_for(&self.marketplace, body, seconds)
    }

    pub fn sign_for(&self, marketplace: &str, body: &str, seconds: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        let tag = hmac::sign(&key, format!("{seconds}.{marketplace}.{body}").as_bytes());
        format!("t={seconds},v1={}", URL_SAFE_NO_PAD.encode(tag))
    }

    /// Sends a body with a signature, to this marketplace.
    pub async fn send(&self, world: &World, body: &str, signature: &str) -> Answer {
        self.send_to(world, &self.marketplace, body, signature).await
    }

    pub async fn send_to(&self, world: &World, marketplace: &str, body: &str, signature: &str) -> Answer {
        let headers = [("sandbox-signature", signature), ("content-type", "application/json")];
        let path = format!("/v1/webhooks/sandbox/{marketplace}");
        world.anybody().send_raw(hyper::Method::POST, &path, &headers, body.to_owned().into()).await
    }

    /// Reports something, as the provider does.
    pub async fn report(&self, world: &World, id: &str, report: Value) -> Answer {
        self.report_after(world, 0, id, report).await
    }

    /// Like [`Provider::report`], after the clock was moved forward by this many days.
    pub async fn report_after(&self, world: &World, days: u64, id: &str, report: Value) -> Answer {
        let body = json!({ "id": id, "report": report }).to_string();
        self.send(world, &body, &self.sign(&body, now() + days * 86_400)).await
    }
}

#[allow(clippy::disallowed_methods, reason = "the provider has a clock of its own")]
pub fn succeeded(checkout: &Value) -> Value {
    json!({ "type": "payment.succeeded", "payment": checkout["payment"]["id"], "amount": checkout["payment"]["amount"] })
}

/// The result of a verification of the ledger, made some minutes later, because recent changes are not judged.
pub async fn verified(world: &World, market: &Market) -> Value {
    world.advance(std::time::Duration::from_secs(180)).await;
    crate::ledger::verifications::verify(&market.admin.client, "verified").await
}

/// The items of the main table whose partition key contains this.
pub async fn items(world: &World, pk: &str) -> Vec<Value> {
    world.items("main").await.into_iter().filter(|item| text(&item["pk"]["S"]).contains(pk)).collect()
}

pub async fn put_item(world: &World, item: Value) {
    world.dynamodb("PutItem", json!({ "TableName": "tradewind-main", "Item": item })).await;
}

pub async fn delete_item(world: &World, item: &Value) {
    let key = json!({ "pk": item["pk"], "sk": item["sk"] });
    world.dynamodb("DeleteItem", json!({ "TableName": "tradewind-main", "Key": key })).await;
}

/// The current day in the world, by the product's clock.
pub async fn today(world: &World, market: &Market) -> String {
    // The answer to a registration contains the time.
    static CLOCKS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = CLOCKS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let email = format!("clock{number}@example.com");
    let body = json!({ "email": email, "password": "correct horse battery", "name": "A clock" });
    let made = market.anybody().post("/v1/users", body).await;
    world.settle().await;
    text(&made.json["user"]["created_at"]).get(..10).unwrap().to_owned()
}
