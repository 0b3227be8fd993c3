//! The headers of answers: what is sent, and how the OpenAPI document describes them.

use crate::{Endpoint, Method};
use http::StatusCode;

/// The headers of every answer. Browsers then use only HTTPS for two years, and never guess the type of a body.
pub const ALWAYS: [(&str, &str); 2] =
    [("strict-transport-security", "max-age=63072000"), ("x-content-type-options", "nosniff")];

/// The description of a header in the OpenAPI document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The header's name.
    pub name: &'static str,
    /// What its value says, for people.
    pub description: &'static str,
    /// Whether every such answer has it.
    pub always: bool,
}

const fn always(name: &'static str, description: &'static str) -> Header {
    Header { name, description, always: true }
}

const fn sometimes(name: &'static str, description: &'static str) -> Header {
    Header { name, description, always: false }
}

impl Endpoint {
    /// Who may cache an answer, and by which request header it differs. Only a public answer that succeeded may be cached at all.
    pub fn caching(&self, status: StatusCode) -> [(&'static str, String); 2] {
        let good = status.is_success() || status == StatusCode::NOT_MODIFIED;
        match self.fresh_for.filter(|_| good) {
            Some(seconds) => {
                [("cache-control", format!("public, max-age={seconds}")), ("vary", "X-Marketplace".to_owned())]
            }
            None => [("cache-control", "no-store".to_owned()), ("vary", "Authorization, X-Marketplace".to_owned())],
        }
    }

    /// The headers of an answer that reports success.
    pub fn success_headers(&self) -> Vec<Header> {
        let read = self.method == Method::Get;
        let mut headers = common();
        if self.success == 201 {
            headers.push(always("Location", "The path of what was made."));
        }
        if read {
            headers.push(always(
                "ETag",
                "What this answer is known by, for `If-None-Match`; its version too, for `If-Match`.",
            ));
        } else if self.edits {
            headers.push(always("ETag", "The version that there is now, for `If-Match`."));
        }
        if self.takes_key() {
            let description = "`true` if this is the answer to an earlier request with the same key.";
            headers.push(sometimes("Idempotent-Replayed", description));
        }
        headers
    }

    /// The headers of an answer that refuses with this status.
    pub fn problem_headers(&self, status: StatusCode) -> Vec<Header> {
        let mut headers = common();
        if status == StatusCode::UNAUTHORIZED {
            headers.push(always("WWW-Authenticate", "How to say who you are (RFC 6750)."));
        }
        if matches!(status, StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.push(sometimes("Retry-After", "After how many seconds to try again, if that may help."));
        }
        headers
    }
}

fn common() -> Vec<Header> {
    vec![
        always("X-Request-Id", "Under which the request is found in the logs."),
        always("Cache-Control", "Who may keep this answer, and for how long."),
        always("Vary", "By which headers of the request it differs."),
        always("Strict-Transport-Security", "Only HTTPS leads here."),
        always("X-Content-Type-Options", "`nosniff`: the body is what its type says."),
    ]
}

/// Tells a client that was refused with 401 how to authenticate (RFC 6750).
pub fn challenge(code: &str) -> String {
    let realm = r#"Bearer realm="tradewind""#;
    match code {
        "token_invalid" | "token_expired" | "other_marketplace" => format!(r#"{realm}, error="invalid_token""#),
        _ => realm.to_owned(),
    }
}
