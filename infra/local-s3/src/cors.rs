//! CORS: the cross-origin requests that a bucket's rules allow, and the answers for browsers.

use crate::store::{Store, buckets};
use http::{
    Method, Response, StatusCode,
    header::{self, HeaderMap, HeaderName, HeaderValue},
    request::Parts,
};
use s3s::{Body, S3Error, S3ErrorCode, S3Result, dto::CORSRule, s3_error};
use std::sync::Arc;

const METHODS: [&str; 5] = ["GET", "PUT", "POST", "DELETE", "HEAD"];

/// Checks rules as S3 does before it stores them.
pub(crate) fn validate(rules: &[CORSRule]) -> S3Result<()> {
    if rules.is_empty() || rules.len() > 100 {
        return Err(s3_error!(MalformedXML));
    }
    for rule in rules {
        if let Some(method) = rule.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
            return Err(s3_error!(InvalidRequest, "{message}"));
        }
        let patterns = rule.allowed_origins.iter().chain(rule.allowed_headers.iter().flatten());
        if let Some(pattern) = patterns.into_iter().find(|pattern| pattern.matches('*').count() > 1) {
            return Err(s3_error!(InvalidRequest, "\"{pattern}\" can not have more than one wildcard."));
        }
    }
    Ok(())
}

/// Answers an `OPTIONS` request.
pub(crate) async fn preflight(store: &Arc<Store>, bucket: &str, request: &Parts) -> S3Result<Response<Body>> {
    let text = |name: HeaderName| request.headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else {
        return Err(bad_request("Insufficient information. Origin request header needed."));
    };
    let Some(method) = text(header::ACCESS_CONTROL_REQUEST_METHOD) else {
        return Err(bad_request("Invalid Access-Control-Request-Method: null"));
    };
    let asked = text(header::ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    let asked: Vec<String> =
        asked.split(',').map(|name| name.trim().to_ascii_lowercase()).filter(|name| !name.is_empty()).collect();
    let Some(rules) = rules(store, bucket).await? else {
        return Err(forbidden("CORSResponse: CORS is not enabled for this bucket."));
    };
    let matching = rules.iter().find(|rule| allows(rule, origin, method) && asked.iter().all(|h| has_header(rule, h)));
    let Some(rule) = matching else {
        return Err(forbidden(
            "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request \
             method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
             resource's CORS spec.",
        ));
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::OK;
    grant(rule, origin, response.headers_mut());
    if !asked.is_empty() {
        set(response.headers_mut(), header::ACCESS_CONTROL_ALLOW_HEADERS, &asked.join(", "));
    }
    Ok(response)
}

/// Adds the headers that the rules grant to the response of an actual request; without a matching rule there is nothing to add.
pub(crate) async fn decorate(store: &Arc<Store>, bucket: &str, request: (&Method, &HeaderValue), to: &mut HeaderMap) {
    let Ok(origin) = request.1.to_str() else { return };
    let rules = match rules(store, bucket).await {
        Ok(rules) => rules.unwrap_or_default(),
        // The response already reports the error, a missing bucket for example.
        Err(_) => return,
    };
    if let Some(rule) = rules.iter().find(|rule| allows(rule, origin, request.0.as_str())) {
        grant(rule, origin, to);
    }
}

async fn rules(store: &Arc<Store>, bucket: &str) -> S3Result<Option<Vec<CORSRule>>> {
    let bucket = bucket.to_owned();
    store.run(move |store| store.read(|connection| buckets::cors(connection, &bucket))).await
}

fn allows(rule: &CORSRule, origin: &str, method: &str) -> bool {
    rule.allowed_methods.iter().any(|allowed| allowed == method)
        && rule.allowed_origins.iter().any(|pattern| matches(pattern, origin))
}

fn has_header(rule: &CORSRule, name: &str) -> bool {
    rule.allowed_headers.iter().flatten().any(|pattern| matches(&pattern.to_ascii_lowercase(), name))
}

/// A pattern contains at most one `*`.
fn matches(pattern: &str, value: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == value,
        Some((head, tail)) => value.strip_prefix(head).is_some_and(|rest| rest.ends_with(tail)),
    }
}

fn grant(rule: &CORSRule, origin: &str, headers: &mut HeaderMap) {
    if rule.allowed_origins.iter().any(|pattern| pattern == "*") {
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    } else {
        set(headers, header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        set(headers, header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    set(headers, header::ACCESS_CONTROL_ALLOW_METHODS, &rule.allowed_methods.join(", "));
    if let Some(exposed) = rule.expose_headers.as_ref().filter(|names| !names.is_empty()) {
        set(headers, header::ACCESS_CONTROL_EXPOSE_HEADERS, &exposed.join(", "));
    }
    if let Some(seconds) = rule.max_age_seconds {
        set(headers, header::ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
    }
    set(headers, header::VARY, "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn bad_request(message: &'static str) -> S3Error {
    with_status("BadRequest", StatusCode::BAD_REQUEST, message)
}

fn forbidden(message: &'static str) -> S3Error {
    with_status("AccessForbidden", StatusCode::FORBIDDEN, message)
}

fn with_status(code: &'static str, status: StatusCode, message: &'static str) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(status);
    error
}
