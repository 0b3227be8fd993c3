//! The answer of an endpoint.

use crate::{Csv, Endpoint, Method, Problem, etag::etag};
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_storage::StoredReply;

/// An answer with a body of type `T`.
#[derive(Debug, Clone)]
pub struct Reply<T> {
    /// The body: none for `()`, or a reply that was stored when the request first came.
    pub body: Body<T>,
    /// A status that differs from the endpoint's own.
    pub status: Option<u16>,
    /// Additional headers.
    pub headers: Vec<(String, String)>,
    /// The version of what can be edited, for the entity tag.
    pub version: Option<u64>,
}

/// Where the body of an answer comes from.
#[derive(Debug, Clone)]
pub enum Body<T> {
    /// It was made by this request.
    Fresh(T),
    /// It is not JSON, but a file or an HTML page.
    Text(String),
    /// It was stored when the same request first came.
    Stored(StoredReply),
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListView<T> {
    /// The items of this page.
    pub data: Vec<T>,
    /// Send it as `cursor` to get the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T: Serialize> Reply<T> {
    /// Makes an answer with this body.
    pub fn new(body: T) -> Self {
        Self { body: Body::Fresh(body), status: None, headers: vec![], version: None }
    }

    /// Makes an answer that is a CSV file with this name.
    pub fn csv(file: Csv, name: &str) -> Self {
        let headers = vec![
            ("content-type".to_owned(), "text/csv; charset=utf-8; header=present".to_owned()),
            ("content-disposition".to_owned(), format!("attachment; filename=\"{name}.csv\"")),
        ];
        Self { body: Body::Text(file.finish()), status: None, headers, version: None }
    }

    /// Makes an answer that is an HTML page for people. Scripts in it do not run.
    pub fn page(html: String) -> Self {
        let headers = vec![
            ("content-type".to_owned(), "text/html; charset=utf-8".to_owned()),
            ("content-security-policy".to_owned(), "default-src 'none'; style-src 'unsafe-inline'".to_owned()),
        ];
        Self { body: Body::Text(html), status: None, headers, version: None }
    }

    /// Sets the version that the answer's entity tag names.
    pub fn etag(self, version: u64) -> Self {
        Self { version: Some(version), ..self }
    }

    /// Sets the `Location` header to the path of what was created.
    pub fn location(self, path: String) -> Self {
        self.header("location", path)
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_owned(), value));
        self
    }

    /// Sets a status that differs from the endpoint's own.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Renders the answer as it is sent and stored. A body of `null` is sent as no body. Answers to `GET`, and answers about what can
    /// be edited, have an entity tag.
    pub fn render(&self, endpoint: &Endpoint) -> Result<StoredReply, Problem> {
        let body = match &self.body {
            Body::Stored(stored) => return Ok(stored.clone()),
            Body::Text(text) => text.clone(),
            Body::Fresh(body) => serde_json::to_string(body).map_err(Problem::internal)?,
        };
        let body = if body == "null" { String::new() } else { body };
        let mut headers = self.headers.clone();
        if self.version.is_some() || endpoint.method == Method::Get {
            headers.push(("etag".to_owned(), etag(self.version, &body)));
        }
        Ok(StoredReply { status: self.status.unwrap_or(endpoint.success), headers, body })
    }
}

impl<T> From<StoredReply> for Reply<T> {
    fn from(stored: StoredReply) -> Self {
        Self { body: Body::Stored(stored), status: None, headers: vec![], version: None }
    }
}
