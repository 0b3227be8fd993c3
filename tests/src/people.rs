//! A marketplace and the people in it.

use crate::{Client, World};
use serde_json::{Value, json};

/// A marketplace, with its administrator.
pub struct Market {
    /// The marketplace's slug.
    pub slug: String,
    /// The administrator of the marketplace.
    pub admin: Person,
    anybody: Client,
}

/// A user who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user's client, which sends the marketplace and the access token with each request.
    pub client: Client,
    /// The account's id.
    pub id: String,
    /// The e-mail address.
    pub email: String,
    /// The most recent refresh token.
    pub refresh_token: String,
    /// The id of the user's shop; empty without one.
    pub seller: String,
}

/// The password of all users.
pub const PASSWORD: &str = "correct horse battery";

impl Market {
    /// Opens a marketplace and logs its administrator in.
    pub async fn open(world: &World, slug: &str, currency: &str, fee_basis_points: u16) -> Self {
        Self::open_in(world, slug, &[currency], fee_basis_points).await
    }

    /// Opens a marketplace that sells in several currencies, of which the first is its main one.
    pub async fn open_in(world: &World, slug: &str, currencies: &[&str], fee_basis_points: u16) -> Self {
        let email = format!("admin@{slug}.example.com");
        let body = json!({
            "slug": slug, "name": format!("The {slug} market"), "fee_basis_points": fee_basis_points,
            "currency": currencies[0], "currencies": currencies[1..],
            "owner": { "email": email, "password": PASSWORD, "name": "Ada Admin" },
        });
        world.operator().post("/v1/marketplaces", body).await.expect(201);
        let anybody = world.anybody().at(slug);
        let admin = Person::log_in(&anybody, &email).await;
        Self { slug: slug.to_owned(), admin, anybody }
    }

    /// A client of this marketplace without a token.
    pub fn anybody(&self) -> Client {
        self.anybody.clone()
    }

    /// Registers a user.
    pub async fn buyer(&self, name: &str) -> Person {
        let email = format!("{name}@{}.example.com", self.slug);
        let body = json!({ "email": email, "password": PASSWORD, "name": name });
        let answer = self.anybody.post("/v1/users", body).await.expect(201);
        Person::from_tokens(&self.anybody, &email, &answer.json)
    }

    /// Registers a user who verifies the address with the code in the e-mail.
    pub async fn verified(&self, world: &World, name: &str) -> Person {
        let person = self.buyer(name).await;
        world.settle().await;
        let subject = world.letters_to(&person.email).await.pop().expect("an e-mail with a code").subject;
        let code = subject.split(' ').next().unwrap();
        person.client.post("/v1/email-verifications/confirm", json!({ "code": code })).await.expect(200);
        person
    }

    /// Registers a user who opens a shop.
    pub async fn seller(&self, name: &str) -> Person {
        let person = self.buyer(name).await;
        let shop = person.client.post("/v1/sellers", json!({ "name": format!("{name}'s shop") })).await.expect(201);
        let refreshed =
            self.anybody.post("/v1/sessions/refresh", json!({ "refresh_token": person.refresh_token })).await;
        let mut person = Person::from_tokens(&self.anybody, &person.email, &refreshed.expect(201).json);
        person.seller = shop.json["id"].as_str().unwrap().to_owned();
        person
    }
}

impl Person {
    /// The user's access token.
    pub fn token(&self) -> String {
        self.client.sent("authorization").trim_start_matches("Bearer ").to_owned()
    }

    /// Logs a user in.
    pub async fn log_in(anybody: &Client, email: &str) -> Self {
        let answer = anybody.post("/v1/sessions", json!({ "email": email, "password": PASSWORD })).await.expect(201);
        Self::from_tokens(anybody, email, &answer.json)
    }

    /// The same user with a new session, for use some days later for example.
    pub async fn again(&self, market: &Market) -> Self {
        Self { seller: self.seller.clone(), ..Self::log_in(&market.anybody, &self.email).await }
    }

    /// A user with the tokens from an answer.
    pub fn from_tokens(anybody: &Client, email: &str, tokens: &Value) -> Self {
        Self {
            client: anybody.clone().bearer(tokens["access_token"].as_str().unwrap()),
            id: tokens["user"]["id"].as_str().unwrap().to_owned(),
            email: email.to_owned(),
            refresh_token: tokens["refresh_token"].as_str().unwrap().to_owned(),
            seller: String::new(),
        }
    }

    /// Publishes a listing with one variant; returns the listing.
    pub async fn sell(&self, title: &str, cents: i64, stock: u32) -> Value {
        self.sell_for(title, json!({ "amount": cents, "currency": "EUR" }), stock).await
    }

    /// Publishes a listing with one variant at a price in any currency; returns the listing.
    pub async fn sell_for(&self, title: &str, price: Value, stock: u32) -> Value {
        let body = json!({ "title": title, "variants": [{ "price": price, "stock": stock }] });
        let listing = self.client.post("/v1/listings", body).await.expect(201).json;
        let path = format!("/v1/listings/{}/publish", listing["id"].as_str().unwrap());
        self.client.post(&path, Value::Null).await.expect(200).json
    }

    /// Sets the stock of a listing's first variant, spread over this many buckets.
    pub async fn split(&self, listing: &Value, available: u32, buckets: u8) {
        let (id, variant) = (listing["id"].as_str().unwrap(), listing["variants"][0]["id"].as_str().unwrap());
        let path = format!("/v1/listings/{id}/variants/{variant}/stock");
        self.client.put(&path, json!({ "available": available, "buckets": buckets })).await.expect(200);
    }

    /// Puts the first variant of a listing in the cart.
    pub async fn fill_cart(&self, listing: &Value, quantity: u32) {
        let line = json!({ "listing": listing["id"], "variant": listing["variants"][0]["id"], "quantity": quantity });
        self.client.put("/v1/cart", json!({ "lines": [line] })).await.expect(200);
    }

    /// Buys what is in the cart, without paying; returns the checkout.
    pub async fn check_out(&self, key: &str) -> Value {
        self.client.clone().key(key).post("/v1/checkouts", json!({})).await.expect(201).json
    }

    /// Pays a checkout with the card that succeeds.
    pub async fn pay(&self, checkout: &Value) {
        let path = format!("/v1/payments/{}/confirm", checkout["payment"]["id"].as_str().unwrap());
        self.client.post(&path, json!({ "card": "4242424242424242" })).await.expect(202);
    }
}
