//! A client that is written with care: it sends the same request, with the same key, until it gets a definite answer.

use crate::{Answer, Client};
use hyper::Method;
use serde_json::Value;
use std::time::Duration;

/// How often a client tries before it gives up.
const TRIES: u64 = 80;

/// The error that no definite answer came, or one that is not allowed.
#[derive(Debug, Clone)]
pub struct Unanswered(pub String);

/// Sends the steps of one run. Each attempt has its own trace, so that it meets the same faults each time the run is repeated.
#[derive(Debug, Clone)]
pub struct Sender {
    seed: u64,
    /// Whether functions crash, which a client sees as a `500` from the gateway itself.
    crashes: bool,
}

impl Sender {
    /// The sender of a run.
    pub fn new(seed: u64) -> Self {
        Self { seed, crashes: false }
    }

    /// The same sender, for a run in which functions crash.
    pub fn with_crashes(self) -> Self {
        Self { crashes: true, ..self }
    }

    /// Repeats a request until it gets a definite answer: neither a server error nor "try again".
    pub async fn insist(
        &self,
        step: u64,
        client: &Client,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, Unanswered> {
        let mut last = String::new();
        for attempt in 0..TRIES {
            let trace = format!("Root=1-{:08x}-{step:012x}{attempt:012x}", self.seed & 0xffff_ffff);
            let client = client.clone().header("x-amzn-trace-id", &trace);
            let all: Vec<_> = headers.iter().copied().chain([("content-type", "application/json")]).collect();
            match client.try_send(method.clone(), path, &all, body.to_owned().into()).await {
                Ok(answer) => match answer.status {
                    503 | 429 => last = answer.text,
                    409 if answer.code() == "contention" => last = answer.text,
                    500 if self.crashes && answer.code().is_empty() => last = answer.text,
                    500.. => return Err(Unanswered(format!("{method} {path}: {} {}", answer.status, answer.text))),
                    _ => return Ok(answer),
                },
                Err(cause) => last = cause,
            }
            tokio::time::sleep(Duration::from_millis(10 * (1 + attempt.min(20)))).await;
        }
        Err(Unanswered(format!("{method} {path} was never answered: {last}")))
    }

    /// Sends a `POST` request with a key.
    pub async fn post(
        &self,
        step: u64,
        client: &Client,
        key: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, Unanswered> {
        let headers = [("idempotency-key", key)];
        self.insist(step, client, Method::POST, path, &headers, &body.to_string()).await
    }

    /// Sends a `PUT` request.
    pub async fn put(&self, step: u64, client: &Client, path: &str, body: &Value) -> Result<Answer, Unanswered> {
        self.insist(step, client, Method::PUT, path, &[], &body.to_string()).await
    }

    /// Sends a `GET` request.
    pub async fn get(&self, step: u64, client: &Client, path: &str) -> Result<Answer, Unanswered> {
        self.insist(step, client, Method::GET, path, &[], "").await
    }
}
