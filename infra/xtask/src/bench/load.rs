//! The operations, and clients that repeat them for a bounded time.

use super::{
    instructions::Instructions,
    server::{OPERATOR_KEY, Server},
};
use crate::run::Result;
use bytes::Bytes;
use futures::future::{join_all, try_join_all};
use hyper::Method;
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use tradewind_local::client::Http;

const PASSWORD: &str = "correct horse battery";

/// An operation that is measured.
#[derive(Debug, Clone, Copy)]
pub enum Operation {
    Read,
    Browse,
    Register,
    LogIn,
    CheckOut,
}

/// All operations that are measured.
pub const OPERATIONS: &[Operation] =
    &[Operation::Read, Operation::Browse, Operation::Register, Operation::LogIn, Operation::CheckOut];

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "listing read",
            Self::Browse => "browse 20",
            Self::Register => "register",
            Self::LogIn => "log in",
            Self::CheckOut => "checkout",
        }
    }
}

/// The results of a measurement.
pub struct Figures {
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    pub per_cpu_second: f64,
    pub read_units: f64,
    pub write_units: f64,
    /// The instructions of one operation, if they are counted.
    pub instructions: Option<f64>,
}

/// A marketplace with a catalogue and buyers.
pub struct Market {
    http: Http,
    url: String,
    listings: Vec<(String, String)>,
    buyers: Vec<(String, String)>,
    number: AtomicUsize,
}

impl Market {
    pub async fn prepare(server: &Server, products: usize, buyers: usize) -> Result<Self> {
        let mut market = Self {
            http: Http::default(),
            url: server.url.clone(),
            listings: vec![],
            buyers: vec![],
            number: AtomicUsize::new(0),
        };
        let owner = json!({ "email": "ada@bench.example.com", "password": PASSWORD, "name": "Ada" });
        let open =
            json!({ "slug": "bench", "name": "Bench", "currency": "EUR", "fee_basis_points": 1000, "owner": owner });
        market.post("/v1/marketplaces", OPERATOR_KEY, None, &open).await?;
        let sue = market.register("sue@bench.example.com").await?;
        market.post("/v1/sellers", &text(&sue["access_token"]), None, &json!({ "name": "Sue's" })).await?;
        let refresh = json!({ "refresh_token": sue["refresh_token"] });
        let seller = text(&market.post("/v1/sessions/refresh", "", None, &refresh).await?["access_token"]);
        for chunk in (0..products).collect::<Vec<_>>().chunks(16) {
            market.listings.extend(try_join_all(chunk.iter().map(|n| market.publish(*n, &seller))).await?);
        }
        for n in 0..buyers {
            let email = format!("buyer{n}@bench.example.com");
            let token = text(&market.register(&email).await?["access_token"]);
            market.buyers.push((email, token));
        }
        Ok(market)
    }

    async fn publish(&self, n: usize, seller: &str) -> Result<(String, String)> {
        let body = json!({
            "title": format!("Product {n}"),
            "description_html": "<p>A thing of ordinary size, made well, described in a sentence or two, as such things are.</p>",
            "tags": ["outdoor", "steel"], "vendor": "North Works",
            "variants": [{ "price": { "amount": 1500, "currency": "EUR" }, "stock": 1_000_000 }],
        });
        let listing = self.post("/v1/listings", seller, None, &body).await?;
        let (id, variant) = (text(&listing["id"]), text(&listing["variants"][0]["id"]));
        self.post(&format!("/v1/listings/{id}/publish"), seller, None, &Value::Null).await?;
        Ok((id, variant))
    }

    async fn register(&self, email: &str) -> Result<Value> {
        self.post("/v1/users", "", None, &json!({ "email": email, "password": PASSWORD, "name": "Somebody" })).await
    }

    /// Repeats an operation with this many clients for this long. The number per second covers the time until all work that they left in
    /// queues is done; the duration of one is the time that its client waited.
    pub async fn load(
        &self,
        server: &Server,
        counted: &mut Option<Instructions>,
        (operation, clients): (Operation, usize),
        time: Duration,
    ) -> Result<Figures> {
        let instructions = counted.as_mut().map(Instructions::count).transpose()?;
        let (cpu, units, start) = (server.cpu_seconds()?, server.units().await?, Instant::now());
        let repeat = async |client: usize| -> Result<Vec<Duration>> {
            let mut took = vec![];
            while start.elapsed() < time {
                let begin = Instant::now();
                self.once(operation, client).await?;
                took.push(begin.elapsed());
            }
            Ok(took)
        };
        let all = join_all((0..clients).map(repeat)).await.into_iter().collect::<Result<Vec<_>>>()?;
        let mut took: Vec<_> = all.into_iter().flatten().collect();
        took.sort();
        self.quiet().await?;
        let elapsed = start.elapsed().as_secs_f64();
        let (cpu, after) = (server.cpu_seconds()? - cpu, server.units().await?);
        let count = took.len() as f64;
        let more = counted.as_mut().map(Instructions::count).transpose()?;
        let at = |share: f64| {
            let index = ((count * share) as usize).min(took.len().saturating_sub(1));
            took.get(index).map_or(0.0, |t| t.as_secs_f64() * 1_000.0)
        };
        Ok(Figures {
            per_second: count / elapsed,
            p50: at(0.50),
            p99: at(0.99),
            per_cpu_second: count / cpu.max(0.01),
            read_units: (after.0 - units.0) / count,
            write_units: (after.1 - units.1) / count,
            instructions: more.zip(instructions).map(|(after, before)| (after - before) / count),
        })
    }

    async fn once(&self, operation: Operation, client: usize) -> Result<()> {
        let n = self.number.fetch_add(1, Ordering::Relaxed);
        let listing = self.listings.get(n * 7 % self.listings.len()).ok_or("no listings")?;
        let (email, token) = self.buyers.get(client % self.buyers.len()).ok_or("no buyers")?;
        match operation {
            Operation::Read => self.get(&format!("/v1/listings/{}", listing.0), "").await.map(drop),
            Operation::Browse => self.get("/v1/listings?limit=20", "").await.map(drop),
            Operation::Register => self.register(&format!("new{n}@bench.example.com")).await.map(drop),
            Operation::LogIn => {
                let body = json!({ "email": email, "password": PASSWORD });
                self.post("/v1/sessions", "", None, &body).await.map(drop)
            }
            Operation::CheckOut => {
                let line = json!({ "listing": listing.0, "variant": listing.1, "quantity": 1 });
                self.call(Method::PUT, "/v1/cart", token, None, &json!({ "lines": [line] })).await?;
                let checkout = self.post("/v1/checkouts", token, Some(&format!("bench{n}")), &json!({})).await?;
                let path = format!("/v1/payments/{}/confirm", text(&checkout["payment"]["id"]));
                self.post(&path, token, None, &json!({ "card": "4242424242424242" })).await.map(drop)
            }
        }
    }

    /// Waits until every queue is empty: the work that an operation leaves behind counts as a part of it.
    async fn quiet(&self) -> Result<()> {
        for _ in 0..1_200 {
            let queues = self.get("/_local/queues", "").await?;
            let busy = queues
                .as_array()
                .into_iter()
                .flatten()
                .any(|q| ["visible", "in_flight", "delayed"].iter().any(|n| q[*n].as_u64().unwrap_or(0) > 0));
            if !busy {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the queues did not become empty within a minute".into())
    }

    async fn get(&self, path: &str, token: &str) -> Result<Value> {
        self.call(Method::GET, path, token, None, &Value::Null).await
    }

    async fn post(&self, path: &str, token: &str, key: Option<&str>, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, token, key, body).await
    }

    async fn call(&self, method: Method, path: &str, token: &str, key: Option<&str>, body: &Value) -> Result<Value> {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("x-marketplace", "bench"), ("content-type", "application/json")];
        if !token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        if let Some(key) = key {
            headers.push(("idempotency-key", key));
        }
        let bytes = if body.is_null() { Bytes::new() } else { body.to_string().into() };
        let answer = self.http.send(method, &format!("{}{path}", self.url), &headers, bytes).await?;
        if answer.status >= 300 {
            return Err(format!("{path} answered {}: {}", answer.status, answer.text()));
        }
        Ok(answer.json())
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
