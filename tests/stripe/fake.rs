//! Access to localstripe, as the buyer's browser and Stripe's dashboard have it.

use hyper::Method;
use serde_json::Value;
use tradewind_tests::{Client, World};

/// A running localstripe.
pub struct Fake {
    client: Client,
    url: String,
}

impl Fake {
    pub fn new(url: &str, world: &World) -> Self {
        Self { client: world.anybody().bearer(super::SECRET_KEY), url: url.to_owned() }
    }

    /// Makes it report its events to a webhook.
    pub async fn report_to(&self, name: &str, url: &str, secret: &str) {
        let body = serde_json::json!({ "url": url, "secret": secret }).to_string();
        let headers = [("content-type", "application/json")];
        let path = format!("{}/_config/webhooks/{name}", self.url);
        self.client.send_raw(Method::POST, &path, &headers, body.into()).await.expect(200);
    }

    pub async fn get(&self, path: &str) -> Value {
        let path = format!("{}{path}", self.url);
        self.client.send_raw(Method::GET, &path, &[], "".into()).await.expect(200).json
    }

    async fn post(&self, path: &str, form: &str) -> tradewind_tests::Answer {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.client.send_raw(Method::POST, &format!("{}{path}", self.url), &headers, form.to_owned().into()).await
    }

    /// Pays an intent with a card, as Stripe's form in the browser does.
    pub async fn pay(&self, intent: &str, card: &str) {
        let form = format!("type=card&card[number]={card}&card[exp_month]=12&card[exp_year]=2030&card[cvc]=123");
        let method = self.post("/v1/payment_methods", &form).await.expect(200).json;
        let method = method["id"].as_str().unwrap();
        self.post(&format!("/v1/payment_intents/{intent}"), &format!("payment_method={method}")).await.expect(200);
        // For a declined card the answer is 402.
        self.post(&format!("/v1/payment_intents/{intent}/confirm"), "").await;
    }

    /// Authenticates a payment with the bank, as the buyer does.
    pub async fn authenticate(&self, intent: &str, client_secret: &str) {
        let form = format!("client_secret={client_secret}&success=true&key=pk_test_localstripe");
        self.post(&format!("/v1/payment_intents/{intent}/_authenticate"), &form).await.expect(200);
    }
}
