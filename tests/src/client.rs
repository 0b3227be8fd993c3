//! An HTTP client that speaks as the product's clients do.

use crate::document;
use bytes::Bytes;
use hyper::{HeaderMap, Method};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tradewind_local::client::Http;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; `null` if it is none.
    pub json: Value,
}

impl Answer {
    /// A header's text; empty if it is not there.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The version that the entity tag says; empty without one.
    pub fn version(&self) -> String {
        let etag = self.header("etag");
        etag.trim_matches('"').split_once('-').map(|(version, _)| version.to_owned()).unwrap_or_default()
    }

    /// The code of a problem; empty if it is none.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The answer, which must be this problem.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        self
    }

    /// The answer, which must refuse this field.
    #[track_caller]
    pub fn expect_invalid(self, field: &str) -> Self {
        let named = self.json["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| e["field"] == field));
        assert!(self.status == 422 && named, "{field} is not named: {} {}", self.status, self.text);
        self
    }
}

/// What was said, in order: the function that was called, what was sent and what was answered.
pub type Log = Arc<Mutex<Vec<Exchange>>>;

/// A request that an operation of the document was for, and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The operation's name.
    pub function: String,
    /// The path with its query.
    pub path: String,
    /// The body; `null` without one.
    pub body: Value,
    /// The answer.
    pub answer: Answer,
}

/// A client with headers that it always sends.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
    base: String,
    headers: Vec<(String, String)>,
    log: Option<Log>,
}

impl Client {
    /// A client of the gateway at `base`.
    pub fn new(base: &str) -> Self {
        Self { http: Http::default(), base: base.to_owned(), headers: vec![], log: None }
    }

    /// The client, which writes down what is said.
    pub fn logging(self, log: &Log) -> Self {
        Self { log: Some(log.clone()), ..self }
    }

    /// The client, with a further header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A header that it always sends; empty if it does not.
    pub fn sent(&self, name: &str) -> &str {
        self.headers.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The client, with an access token or an operator's key.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The client, for a marketplace.
    pub fn at(self, slug: &str) -> Self {
        self.header("x-marketplace", slug)
    }

    /// The client, with an idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// The client, for one version.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Posts; `null` posts nothing.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Puts.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Patches.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let body = body.filter(|b| !b.is_null()).map(|b| b.to_string()).unwrap_or_default();
        self.send_raw(method, path, &[("content-type", "application/json")], body.into()).await
    }

    /// Sends any bytes. A path that begins with `http` is a whole URL.
    pub async fn send_raw(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// Sends any bytes, to a server that may be gone.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let headers: Vec<_> = headers.iter().copied().chain(own).collect();
        let answer = self.http.send(method.clone(), &url, &headers, body.clone()).await.map(Answer::from)?;
        let Some(path) = url.strip_prefix(&self.base) else { return Ok(answer) };
        if let (Some(function), Some(log)) = (document::check(&method, path, &answer), &self.log) {
            let body = serde_json::from_slice(&body).unwrap_or_default();
            log.lock().unwrap().push(Exchange { function, path: path.to_owned(), body, answer: answer.clone() });
        }
        Ok(answer)
    }

    /// Sends a file with the form that an upload was answered with.
    pub async fn upload(&self, form: &Value, file: &[u8]) -> Answer {
        self.http.upload(form, file).await.map(Answer::from).unwrap_or_else(|e| panic!("{e}"))
    }
}

impl From<tradewind_local::client::Answer> for Answer {
    fn from(answer: tradewind_local::client::Answer) -> Self {
        Self { status: answer.status, text: answer.text(), json: answer.json(), headers: answer.headers }
    }
}
