//! What an endpoint gets: the head of the request, read once, and the body, checked field by field.

use crate::{Endpoint, FieldError, Method, Problem};
use garde::Validate;
use lambda_http::{Request, RequestExt, request::RequestContext};
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use tradewind_auth::{Principal, secret};
use tradewind_domain::Time;

/// The largest body. API Gateway takes 10 MB; every body of ours is a small document.
const MOST_BODY_BYTES: usize = 1024 * 1024;
/// The longest idempotency key.
const LONGEST_KEY: usize = 128;
/// Most items of one page.
pub(crate) const LARGEST_PAGE: u16 = 100;
/// Items of a page if the client does not say.
pub(crate) const USUAL_PAGE: u16 = 20;

/// The parts of a request that every endpoint shares.
#[derive(Debug, Clone)]
pub struct Head {
    /// The id under which the request is found in the logs; also in the `X-Request-Id` header of the answer.
    pub request_id: String,
    /// The trace it is part of.
    pub trace: Option<String>,
    /// When it came.
    pub now: Time,
    /// The client's address.
    pub source_ip: Option<String>,
    /// The host that was asked.
    pub host: Option<String>,
    /// The `X-Marketplace` header.
    pub marketplace: Option<String>,
    /// What the authoriser found out, if the gateway asked it.
    pub principal: Option<Result<Principal, String>>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `Idempotency-Key` header and what it stands for.
    pub idempotency: Option<Idempotency>,
    /// The `If-Match` header.
    pub if_match: Option<String>,
    headers: http::HeaderMap,
    path: HashMap<String, String>,
    query: HashMap<String, String>,
}

/// A client's promise that two requests are one.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// The key.
    pub key: String,
    /// SHA-256 of path and body.
    pub fingerprint: String,
    /// Whether the request or its reply holds secrets.
    pub sealed: bool,
}

impl Head {
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
        let query = request.query_string_parameters_ref();
        let query = query.map(|q| q.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()).unwrap_or_default();
        Ok(Self {
            request_id,
            trace: header("x-amzn-trace-id"),
            now,
            source_ip: context.and_then(|c| c.http.source_ip.clone()),
            host: header("host"),
            marketplace: header("x-marketplace"),
            principal,
            authorization: header("authorization"),
            idempotency: idempotency(request, endpoint)?,
            if_match: header("if-match").filter(|_| endpoint.edits),
            headers: request.headers().clone(),
            path,
            query,
        })
    }

    /// A path parameter.
    pub fn path<T: tradewind_domain::Id>(&self, name: &str) -> Result<T, Problem> {
        T::parse(self.path.get(name).map(String::as_str).unwrap_or_default()).map_err(Problem::from)
    }

    /// A part of the path that is no id, as it stands there.
    pub fn path_text(&self, name: &str) -> Option<&str> {
        self.path.get(name).map(String::as_str)
    }

    /// A query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Whether the client wants CSV: `format=csv`.
    pub fn wants_csv(&self) -> Result<bool, Problem> {
        match self.query("format") {
            None | Some("json") => Ok(false),
            Some("csv") => Ok(true),
            Some(_) => Err(Problem::invalid("format", "Send `json` or `csv`, or leave it out.")),
        }
    }

    /// A further header, if it is visible ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// How many items of a list the client wants: `limit`, 1 to 100, 20 by default.
    pub fn limit(&self) -> Result<u16, Problem> {
        let Some(text) = self.query("limit") else { return Ok(USUAL_PAGE) };
        let limit = text.parse().ok().filter(|limit| (1..=LARGEST_PAGE).contains(limit));
        limit.ok_or_else(|| Problem::invalid("limit", format!("Send a number from 1 to {LARGEST_PAGE}.")))
    }
}

/// API Gateway passes path parameters on, `cargo lambda watch` does not: reading the path serves both.
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
    if endpoint.method != Method::Post {
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
    let key = key.to_str().ok().filter(|k| !k.is_empty() && k.len() <= LONGEST_KEY && !k.contains('#'));
    let key = key.ok_or_else(|| {
        let detail = "The Idempotency-Key header must be 1 to 128 visible ASCII characters without `#`.";
        Problem::bad_request("idempotency_key_invalid", detail)
    })?;
    let fingerprint = secret::fingerprint_parts(&[request.uri().path().as_bytes(), request.body().as_ref()]);
    Ok(Some(Idempotency { key: key.to_owned(), fingerprint, sealed: endpoint.sealed }))
}

/// Reads and checks a JSON body. What cannot be read is 400, what is wrong in a field is 422 and names the field.
pub fn parse_body<B: DeserializeOwned + Validate<Context = ()>>(bytes: &[u8]) -> Result<B, Problem> {
    if bytes.len() > MOST_BODY_BYTES {
        let detail = format!("The body may have at most {MOST_BODY_BYTES} bytes.");
        return Err(Problem::new(http::StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
    }
    // An endpoint without a body reads `()`, which is `null` in JSON.
    let bytes = if bytes.is_empty() { b"null" } else { bytes };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let body: B = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => Problem::invalid(field, readable(&inner)),
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => {
                Problem::bad_request("body_not_json", format!("The body is not valid JSON: {inner}."))
            }
        }
    })?;
    reader.end().map_err(|e| Problem::bad_request("body_not_json", format!("The body is not valid JSON: {e}.")))?;
    body.validate().map_err(|report| {
        let errors =
            report.iter().map(|(path, error)| FieldError { field: path.to_string(), message: error.to_string() });
        Problem::fields(errors.collect())
    })?;
    Ok(body)
}

/// What serde says, without the position in the text: the field is named already.
fn readable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_parameters_are_read_from_the_path() {
        let found = path_parameters("/v1/listings/{listing_id}", "/v1/listings/lst_1").unwrap();
        assert_eq!(found.get("listing_id").map(String::as_str), Some("lst_1"));
        assert!(path_parameters("/v1/listings/{listing_id}", "/v1/listings/a/b").is_none());
        assert!(path_parameters("/v1/listings/{listing_id}", "/v1/orders/a").is_none());
    }

    #[derive(Debug, serde::Deserialize, garde::Validate)]
    struct Named {
        #[garde(length(min = 1, max = 3))]
        #[allow(dead_code)]
        name: String,
    }

    #[test]
    fn a_wrong_field_is_named() {
        let problem = |json: &str| parse_body::<Named>(json.as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(problem(r#"{"name": 1}"#).errors[0].field, "name");
        assert_eq!(problem(r#"{"name": "long"}"#).errors[0].field, "name");
        assert_eq!(problem("{").code, "body_not_json");
        assert_eq!(problem(r#"{"name": "ok"} x"#).code, "body_not_json");
    }
}
