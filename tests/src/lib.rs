//! Shared parts of the tests: a local cloud for each test, people who use it over HTTP, and ways to wait for results.
//!
//! Nothing here depends on the internals of the product: tests send requests and check answers, and read what was stored, queued and sent
//! through the API and `/_local`. With `TRADEWIND_TEST_LAMBDAS` set to a folder of function binaries the same tests run against separate
//! processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod client;
mod document;
mod people;
pub mod proof;
pub mod stripe;

pub use client::{Answer, Client, Exchange, Log};
pub use people::{Market, PASSWORD, Person};

use serde_json::Value;
use std::{
    future::Future,
    path::PathBuf,
    time::{Duration, SystemTime},
};
use tradewind_lambda::{App, Clock, Credentials, Grant, Settings, Telemetry, Totals};
use tradewind_local::{Local, Options};

/// The operator's key in every test.
pub const OPERATOR_KEY: &str = "op_test";

/// A local cloud without a data folder, for one test.
pub struct World {
    /// The running local cloud.
    pub local: Local,
    http: Client,
}

/// An e-mail that was sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The sender of the e-mail.
    pub from: String,
    /// The subject of the e-mail.
    pub subject: String,
    /// The contents as plain text.
    pub text: String,
    /// The contents as HTML.
    pub html: String,
}

/// Many tests ask for what happened on a day. A test that began in the last minute of a day (UTC) would see two days, so it waits for the
/// next one.
async fn past_midnight() {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let left = 86_400 - since.as_secs() % 86_400;
    if left <= 60 {
        tokio::time::sleep(Duration::from_secs(left)).await;
    }
}

impl World {
    /// Starts a local cloud.
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// Starts a local cloud with other options. A failed message is delivered again after a second, so that no test waits for half a
    /// minute.
    pub async fn with(options: Options) -> Self {
        Self::exactly(Options { hidden: Duration::from_secs(1), ..options }).await
    }

    /// Starts a local cloud with exactly these options.
    pub async fn exactly(options: Options) -> Self {
        past_midnight().await;
        let lambdas = std::env::var("TRADEWIND_TEST_LAMBDAS").ok().map(PathBuf::from);
        let options = Options {
            operator_key: Some(OPERATOR_KEY.into()),
            lambdas: options.lambdas.clone().or(lambdas),
            ..options
        };
        let local = Local::start(options).await.unwrap_or_else(|e| panic!("{e}"));
        let http = Client::new(&local.url);
        Self { local, http }
    }

    /// Records all requests and answers from now on, of every client that is created after this.
    pub fn log(&mut self) -> Log {
        let log = Log::default();
        self.http = self.http.clone().logging(&log);
        log
    }

    /// Whether the functions run as processes, whose totals cannot be read.
    pub fn lambdas() -> bool {
        std::env::var("TRADEWIND_TEST_LAMBDAS").is_ok()
    }

    /// Waits until every process uses the current settings of a marketplace: a process may use settings that are five seconds old, except
    /// those that it changed itself.
    pub async fn settings_known() {
        if Self::lambdas() {
            tokio::time::sleep(Duration::from_millis(5_100)).await;
        }
    }

    /// A client without a marketplace or a token.
    pub fn anybody(&self) -> Client {
        self.http.clone()
    }

    /// A client with the operator's key.
    pub fn operator(&self) -> Client {
        self.http.clone().bearer(OPERATOR_KEY)
    }

    /// Opens a marketplace with a fee of ten per cent, in EUR. Its administrator is logged in.
    pub async fn market(&self, slug: &str) -> Market {
        Market::open(self, slug, "EUR", 1_000).await
    }

    /// Runs a scheduled job now, and returns how many things it did.
    pub async fn run(&self, function: &str) -> u64 {
        let answer = self.http.post(&format!("/_local/run/{function}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{function}: {}", answer.text);
        answer.json["did"].as_u64().unwrap()
    }

    /// Moves the clock forward.
    pub async fn advance(&self, by: Duration) {
        self.local.advance(by);
    }

    /// The e-mails that were sent to an address, oldest first.
    pub async fn letters_to(&self, address: &str) -> Vec<Letter> {
        let mails = self.http.get("/_local/mail").await.json;
        let to = |mail: &Value| mail["to"].as_array().unwrap().iter().any(|to| to == address);
        let letter = |mail: &Value| {
            let text = |name: &str| mail[name].as_str().unwrap().to_owned();
            Letter { from: text("from"), subject: text("subject"), text: text("text"), html: text("html") }
        };
        mails.as_array().unwrap().iter().filter(|mail| to(mail)).map(letter).collect()
    }

    /// The e-mails that were sent to an address: subjects and texts, oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<(String, String)> {
        self.letters_to(address).await.into_iter().map(|letter| (letter.subject, letter.text)).collect()
    }

    /// The messages that ended in dead-letter queues.
    pub async fn dead_letters(&self) -> Vec<Value> {
        self.http.get("/_local/dead-letters").await.json.as_array().unwrap().clone()
    }

    /// The `App` of a function in this deployment with these grants. `stripe_url` is the address of Stripe, if the function uses it.
    pub async fn app(&self, stripe_url: Option<String>, grants: &'static [Grant]) -> App {
        let settings = Settings {
            table_main: "tradewind-main".into(),
            table_ephemeral: "tradewind-ephemeral".into(),
            parameters: "/tradewind/local".into(),
            region: "us-east-1".into(),
            api_url: self.local.url.clone(),
            stripe_url,
            endpoints: self.local.endpoints.clone(),
            credentials: Some(Credentials::new("test", "test", None, None, "test")),
            ..Settings::default()
        };
        let telemetry = Telemetry::Local(Totals::default());
        App::connect(settings, Clock::default(), telemetry, grants).await.unwrap().granted(grants)
    }

    /// The contents of a table, as the text of DynamoDB's answer to a scan.
    pub async fn stored(&self, table: &str) -> String {
        let found = self.dynamodb("Scan", serde_json::json!({ "TableName": format!("tradewind-{table}") })).await;
        assert!(found["LastEvaluatedKey"].is_null(), "more than one page");
        found.to_string()
    }

    /// Every item of a table, as it is stored.
    pub async fn items(&self, table: &str) -> Vec<Value> {
        let mut scan = serde_json::json!({ "TableName": format!("tradewind-{table}") });
        let mut all = vec![];
        loop {
            let page = self.dynamodb("Scan", scan.clone()).await;
            all.extend(page["Items"].as_array().unwrap().iter().cloned());
            if page["LastEvaluatedKey"].is_null() {
                return all;
            }
            scan["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
        }
    }

    /// Calls DynamoDB directly, without the product's knowledge.
    pub async fn dynamodb(&self, operation: &str, body: Value) -> Value {
        // The embedded database requires a signature, but does not check it.
        let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request";
        let authorization = format!("{scope}, SignedHeaders=host;x-amz-date, Signature=0");
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", target.as_str()),
            ("x-amz-date", "20260101T000000Z"),
            ("authorization", authorization.as_str()),
        ];
        let url = format!("{}/", self.local.endpoints.dynamodb.clone().unwrap());
        self.http.send_raw(hyper::Method::POST, &url, &headers, body.to_string().into()).await.expect(200).json
    }

    /// Waits until every queue and the table's stream are empty: then everything has taken effect.
    pub async fn settle(&self) {
        // The stream and the queues are not read at the same moment: they must be empty for a while to mean that all is done.
        const QUIET: u32 = 4;
        let mut quiet = 0;
        for _ in 0..1_200 {
            let queues = self.http.get("/_local/queues").await.expect(200).json;
            let busy = queues.as_array().unwrap().iter().any(|q| {
                let waits = ["visible", "in_flight", "delayed"].iter().any(|n| q[*n].as_u64().unwrap() > 0);
                waits && !q["name"].as_str().unwrap().ends_with("-dead")
            });
            quiet = if busy { 0 } else { quiet + 1 };
            if quiet >= QUIET {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the queues did not become empty within a minute");
    }

    /// Stops the local cloud.
    pub async fn stop(self) {
        self.local.stop().await.unwrap();
    }
}

/// Tries again until `check` returns a value, for at most 20 seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..400 {
        if let Some(found) = check().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not within 20 seconds: {what}");
}
