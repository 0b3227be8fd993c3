//! A small HTTP client for the demo, the benchmark and the tests: it only connects to this machine.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::fmt::Write;

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, read completely.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; `null` if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// An HTTP client with a pool of connections. It is cheap to clone.
#[derive(Debug, Clone)]
pub struct Http(legacy::Client<HttpConnector, Full<Bytes>>);

impl Default for Http {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(legacy::Client::builder(TokioExecutor::new()).build(connector))
    }
}

impl Http {
    /// Sends a request and reads the whole answer.
    pub async fn send<N: AsRef<str>>(
        &self,
        method: Method,
        url: &str,
        headers: &[(N, N)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(name.as_ref(), value.as_ref());
        }
        let request = request.body(Full::new(body)).map_err(|e| e.to_string())?;
        let response = self.0.request(request).await.map_err(|e| format!("{url}: {e}"))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|e| e.to_string())?.to_bytes();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// Sends a file with the form that the answer to an upload contained: the form's fields, then the file (RFC 7578).
    pub async fn upload(&self, form: &Value, file: &[u8]) -> Result<Answer, String> {
        const BOUNDARY: &str = "tradewind-form-boundary";
        let mut head = String::new();
        for (name, value) in form.get("fields").and_then(Value::as_object).ok_or("the form has no fields")? {
            let value = value.as_str().unwrap_or_default();
            write!(head, "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .map_err(|e| e.to_string())?;
        }
        let disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"file\"";
        write!(head, "--{BOUNDARY}\r\n{disposition}\r\n\r\n").map_err(|e| e.to_string())?;
        let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let url = form.get("url").and_then(Value::as_str).ok_or("the form has no url")?;
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(Method::POST, url, &[("content-type", kind.as_str())], body.into()).await
    }
}
