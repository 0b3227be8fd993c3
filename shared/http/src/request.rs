//! The head of a request, which is read once for every endpoint.

use crate::{Endpoint, Problem, etag::if_match};
use lambda_http::{Request, RequestExt, request::RequestContext};
use std::{collections::HashMap, time::Duration};
use tradewind_auth::{Principal, secret};
use tradewind_kernel::Time;

/// The pattern of an idempotency key: ASCII without `#`, which separates the parts of a key in the table, and without spaces at the
/// ends, which a header cannot have.
pub const KEY_PATTERN: &str = "^[!\"$-~]([ -\"$-~]{0,126}[!\"$-~])?$";
/// The most characters of an idempotency key.
const LONGEST_KEY: usize = 128;

/// The parts of a request that every endpoint shares.
#[derive(Debug, Clone)]
pub struct Head {
    /// The id under which the request is found in the logs; also in the `X-Request-Id` header of the answer.
    pub request_id: String,
    /// The trace that it is part of.
    pub trace: Option<String>,
    /// When the request arrived.
    pub now: Time,
    /// The client's IP address.
    pub source_ip: Option<String>,
    /// The host name to which the request was sent.
    pub host: Option<String>,
    /// The `X-Marketplace` header, which names the marketplace by slug or id.
    pub marketplace: Option<String>,
    /// The caller that the authoriser identified, or the code of the problem; `None` if the gateway did not ask it.
    pub principal: Option<Result<Principal, String>>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `Idempotency-Key` header and the request that it stands for.
    pub idempotency: Option<Idempotency>,
    /// Whether the marketplace must be open.
    pub takes_open: bool,
    /// Whether the caller's session must count at this moment.
    pub live: bool,
    /// The `If-Match` header.
    pub if_match: Option<String>,
    /// The parameters of the path, by name.
    pub path: HashMap<String, String>,
    /// The query string, unchanged.
    pub query: Option<String>,
    headers: http::HeaderMap,
    fault: Option<Problem>,
}

/// The idempotency of a request: the client promises that all requests with this key are the same one.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// The value of the `Idempotency-Key` header.
    pub key: String,
    /// SHA-256 of the path and the body.
    pub fingerprint: String,
    /// Whether the request or its reply holds secrets.
    pub sealed: bool,
    /// How long its reply is kept and given again.
    pub kept: Duration,
}

impl Head {
    /// Reports what is wrong with the headers that control the request. It is reported only after the caller is identified, so that
    /// only those who may know it learn it.
    pub fn check(&self) -> Result<(), Problem> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    /// Reads the head of a request to `endpoint`.
    pub fn read(request: &Request, endpoint: &Endpoint, request_id: String, now: Time) -> Result<Self, Problem> {
        let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let context = match request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => Some(context),
            Some(_) | None => None,
        };
        let authorizer = context.and_then(|c| c.authorizer.as_ref());
        let field = |name: &str| authorizer.and_then(|a| a.fields.get(name)).and_then(|v| v.as_str());
        let principal = match (field("principal"), field("problem")) {
            (Some(principal), _) => Some(serde_json::from_str(principal).map_err(|e| e.to_string())),
            (None, Some(problem)) => Some(Err(problem.to_owned())),
            (None, None) => None,
        };
        let path = path_parameters(endpoint.path, request.uri().path()).ok_or_else(|| Problem::not_found("page"))?;
        let promise = idempotency(request, endpoint);
        let version = if endpoint.edits { if_match(request.headers().get("if-match")) } else { Ok(None) };
        let fault = promise.as_ref().err().or(version.as_ref().err()).cloned();
        Ok(Self {
            request_id,
            trace: header("x-amzn-trace-id"),
            now,
            source_ip: context.and_then(|c| c.http.source_ip.clone()),
            host: header("host"),
            marketplace: header("x-marketplace"),
            principal,
            authorization: header("authorization"),
            idempotency: promise.ok().flatten(),
            takes_open: endpoint.takes_open(),
            live: endpoint.live,
            if_match: version.ok().flatten(),
            path,
            query: request.uri().query().map(str::to_owned),
            headers: request.headers().clone(),
            fault,
        })
    }

    /// The value of another header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// Reads the parameters from the path itself: API Gateway passes path parameters on, but `cargo lambda watch` does not.
fn path_parameters(template: &str, path: &str) -> Option<HashMap<String, String>> {
    let mut parameters = HashMap::new();
    let mut actual = path.split('/');
    for part in template.split('/') {
        let value = actual.next()?;
        if let Some(name) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            parameters.insert(name.to_owned(), value.to_owned());
        } else if part != value {
            return None;
        }
    }
    actual.next().is_none().then_some(parameters)
}

fn idempotency(request: &Request, endpoint: &Endpoint) -> Result<Option<Idempotency>, Problem> {
    if !endpoint.takes_key() {
        return Ok(None);
    }
    let Some(key) = request.headers().get("idempotency-key") else {
        if endpoint.key_required {
            let detail = "Send an Idempotency-Key header with a value of your own for this attempt, such as a UUID, so that \
                          a repeated request is not done twice.";
            return Err(Problem::bad_request("idempotency_key_missing", detail));
        }
        return Ok(None);
    };
    let plain = |key: &&str| key.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'#') && key.trim() == *key;
    let key = key.to_str().ok().filter(|key| (1..=LONGEST_KEY).contains(&key.len())).filter(plain);
    let key = key.ok_or_else(|| {
        let detail = "The Idempotency-Key header must be 1 to 128 ASCII letters, digits and signs without `#`.";
        Problem::bad_request("idempotency_key_invalid", detail)
    })?;
    let fingerprint = secret::fingerprint_parts(&[request.uri().path().as_bytes(), request.body().as_ref()]);
    Ok(Some(Idempotency { key: key.to_owned(), fingerprint, sealed: endpoint.sealed, kept: endpoint.replies_kept }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_the_document_says() {
        let pattern = regex_lite::Regex::new(KEY_PATTERN).unwrap();
        for byte in 0..=127_u8 {
            let plain = byte.is_ascii_graphic() && byte != b'#';
            assert_eq!(pattern.is_match(&char::from(byte).to_string()), plain, "{byte}");
        }
        assert!(pattern.is_match("a key") && !pattern.is_match("a\tkey") && !pattern.is_match(" key"));
        assert!(pattern.is_match(&"k".repeat(LONGEST_KEY)) && !pattern.is_match(&"k".repeat(LONGEST_KEY + 1)));
    }

    #[test]
    fn path_parameters_are_read_from_the_path() {
        let found = path_parameters("/v1/listings/{listing_id}", "/v1/listings/lst_1").unwrap();
        assert_eq!(found.get("listing_id").map(String::as_str), Some("lst_1"));
        assert!(path_parameters("/v1/listings/{listing_id}", "/v1/listings/a/b").is_none());
        assert!(path_parameters("/v1/listings/{listing_id}", "/v1/orders/a").is_none());
    }
}
