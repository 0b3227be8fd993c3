//! Builds the events that API Gateway passes to a function for a request: HTTP API, payload format 2.0
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>).

use aws_lambda_events::apigw::{
    ApiGatewayRequestAuthorizer, ApiGatewayV2httpRequest, ApiGatewayV2httpRequestContext,
    ApiGatewayV2httpRequestContextHttpDescription,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::{HeaderMap, Method, Uri, header};
use serde_json::Value;
use std::collections::HashMap;

/// What the gateway knows about a request besides its headers and body.
pub(crate) struct Context {
    pub route_key: String,
    pub path_parameters: HashMap<String, String>,
    pub authorizer: Option<serde_json::Map<String, Value>>,
    pub request_id: String,
    pub source_ip: String,
    pub now_millis: i64,
}

/// Builds the event for a request.
pub(crate) fn request(
    method: Method,
    uri: &Uri,
    headers: HeaderMap,
    body: &Bytes,
    context: Context,
) -> ApiGatewayV2httpRequest {
    let mut http = ApiGatewayV2httpRequestContextHttpDescription::default();
    http.method = method;
    http.path = Some(uri.path().to_owned());
    http.protocol = Some("HTTP/1.1".into());
    http.source_ip = Some(context.source_ip);
    http.user_agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).map(str::to_owned);

    let mut request_context = ApiGatewayV2httpRequestContext::default();
    request_context.route_key = Some(context.route_key.clone());
    request_context.account_id = Some("000000000000".into());
    request_context.apiid = Some("local".into());
    request_context.stage = Some("$default".into());
    request_context.domain_name = headers.get(header::HOST).and_then(|v| v.to_str().ok()).map(str::to_owned);
    request_context.request_id = Some(context.request_id);
    request_context.time_epoch = context.now_millis;
    request_context.authorizer = context.authorizer.map(|fields| {
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.fields = fields.into_iter().collect();
        authorizer
    });
    request_context.http = http;

    let (body, encoded) = match body {
        body if body.is_empty() => (None, false),
        body => match String::from_utf8(body.to_vec()) {
            Ok(text) if is_text(&headers) => (Some(text), false),
            Ok(_) | Err(_) => (Some(STANDARD.encode(body)), true),
        },
    };
    let mut request = ApiGatewayV2httpRequest::default();
    request.version = Some("2.0".into());
    request.route_key = Some(context.route_key);
    request.raw_path = Some(uri.path().to_owned());
    request.raw_query_string = Some(uri.query().unwrap_or_default().to_owned());
    request.cookies = cookies(&headers);
    request.path_parameters = context.path_parameters;
    request.headers = headers;
    request.headers.remove(header::COOKIE);
    request.request_context = request_context;
    request.body = body;
    request.is_base64_encoded = encoded;
    request
}

fn cookies(headers: &HeaderMap) -> Option<Vec<String>> {
    let all = headers.get(header::COOKIE)?.to_str().ok()?;
    Some(all.split(';').map(|cookie| cookie.trim().to_owned()).collect())
}

/// Whether API Gateway passes this type on as text; everything else is passed on in base64.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/") || kind.starts_with("application/json") || kind.contains("+json") || kind.contains("xml")
}
