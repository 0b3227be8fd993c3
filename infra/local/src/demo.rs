//! The story that `cargo demo` plays: a whole sale, through HTTP alone.
//!
//! A marketplace is opened, a seller imports a catalogue and adds a photo, a buyer buys, the sandbox provider reports the payment twice,
//! the seller ships, the order completes and the seller is paid out. Then things go wrong: a part is refunded, the buyer reports a problem,
//! money is clawed back after a payout. Finally a guest buys, an order is refunded in full, and one costs nothing. Everybody gets e-mail,
//! and the ledger sums to zero. Every step checks the answer that it gets; the first check that fails ends the story.
#![allow(clippy::indexing_slicing, reason = "indexing JSON answers null for what is not there")]

mod extras;
mod trouble;

use crate::client::{Answer, Http};
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};
use std::{future::Future, time::Duration};

/// A photo with a camera's metadata, as people upload them.
const PHOTO: &[u8] = include_bytes!("../assets/photo.jpg");
/// The catalogue that is used if no other is given.
pub const CATALOG: &[u8] = include_bytes!("../assets/catalog.csv");
const PASSWORD: &str = "correct horse battery";

/// The deployment in which the story is played, and its inputs.
pub struct Stage<'a> {
    /// The gateway's URL.
    pub url: String,
    /// The operator's key.
    pub operator_key: String,
    /// A slug that is not in use yet.
    pub slug: String,
    /// The catalogue to import, in Shopify's export format.
    pub catalog: Vec<u8>,
    /// Called with a line of text for each step as it is taken.
    pub tell: &'a (dyn Fn(&str) + Send + Sync),
}

#[derive(Clone)]
struct Actor<'a> {
    stage: &'a Stage<'a>,
    http: Http,
    token: String,
    chapter: &'static str,
}

impl Actor<'_> {
    fn with(&self, token: &Value) -> Self {
        Self { token: text(token), ..self.clone() }
    }

    fn in_chapter(&self, chapter: &'static str) -> Self {
        Self { chapter, ..self.clone() }
    }

    async fn send(&self, method: Method, path: &str, body: Value, expected: u16) -> Result<Value, String> {
        // Within a chapter, sending the same request again means the same request, as when a phone sends it twice.
        let key = format!("demo {} {method} {path} {}", self.chapter, self.stage.slug).replace('#', "");
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("x-marketplace", self.stage.slug.as_str()), ("content-type", "application/json")];
        if !self.token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        if path == "/v1/checkouts" || path == "/v1/payout-runs" || path.ends_with("/refunds") {
            headers.push(("idempotency-key", &key));
        }
        let sent = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let answer = self.http.send(method.clone(), &format!("{}{path}", self.stage.url), &headers, sent).await?;
        if answer.status != expected {
            return Err(format!("{method} {path} answered {} instead of {expected}: {}", answer.status, answer.text()));
        }
        Ok(answer.json())
    }

    async fn get(&self, path: &str) -> Result<Value, String> {
        self.send(Method::GET, path, Value::Null, 200).await
    }

    async fn post(&self, path: &str, body: Value, expected: u16) -> Result<Value, String> {
        self.send(Method::POST, path, body, expected).await
    }

    async fn upload(&self, purpose: &str, kind: &str, file: &[u8]) -> Result<Value, String> {
        let upload = self.post("/v1/uploads", json!({ "purpose": purpose, "content_type": kind }), 201).await?;
        let answer: Answer = self.http.upload(&upload["form"], file).await?;
        if answer.status >= 300 {
            return Err(format!("the upload was answered {}: {}", answer.status, answer.text()));
        }
        Ok(upload["upload"].clone())
    }
}

/// Plays the whole story. The error says which check failed.
pub async fn play(stage: &Stage<'_>) -> Result<(), String> {
    let Stage { slug, tell, .. } = stage;
    let anybody = Actor { stage, http: Http::default(), token: String::new(), chapter: "a sale" };
    let operator = anybody.with(&json!(stage.operator_key));

    let owner = json!({ "email": format!("ada@{slug}.example.com"), "password": PASSWORD, "name": "Ada" });
    let open = json!({ "slug": slug, "name": "The Trail Market", "currency": "EUR", "fee_basis_points": 1000, "owner": owner });
    operator.post("/v1/marketplaces", open, 201).await?;
    tell(&format!("A marketplace is open: {slug}. It takes ten per cent."));
    let login = json!({ "email": format!("ada@{slug}.example.com"), "password": PASSWORD });
    let admin = anybody.with(&anybody.post("/v1/sessions", login, 201).await?["access_token"]);

    let (seller, shop) = open_shop(&anybody, slug).await?;
    tell("Sue opened a shop.");
    let listing = stock_shop(&anybody, &seller, &shop, stage).await?;

    let bob = json!({ "email": format!("bob@{slug}.example.com"), "password": PASSWORD, "name": "Bob" });
    let buyer = anybody.with(&anybody.post("/v1/users", bob, 201).await?["access_token"]);
    verify(&buyer, &format!("bob@{slug}.example.com"), stage).await?;
    let order = buy(&buyer, &listing, stage).await?;
    fulfil(&seller, &buyer, &order, stage).await?;
    pay_out(&admin, &seller, &shop, stage).await?;
    let (admin, seller, buyer) = (&admin, &seller, &buyer);
    trouble::play(&trouble::Cast { admin, seller, buyer, shop: &shop, listing: &listing }, &order, stage).await?;
    let cast = extras::Cast { anybody: &anybody, admin, seller, buyer, listing: &listing };
    extras::play(&cast, stage).await?;
    close_the_books(admin, buyer, &order, stage).await
}

async fn open_shop<'a>(anybody: &Actor<'a>, slug: &str) -> Result<(Actor<'a>, Value), String> {
    let sue = json!({ "email": format!("sue@{slug}.example.com"), "password": PASSWORD, "name": "Sue" });
    let registered = anybody.post("/v1/users", sue, 201).await?;
    let person = anybody.with(&registered["access_token"]);
    let shop = person.post("/v1/sellers", json!({ "name": "Sue's Supplies" }), 201).await?;
    let refresh = json!({ "refresh_token": registered["refresh_token"] });
    let refreshed = anybody.post("/v1/sessions/refresh", refresh, 201).await?;
    Ok((anybody.with(&refreshed["access_token"]), shop["id"].clone()))
}

/// Imports the catalogue, adds a photo to a listing, and returns a listing that can be bought.
async fn stock_shop(anybody: &Actor<'_>, seller: &Actor<'_>, shop: &Value, stage: &Stage<'_>) -> Result<Value, String> {
    let upload = seller.upload("catalog", "text/csv", &stage.catalog).await?;
    let import = seller.post("/v1/imports", json!({ "upload": upload["id"] }), 202).await?;
    let path = format!("/v1/imports/{}", text(&import["id"]));
    let done = until("the import is done", || async {
        let import = seller.get(&path).await?;
        match import["status"].as_str() {
            Some("done") => Ok(Some(import)),
            Some("failed") => Err(format!("the import failed: {import}")),
            _ => Ok(None),
        }
    })
    .await?;
    let line = format!(
        "Her catalogue is imported: {} rows, {} listings made, {} of them drafts, {} rows refused.",
        done["rows"], done["created"], done["drafts"], done["failed_rows"]
    );
    (stage.tell)(&line);
    if done["created"].as_u64().unwrap_or_default() == 0 {
        return Err(format!("nothing was imported: {done}"));
    }

    let cards = until("the listings can be browsed", || async {
        let page = anybody.get("/v1/listings?limit=100").await?;
        Ok(Some(page["data"].clone()).filter(|data| data.as_array().is_some_and(|d| !d.is_empty())))
    })
    .await?;
    let mut chosen = Value::Null;
    for card in cards.as_array().into_iter().flatten() {
        let listing = anybody.get(&format!("/v1/listings/{}", text(&card["id"]))).await?;
        let variant = &listing["variants"][0];
        let sold = variant["counting"] != "counted" || variant["available"].as_i64().unwrap_or_default() > 0;
        let price = listing.pointer("/variants/0/price/amount").and_then(Value::as_u64).unwrap_or_default();
        if listing["seller"] == *shop && sold && price > 0 {
            chosen = listing;
            break;
        }
    }
    if chosen.is_null() {
        return Err("no imported listing can be bought".into());
    }
    (stage.tell)(&format!("{} listings can be browsed.", cards.as_array().map_or(0, Vec::len)));

    let upload = seller.upload("listing_image", "image/jpeg", PHOTO).await?;
    let path = format!("/v1/uploads/{}", text(&upload["id"]));
    let photo = until("the photo is ready", || async {
        let upload = seller.get(&path).await?;
        match upload["status"].as_str() {
            Some("ready") => Ok(Some(upload)),
            Some("refused") => Err(format!("the photo was refused: {upload}")),
            _ => Ok(None),
        }
    })
    .await?;
    let sizes = photo["sizes"].as_array().map_or(0, Vec::len);
    let images = json!({ "images": [{ "upload": upload["id"], "alt": "A photo of the thing itself" }] });
    let path = format!("/v1/listings/{}", text(&chosen["id"]));
    seller.send(Method::PATCH, &path, images, 200).await?;
    (stage.tell)(&format!("A photo is on {}, in {sizes} sizes and without the camera's metadata.", chosen["title"]));
    Ok(chosen)
}

/// Buys one unit, pays, and waits until the order is paid, although the provider reports the payment more than once.
async fn buy(buyer: &Actor<'_>, listing: &Value, stage: &Stage<'_>) -> Result<Value, String> {
    let variant = &listing["variants"][0];
    let line = json!({ "listing": listing["id"], "variant": variant["id"], "quantity": 1 });
    buyer.send(Method::PUT, "/v1/cart", json!({ "lines": [line] }), 200).await?;
    let checkout = buyer.post("/v1/checkouts", json!({ "expected_total": variant["price"] }), 201).await?;
    (stage.tell)(&format!("Bob bought {} for {}.", listing["title"], money(&checkout["total"])));
    let again = buyer.post("/v1/checkouts", json!({ "expected_total": variant["price"] }), 201).await?;
    if again != checkout {
        return Err("the same checkout sent twice was answered differently".into());
    }
    (stage.tell)("His phone sent the checkout twice; there is one order.");

    let path = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
    let declined = json!({ "card": "4000000000000002" });
    buyer.post(&path, declined, 202).await?;
    buyer.post(&path, json!({ "card": "4242424242424242", "deliveries": 2 }), 202).await?;
    let order = checkout["orders"][0]["id"].clone();
    until_status(buyer, &order, "paid").await?;
    (stage.tell)(
        "His first card was declined, the second one paid; the provider reported it twice, it was booked once.",
    );
    Ok(order)
}

async fn fulfil(seller: &Actor<'_>, buyer: &Actor<'_>, order: &Value, stage: &Stage<'_>) -> Result<(), String> {
    let path = format!("/v1/orders/{}/transitions", text(order));
    seller.post(&path, json!({ "transition": "accept" }), 200).await?;
    let shipment = json!({ "carrier": "Post", "tracking": "RR 1234 5678 9" });
    seller.post(&path, json!({ "transition": "ship", "shipment": shipment }), 200).await?;
    (stage.tell)("Sue accepted and shipped.");
    buyer.post(&path, json!({ "transition": "deliver" }), 200).await?;
    buyer.post(&path, json!({ "transition": "complete" }), 200).await?;
    (stage.tell)("Bob has it; the order is complete and Sue's share is hers.");
    Ok(())
}

async fn pay_out(admin: &Actor<'_>, seller: &Actor<'_>, shop: &Value, stage: &Stage<'_>) -> Result<(), String> {
    let balance = format!("/v1/sellers/{}/balance", text(shop));
    let owed = seller.get(&balance).await?["owed"].clone();
    admin.post("/v1/payout-runs", json!({}), 202).await?;
    let path = format!("/v1/sellers/{}/payouts", text(shop));
    until("the payout arrived", || async {
        let payouts = seller.get(&path).await?;
        Ok(payouts.pointer("/data/0/status").filter(|status| *status == "paid").cloned())
    })
    .await?;
    let left = seller.get(&balance).await?["owed"]["amount"].clone();
    if left != 0 {
        return Err(format!("after the payout Sue is still owed {left}"));
    }
    (stage.tell)(&format!("Sue was paid {}.", money(&owed)));
    Ok(())
}

/// Verifies a buyer's address with the code in the e-mail, where e-mails can be read.
async fn verify(buyer: &Actor<'_>, address: &str, stage: &Stage<'_>) -> Result<(), String> {
    if buyer.get("/_local/mail").await.is_err() {
        return Ok(());
    }
    let code = until("the e-mail with the code is sent", || async {
        let mails = buyer.get("/_local/mail").await?.as_array().cloned().unwrap_or_default();
        let subject = mails.iter().find(|mail| text(&mail["to"][0]) == address).map(|mail| text(&mail["subject"]));
        Ok(subject.and_then(|subject| subject.split(' ').next().map(|code| json!(code))))
    })
    .await?;
    let confirmed = buyer.post("/v1/email-verifications/confirm", json!({ "code": code }), 200).await?;
    if confirmed["email_verified"] != true {
        return Err(format!("the address is not verified: {confirmed}"));
    }
    (stage.tell)("Bob registered, and verified his address with the code that was sent to it.");
    Ok(())
}

/// Shows the e-mails that were sent. Functions that run under `cargo lambda watch` send theirs to the local cloud beside them.
async fn show_mails(admin: &Actor<'_>, stage: &Stage<'_>) -> Result<(), String> {
    if admin.get("/_local/mail").await.is_err() {
        (stage.tell)("\nThe e-mails are on the status page of the local cloud.");
        return Ok(());
    }
    let domain = format!("@{}.example.com", stage.slug);
    let expected = [("ada", 1), ("sue", 15), ("bob", 12), ("gus", 3)];
    let mails = until("the e-mails are sent", || async {
        let mails = admin.get("/_local/mail").await?.as_array().cloned().unwrap_or_default();
        let mails: Vec<_> = mails.into_iter().filter(|m| text(&m["to"][0]).ends_with(&domain)).collect();
        let to = |name: &str| mails.iter().filter(|m| text(&m["to"][0]) == format!("{name}{domain}")).count();
        Ok(expected.iter().all(|(name, least)| to(name) >= *least).then_some(mails.clone()))
    })
    .await?;
    (stage.tell)("\nE-mails:");
    for mail in &mails {
        (stage.tell)(&format!("  {:<32} {}", text(&mail["to"][0]), text(&mail["subject"])));
    }
    Ok(())
}

async fn close_the_books(admin: &Actor<'_>, buyer: &Actor<'_>, order: &Value, stage: &Stage<'_>) -> Result<(), String> {
    show_mails(admin, stage).await?;
    (stage.tell)("\nThe order's timeline:");
    let order = buyer.get(&format!("/v1/orders/{}", text(order))).await?;
    for entry in order["timeline"].as_array().into_iter().flatten() {
        (stage.tell)(&format!("  {}  {:<16} {}", text(&entry["at"]), text(&entry["status"]), text(&entry["note"])));
    }
    // The order was completed and paid out, and then refunded in full.
    if order["status"] != "refunded" {
        return Err(format!("the order is {} instead of refunded", order["status"]));
    }

    let trial = admin.get("/v1/trial-balance").await?;
    (stage.tell)("\nTrial balance (debit positive):");
    for account in trial["accounts"].as_array().into_iter().flatten() {
        (stage.tell)(&format!("  {:<20} {:>14}", text(&account["account"]), money(&account["balance"])));
    }
    (stage.tell)(&format!("  {:<20} {:>14}", "sum", money(&trial["sum"])));
    if trial["sum"]["amount"] != 0 {
        return Err(format!("the ledger does not sum to zero: {}", trial["sum"]));
    }
    Ok(())
}

async fn until_status(buyer: &Actor<'_>, order: &Value, status: &str) -> Result<(), String> {
    let path = format!("/v1/orders/{}", text(order));
    until(status, || async {
        let order = buyer.get(&path).await?;
        Ok((order["status"] == status).then_some(()))
    })
    .await
}

/// Tries again until `check` returns a value, for at most a minute.
async fn until<T, F: Future<Output = Result<Option<T>, String>>>(
    what: &str,
    mut check: impl FnMut() -> F,
) -> Result<T, String> {
    for _ in 0..600 {
        if let Some(found) = check().await? {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(format!("waited a minute in vain: {what}"))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An amount in the form that people write. In the API, money is in minor units.
fn money(value: &Value) -> String {
    serde_json::from_value::<tradewind_kernel::Money>(value.clone())
        .map_or_else(|_| value.to_string(), |money| money.to_string())
}
