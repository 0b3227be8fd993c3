//! An HTTP client that behaves as the product's clients do.

use crate::document;
use bytes::Bytes;
use hyper::{HeaderMap, Method};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use tradewind_local::client::Http;

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; `null` if it is none.
    pub json: Value,
}

impl Answer {
    /// The text of a header; empty if it is missing.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The version in the entity tag; empty if there is none.
    pub fn version(&self) -> String {
        let etag = self.header("etag");
        etag.trim_matches('"').split_once('-').map(|(version, _)| version.to_owned()).unwrap_or_default()
    }

    /// The code of a problem; empty if the answer is not a problem.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// Returns the answer; fails unless it has this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Returns the answer; fails unless it is this problem.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        self
    }

    /// Returns the answer; fails unless it refuses this field.
    #[track_caller]
    pub fn expect_invalid(self, field: &str) -> Self {
        let named = self.json["errors"].as_array().is_some_and(|errors| errors.iter().any(|e| e["field"] == field));
        assert!(self.status == 422 && named, "{field} is not named: {} {}", self.status, self.text);
        self
    }
}

/// The requests and answers so far, in order.
pub type Log = Arc<Mutex<Vec<Exchange>>>;

/// A request to an operation of the API document, and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The name of the operation.
    pub function: String,
    /// The path with its query.
    pub path: String,
    /// The body of the request; `null` if it had none.
    pub body: Value,
    /// The answer.
    pub answer: Answer,
}

/// A client, with headers that it sends with every request.
#[derive(Debug, Clone)]
pub struct Client {
    http: Http,
    base: String,
    headers: Vec<(String, String)>,
    token: Option<Token>,
    log: Option<Log>,
}

/// Makes the access token of a request, when it is sent.
#[derive(Clone)]
struct Token(Arc<dyn Fn() -> String + Send + Sync>);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Client {
    /// A client of the gateway at `base`.
    pub fn new(base: &str) -> Self {
        Self { http: Http::default(), base: base.to_owned(), headers: vec![], token: None, log: None }
    }

    /// The client, which records requests and answers in `log`.
    pub fn logging(self, log: &Log) -> Self {
        Self { log: Some(log.clone()), ..self }
    }

    /// The client, with one more header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a header that it always sends; empty if it does not send it.
    pub fn sent(&self, name: &str) -> &str {
        self.headers.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// The client, with an access token or an operator's key.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// The client, with an access token that is made anew for each request.
    pub fn bearing(self, token: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self { token: Some(Token(Arc::new(token))), ..self }
    }

    /// The client, for the marketplace with this slug.
    pub fn at(self, slug: &str) -> Self {
        self.header("x-marketplace", slug)
    }

    /// The client, with an idempotency key.
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// The client, with an `If-Match` header.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// Sends a `GET` request.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends a `POST` request; with `null` it has no body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Sends a `PUT` request.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends a `PATCH` request.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Sends a `DELETE` request.
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
        let token = self.token.as_ref().map(|token| format!("Bearer {}", (token.0)()));
        let token = token.as_deref().map(|token| ("authorization", token));
        let headers: Vec<_> = headers.iter().copied().chain(own).chain(token).collect();
        let answer = self.http.send(method.clone(), &url, &headers, body.clone()).await.map(Answer::from)?;
        let Some(path) = url.strip_prefix(&self.base) else { return Ok(answer) };
        if let (Some(function), Some(log)) = (document::check(&method, path, &answer), &self.log) {
            let body = serde_json::from_slice(&body).unwrap_or_default();
            log.lock().unwrap().push(Exchange { function, path: path.to_owned(), body, answer: answer.clone() });
        }
        Ok(answer)
    }

    /// Sends a file with the form that the answer to an upload contained.
    pub async fn upload(&self, form: &Value, file: &[u8]) -> Answer {
        self.http.upload(form, file).await.map(Answer::from).unwrap_or_else(|e| panic!("{e}"))
    }
}

impl From<tradewind_local::client::Answer> for Answer {
    fn from(answer: tradewind_local::client::Answer) -> Self {
        Self { status: answer.status, text: answer.text(), json: answer.json(), headers: answer.headers }
    }
}
