//! The story: a marketplace opens, things are sold, shipped, refunded and disputed, people are paid, and the books are checked.

use crate::{
    catalog::send_catalogue,
    money::{
        Provider, confirm, path, pay_out,
        recorded::{Recorded, WEBHOOK_SECRET},
    },
    orders::{self, euros, line, shipment, step, text},
};
use serde_json::{Value, json};
use std::time::Duration;
use tradewind_tests::{
    Exchange, Market, PASSWORD, Person, World, eventually,
    stripe::{event, now, sign},
};

/// The results of the story.
pub struct Played {
    /// The requests and answers.
    pub said: Vec<Exchange>,
    /// The items of both tables.
    pub stored: Vec<Value>,
}

/// Plays the story.
pub async fn play() -> Played {
    let mut world = Recorded::start(|_, _| (500, json!({}))).await.world().await;
    let log = world.log();
    world.anybody().get("/v1/health").await.expect(200);
    world.anybody().get("/v1/jwks").await.expect(200);
    world.anybody().get("/v1/problems/sold_out").await.expect(200);
    let market = world.market("bikes").await;
    let (sue, bob) = (market.seller("sue").await, market.buyer("bob").await);
    addresses(&world, &market).await;
    accounts(&market, &sue, &bob).await;
    let lamp = goods(&world, &market, &sue).await;
    let order = purchase(&world, &market, &sue, &bob, &lamp).await;
    refunds(&world, &market, &sue, &order).await;
    step(&bob, &order, json!({ "transition": "complete" })).await.expect(200);
    disputes(&market, &bob, &lamp).await;
    guests(&world, &market, &bob, &lamp).await;
    payouts(&world, &market, &sue).await;
    webhook(&world).await;
    books(&world, &market, &order).await;
    let process = include_str!("../../../shared/orders/src/order_process/default.json");
    let mut process: Value = serde_json::from_str(process).unwrap();
    process.as_object_mut().unwrap().remove("version");
    market
        .admin
        .again(&market)
        .await
        .client
        .clone()
        .key("process")
        .post("/v1/order-processes", process)
        .await
        .expect(201);
    market.anybody().get("/v1/order-processes/0").await.expect(200);
    bob.again(&market).await.client.delete("/v1/sessions/current").await.expect(204);
    let guess = json!({ "email": bob.email, "password": "not his password" });
    market.anybody().post("/v1/sessions", guess).await.expect(401);
    tenants(&world).await;
    migrate(&world).await;
    let mut stored = world.items("main").await;
    stored.extend(world.items("ephemeral").await);
    world.stop().await;
    Played { said: log.lock().unwrap().clone(), stored }
}

async fn tenants(world: &World) {
    let operator = world.operator();
    let books = world.market("books").await.anybody().get("/v1/marketplace").await.expect(200).json;
    let path = format!("/v1/marketplaces/{}", text(&books["id"]));
    operator.get("/v1/marketplaces?limit=1").await.expect(200);
    operator.get(&path).await.expect(200);
    let reason = json!({ "reason": "We are looking into complaints." });
    operator.post(&format!("{path}/suspend"), reason.clone()).await.expect(200);
    operator.post(&format!("{path}/resume"), Value::Null).await.expect(200);
    operator.post(&format!("{path}/close"), reason).await.expect(200);
}

async fn migrate(world: &World) {
    let operator = world.operator().key("migrate");
    let migration = operator.post("/v1/migrations", json!({ "dry_run": true })).await.expect(202);
    world.settle().await;
    operator.get(&format!("/v1/migrations/{}", text(&migration.json["id"]))).await.expect(200);
}

/// The newest code that was sent to an address.
async fn code_to(world: &World, address: &str) -> Value {
    world.settle().await;
    let subject = world.letters_to(address).await.pop().unwrap().subject;
    json!(subject.split(' ').next().unwrap())
}

async fn addresses(world: &World, market: &Market) {
    let kim = market.buyer("kim").await;
    kim.client.post("/v1/email-verifications", Value::Null).await.expect(204);
    let body = json!({ "code": code_to(world, &kim.email).await });
    kim.client.post("/v1/email-verifications/confirm", body).await.expect(200);
    let body = json!({ "email": "kim@example.com", "current_password": PASSWORD });
    kim.client.post("/v1/email-changes", body).await.expect(204);
    let body = json!({ "code": code_to(world, "kim@example.com").await });
    kim.client.post("/v1/email-changes/confirm", body).await.expect(200);
    market.anybody().post("/v1/password-resets", json!({ "email": "kim@example.com" })).await.expect(204);
    let code = code_to(world, "kim@example.com").await;
    let body = json!({ "email": "kim@example.com", "code": code, "password": "four teal otters jump" });
    market.anybody().post("/v1/password-resets/confirm", body).await.expect(204);
    let body = json!({ "email": "kim@example.com", "password": "four teal otters jump", "device": "Kim's phone" });
    let phone = market.anybody().post("/v1/sessions", body).await.expect(201).json;
    let phone = market.anybody().bearer(text(&phone["access_token"]));
    phone.get("/v1/sessions").await.expect(200);
    phone.post("/v1/sessions/end-others", Value::Null).await.expect(204);
    let lea = market.buyer("lea").await;
    let body = json!({ "current_password": PASSWORD });
    lea.client.post("/v1/account-deletions", body).await.expect(204);
    let wrong = json!({ "code": "000000" });
    phone.post("/v1/email-verifications/confirm", wrong).await.expect(403);
}

async fn accounts(market: &Market, sue: &Person, bob: &Person) {
    let admin = &market.admin.client;
    market.anybody().get("/v1/marketplace").await.expect(200);
    admin
        .patch("/v1/marketplace", json!({ "name": "Bikes, parts and repairs", "currencies": ["USD"] }))
        .await
        .expect(200);
    bob.client.get("/v1/me").await.expect(200);
    bob.client.patch("/v1/me", json!({ "name": "Robert" })).await.expect(200);
    admin.get("/v1/sellers").await.expect(200);
    admin.get("/v1/users?q=robert").await.expect(200);
    let shop = format!("/v1/sellers/{}", sue.seller);
    market.anybody().get(&shop).await.expect(200);
    let post = json!({
        "id": "post", "name": "Post", "rate": { "kind": "flat", "price": euros(490) }, "countries": ["DE"],
    });
    sue.client.patch(&shop, json!({ "about": "Everything for the trail.", "shipping": [post] })).await.expect(200);
    let account = format!("{shop}/payout-account");
    let page = |end: &str| format!("https://shop.example.com/{end}");
    let open = json!({ "country": "DE", "return_url": page("paid"), "refresh_url": page("again") });
    sue.client.post(&account, open).await.expect(200);
    sue.client.get(&account).await.expect(200);
}

/// Creates a listing that is for sale, and returns it.
async fn goods(world: &World, market: &Market, sue: &Person) -> Value {
    let lamp = json!({
        "title": "Camp Lamp", "description_html": "<p>Lights a tent.</p>", "vendor": "Lumen", "tags": ["light"],
        "option_names": ["Colour"],
        "variants": [{ "sku": "CL-Y", "options": ["Yellow"], "price": euros(5_800), "stock": 10, "weight_grams": 300 }],
        "images": [{ "url": "https://example.com/lamp.jpg", "alt": "A yellow lamp" }],
    });
    let listing = sue.client.post("/v1/listings", lamp).await.expect(201);
    let (path, listing) = (format!("/v1/listings/{}", text(&listing.json["id"])), listing.json);
    sue.client.patch(&path, json!({ "title": "Camp Lamp, yellow" })).await.expect(200);
    let stock = format!("{path}/variants/{}/stock", text(&listing["variants"][0]["id"]));
    sue.client.put(&stock, json!({ "available": 25 })).await.expect(200);
    sue.client.post(&format!("{path}/publish"), Value::Null).await.expect(200);
    let other = sue.sell("Old Lamp", 900, 1).await;
    sue.client.post(&format!("/v1/listings/{}/close", text(&other["id"])), Value::Null).await.expect(200);
    world.settle().await;
    market.anybody().get("/v1/listings?limit=1").await.expect(200);
    market.anybody().get(&path).await.expect(200);
    sue.client.get(&format!("/v1/sellers/{}/listings?limit=1", sue.seller)).await.expect(200);
    let upload = send_catalogue(sue, b"Handle,Title,Variant Price\nbell,Bell,9\nhorn,Horn,cheap\n").await;
    sue.client.get(&format!("/v1/uploads/{upload}")).await.expect(200);
    let import = sue.client.post("/v1/imports", json!({ "upload": upload })).await.expect(202).header("location");
    world.settle().await;
    sue.client.get(&import).await.expect(200);
    sue.client.get(&format!("{import}/errors")).await.expect(200);
    sue.client.get(&format!("{import}/notes")).await.expect(200);
    sue.client.get("/v1/imports").await.expect(200);
    let own = format!("/v1/sellers/{}/listings/{}", sue.seller, text(&listing["id"]));
    sue.client.get(&own).await.expect(200);
    let coupon = json!({
        "of": "marketplace", "code": "SUMMER-10", "discount": { "kind": "percent", "basis_points": 1_000 }, "limit": 100,
    });
    market.admin.client.clone().key("coupon").post("/v1/coupons", coupon).await.expect(201);
    market.admin.client.get("/v1/coupons").await.expect(200);
    market.admin.client.get("/v1/coupons/SUMMER-10").await.expect(200);
    market.admin.client.patch("/v1/coupons/SUMMER-10", json!({ "limit": 200 })).await.expect(200);
    listing
}

/// Sells and ships an order, and returns its id.
async fn purchase(world: &World, market: &Market, sue: &Person, bob: &Person, lamp: &Value) -> Value {
    bob.client.put("/v1/cart", json!({ "lines": [line(lamp, 3)] })).await.expect(200);
    bob.client.get("/v1/cart").await.expect(200);
    let choice = json!({ "coupon": "SUMMER-10", "ship_to": address(), "shipping": { sue.seller.as_str(): "post" } });
    bob.client.post("/v1/checkout-quotes", choice.clone()).await.expect(200);
    let checkout = bob.client.clone().key("checkout").post("/v1/checkouts", choice).await.expect(201).json;
    let order = checkout["orders"][0]["id"].clone();
    let at = format!("/v1/orders/{}", text(&order));
    bob.client.get(&at).await.expect(200);
    bob.client.get("/v1/orders").await.expect(200);
    sue.client.get(&format!("/v1/sellers/{}/orders", sue.seller)).await.expect(200);
    bob.client.get(&path(&checkout)).await.expect(200);
    market.admin.client.get("/v1/payments").await.expect(200);
    bob.client.post(&format!("{}/intent", path(&checkout)), Value::Null).await.expect(200);
    bob.pay(&checkout).await;
    world.settle().await;
    step(sue, &order, json!({ "transition": "ship", "shipment": shipment() })).await.expect(200);
    sue.client.patch(&at, json!({ "shipment": { "carrier": "Post", "tracking": "RR 2" } })).await.expect(200);
    market.admin.client.get(&format!("{at}/money")).await.expect(200);
    order
}

fn address() -> Value {
    json!({ "name": "Bob Buyer", "line1": "Main Street 1", "postal_code": "10115", "city": "Berlin", "country": "DE" })
}

async fn refunds(world: &World, market: &Market, sue: &Person, order: &Value) {
    let path = format!("/v1/orders/{}/refunds", text(order));
    let back = json!({ "lines": [{ "line": 0, "quantity": 1, "restock": 1 }], "reason": "It came back." });
    let refund = sue.client.clone().key("refund").post(&path, back).await.expect(201).json["id"].clone();
    world.settle().await;
    sue.client.get(&path).await.expect(200);
    let failed = json!({ "type": "refund.failed", "subject": refund, "reason": "card_closed" });
    Provider::new(world, market).await.report(world, "evt_sample", failed).await.expect(200);
    world.settle().await;
    let settled = json!({ "action": "settled_otherwise", "note": "By bank transfer on Monday." });
    let resolution = format!("{path}/{}/resolution", text(&refund));
    market.admin.client.clone().key("resolution").post(&resolution, settled).await.expect(200);
    // A refund that nobody requested becomes a finding.
    let payment = orders::order(sue, order).await["payment"].clone();
    let unasked = json!({ "type": "refund.succeeded", "subject": payment, "amount": euros(100) });
    Provider::new(world, market).await.report(world, "evt_unasked", unasked).await.expect(200);
    world.settle().await;
    let found = market.admin.client.get("/v1/reconciliation-findings").await.expect(200).json;
    let finding = format!("/v1/reconciliation-findings/{}/resolve", text(&found["data"][0]["id"]));
    let note = json!({ "note": "The provider reported another marketplace's refund here." });
    market.admin.client.clone().key("finding").post(&finding, note).await.expect(200);
}

async fn disputes(market: &Market, bob: &Person, lamp: &Value) {
    let choice = json!({ "ship_to": address(), "shipping": { text(&lamp["seller"]): "post" } });
    bob.client.put("/v1/cart", json!({ "lines": [line(lamp, 1)] })).await.expect(200);
    let checkout = bob.client.clone().key("disputed").post("/v1/checkouts", choice).await.expect(201).json;
    confirm(bob, &checkout, json!({ "card": "4000000000000259" })).await.expect(202);
    let admin = &market.admin.client;
    let dispute = eventually("the dispute", || async {
        let list = admin.get("/v1/disputes").await.expect(200).json;
        list["data"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    let path = format!("/v1/disputes/{dispute}");
    admin.get(&path).await.expect(200);
    admin
        .clone()
        .key("evidence")
        .post(&format!("{path}/evidence"), json!({ "text": "The parcel was signed for." }))
        .await
        .expect(201);
}

async fn guests(world: &World, market: &Market, bob: &Person, lamp: &Value) {
    let made =
        market.anybody().post("/v1/guests", json!({ "email": "gus@example.com", "name": "Gus" })).await.expect(201);
    let gus = Person::from_tokens(&market.anybody(), "gus@example.com", &made.json);
    gus.client.put("/v1/cart", json!({ "lines": [line(lamp, 1)] })).await.expect(200);
    let choice = json!({ "ship_to": address(), "shipping": { text(&lamp["seller"]): "post" } });
    let checkout = gus.client.clone().key("guest").post("/v1/checkouts", choice).await.expect(201).json;
    gus.pay(&checkout).await;
    world.settle().await;
    let claim = format!("/v1/orders/{}/claim", text(&checkout["orders"][0]["id"]));
    bob.client.clone().key("claim").post(&claim, json!({ "claim": made.json["claim"] })).await.expect(200);
}

async fn payouts(world: &World, market: &Market, sue: &Person) {
    let shop = format!("/v1/sellers/{}", sue.seller);
    sue.client.get(&format!("{shop}/balance")).await.expect(200);
    sue.client.get(&format!("{shop}/ledger-entries")).await.expect(200);
    pay_out(world, market, "run").await;
    let paid = sue.client.get(&format!("{shop}/payouts")).await.expect(200).json;
    let payout = text(&paid["data"][0]["id"]);
    sue.client.get(&format!("/v1/payouts/{payout}/statement")).await.expect(200);
    let failed = json!({ "type": "payout.failed", "payout": payout, "reason": "account_closed" });
    Provider::new(world, market).await.report(world, "evt_returned", failed).await.expect(200);
    world.settle().await;
    let settled = json!({ "action": "settled_otherwise", "note": "By bank transfer on Monday." });
    let resolution = format!("/v1/payouts/{payout}/resolution");
    market.admin.client.clone().key("returned").post(&resolution, settled).await.expect(200);
    sue.client.get(&format!("{shop}/statement")).await.expect(200);
}

async fn books(world: &World, market: &Market, order: &Value) {
    let admin = &market.admin.client;
    let day = admin.get(&format!("/v1/orders/{}", text(order))).await.expect(200).json["created_at"].clone();
    admin.get("/v1/fee-revenue").await.expect(200);
    admin.get("/v1/trial-balance").await.expect(200);
    world.advance(Duration::from_secs(3_700)).await;
    let admin = market.admin.again(market).await.client;
    let verification = admin.clone().key("verify").post("/v1/ledger-verifications", json!({})).await.expect(202);
    world.settle().await;
    admin.get(&verification.header("location")).await.expect(200);
    let day = json!({ "day": &text(&day)[..10] });
    let begun = admin.clone().key("reconcile").post("/v1/reconciliations", day).await.expect(202);
    world.settle().await;
    admin.get(&begun.header("location")).await.expect(200);
}

/// Events from Stripe of a kind that is not handled are answered, too.
async fn webhook(world: &World) {
    let mut event = event("evt_sample", "customer.created", json!({ "id": "cus_sample", "object": "customer" }));
    event["created"] = json!(1_731_940_800);
    let body = event.to_string();
    let signature = sign(WEBHOOK_SECRET, &body, now());
    let headers = [("stripe-signature", signature.as_str()), ("content-type", "application/json")];
    world.anybody().send_raw(hyper::Method::POST, "/v1/webhooks/stripe", &headers, body.into()).await.expect(200);
}
