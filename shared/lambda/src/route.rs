//! Serving an endpoint: identify, replay, parse, handle, answer.

use crate::{App, Caller, Failure, Request, backoff, entropy::id, replay};
use futures::future::BoxFuture;
use garde::Validate;
use lambda_http::{
    Body, Response,
    http::{HeaderName, HeaderValue},
    request::LambdaRequest,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{
    future::Future,
    str::FromStr,
    sync::{Arc, OnceLock},
};
use tradewind_auth::Access;
use tradewind_http::{
    ALWAYS, Endpoint, Head, Method, Parameters, Problem, Reply, Shape, challenge, check_encoding, check_media_type,
    matches_none, parse_body, read_parameters,
};
use tradewind_kernel::Time;
use tradewind_storage::StoredReply;

/// How often a handler reads and decides anew when others changed the same items first, before the client is asked to try again.
const TRIES: u32 = 8;

type Handler = Arc<dyn Fn(App, Head, Vec<u8>) -> BoxFuture<'static, Result<StoredReply, Problem>> + Send + Sync>;

/// An endpoint with its handler.
#[derive(Clone)]
pub struct Route {
    /// The endpoint's declaration.
    pub endpoint: Endpoint,
    /// Who may call it.
    pub access: Access,
    /// The schema of its parameters in path and query: an object with a field for each.
    pub parameters: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its request body, if it has one.
    pub request: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of its answer.
    pub response: fn(&mut SchemaGenerator) -> Schema,
    handler: Handler,
}

impl Route {
    /// Makes an endpoint. The types of the handler say who may call it, what it accepts and what it answers.
    pub fn new<C, B, P, V, F, H>(endpoint: Endpoint, handle: H) -> Self
    where
        C: Caller,
        P: Parameters,
        B: DeserializeOwned + Validate<Context = ()> + JsonSchema + Clone + Send + Sync + 'static,
        V: Serialize + JsonSchema + Send + 'static,
        F: Future<Output = Result<Reply<V>, Problem>> + Send + 'static,
        H: Fn(App, Request<C, B, P>) -> F + Send + Sync + Clone + 'static,
    {
        let shapes = Arc::new(OnceLock::new());
        let handler: Handler = Arc::new(move |app, head, raw| {
            let (handle, shapes) = (handle.clone(), shapes.clone());
            Box::pin(async move {
                let shapes = shapes.get_or_init(|| Shapes {
                    parameters: Shape::of(P::schema),
                    body: Shape::of(if endpoint.signed { Value::json_schema } else { B::json_schema }),
                });
                answer::<C, B, P, V, F, H>(app, endpoint, shapes, head, raw, handle).await
            })
        });
        Self {
            endpoint,
            access: C::ACCESS,
            parameters: P::schema,
            request: |generator| generator.subschema_for::<B>(),
            response: |generator| generator.subschema_for::<V>(),
            handler,
        }
    }
}

/// The schemas of what an endpoint accepts. They are made when it is first called, because a process does not use all of its
/// endpoints.
struct Shapes {
    parameters: Shape,
    body: Shape,
}

async fn answer<C, B, P, V, F, H>(
    app: App,
    endpoint: Endpoint,
    shapes: &Shapes,
    head: Head,
    raw: Vec<u8>,
    handle: H,
) -> Result<StoredReply, Problem>
where
    C: Caller,
    B: DeserializeOwned + Validate<Context = ()> + Clone,
    P: Parameters,
    V: Serialize,
    F: Future<Output = Result<Reply<V>, Problem>>,
    H: Fn(App, Request<C, B, P>) -> F,
{
    let caller = C::identify(&app, &head).await?;
    head.check()?;
    let params = read_parameters(&shapes.parameters, &head.path, head.query.as_deref())?;
    check_media_type(head.header("content-type"), &raw)?;
    check_encoding(head.header("content-encoding"), &raw)?;
    let body = match parse_body(&shapes.body, &raw) {
        Ok(body) => body,
        // The idempotency key may belong to another request; that is reported before what is wrong with this one.
        Err(problem) => return replay::find(&app, &head, &caller).await?.ok_or(problem),
    };
    let mut request = Request { caller, body, params, head, raw, endpoint, commit: id(app.now()) };
    let mut tries = 0;
    loop {
        let problem = match handle(app.clone(), request.clone()).await {
            Ok(reply) => return Ok(unless_known(&request.head, endpoint, reply.render(&endpoint)?)),
            Err(problem) => problem,
        };
        tries = u32::saturating_add(tries, 1);
        // The same request may have been answered before, so that this run saw only its effect, such as an emptied cart. The stored
        // reply is not looked for earlier: a handler has no effect but its commit, which fails if the reply is stored already, and
        // nearly every request is a new one.
        if let Some(stored) = replay::find(&app, &request.head, &request.caller).await? {
            return Ok(stored);
        }
        if !problem.contention || tries >= TRIES {
            return Err(problem);
        }
        backoff(&app, tries).await;
        // A new commit id, because DynamoDB remembers the token of the cancelled commit; and a new time, later than that of the other
        // change.
        request.head.now = app.now();
        request.commit = id(request.head.now);
    }
}

/// Answers 304 without a body if the client has this answer already.
fn unless_known(head: &Head, endpoint: Endpoint, reply: StoredReply) -> StoredReply {
    let known = head.header("if-none-match").filter(|_| endpoint.method == Method::Get && reply.status == 200);
    let etag = reply.headers.iter().find(|(name, _)| name == "etag");
    match (known, etag) {
        (Some(known), Some(etag)) if matches_none(known, &etag.1) => {
            StoredReply { status: 304, headers: vec![etag.clone()], body: String::new() }
        }
        _ => reply,
    }
}

impl Route {
    /// Whether it has a parameter of this name in its path or query.
    pub fn takes(&self, parameter: &str) -> bool {
        Shape::of(self.parameters).has(parameter)
    }

    /// Handles one request.
    pub async fn call(&self, app: &App, request: lambda_http::Request) -> Response<Body> {
        let app = app.granted(self.endpoint.grants);
        let start = app.now();
        let request_id =
            request_id(&request).unwrap_or_else(|| id::<tradewind_kernel::CommitId>(start).ulid().to_owned());
        let tenant = request.headers().get("x-marketplace").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (trace, result) = match Head::read(&request, &self.endpoint, request_id.clone(), start) {
            Ok(head) => {
                let trace = head.trace.clone();
                let raw = request.into_body().as_ref().to_vec();
                (trace, (self.handler)(app.clone(), head, raw).await)
            }
            Err(problem) => (None, Err(problem)),
        };
        self.record(&app, start, &request_id, tenant.as_deref(), trace.as_deref(), &result);
        respond(&self.endpoint, result, &request_id)
    }

    /// Handles one request in the JSON of API Gateway's payload format 2.0.
    pub async fn invoke(&self, app: &App, event: Value) -> Result<Value, Failure> {
        let event = serde_json::from_value(event).map_err(Failure::new)?;
        to_event(self.call(app, LambdaRequest::ApiGatewayV2(event).into()).await)
    }

    fn record(
        &self,
        app: &App,
        start: Time,
        request_id: &str,
        tenant: Option<&str>,
        trace: Option<&str>,
        result: &Result<StoredReply, Problem>,
    ) {
        let (status, code, cause) = match result {
            Ok(reply) => (reply.status, None, None),
            Err(problem) => (problem.status.as_u16(), Some(problem.code), problem.cause.as_deref()),
        };
        app.telemetry().record(&crate::telemetry::Line {
            function: self.endpoint.function,
            request_id,
            tenant,
            trace,
            status,
            code,
            cause,
            took: app.now().since(start),
            meter: &app.table.meter,
        });
    }
}

fn request_id(request: &lambda_http::Request) -> Option<String> {
    let context = lambda_http::RequestExt::request_context_ref(request)?;
    if let lambda_http::request::RequestContext::ApiGatewayV2(context) = context {
        context.request_id.clone()
    } else {
        None
    }
}

pub(crate) fn respond(endpoint: &Endpoint, result: Result<StoredReply, Problem>, request_id: &str) -> Response<Body> {
    let (stored, kind, more) = match result {
        Ok(stored) => (stored, "application/json", vec![]),
        Err(problem) => {
            let body = problem.document(request_id).to_string();
            let stored = StoredReply { status: problem.status.as_u16(), headers: vec![], body };
            (stored, "application/problem+json", problem_headers(&problem))
        }
    };
    let empty = stored.body.is_empty();
    let mut response = Response::new(if empty { Body::Empty } else { Body::Text(stored.body) });
    *response.status_mut() = lambda_http::http::StatusCode::from_u16(stored.status).unwrap_or_default();
    let own = [("x-request-id".to_owned(), request_id.to_owned())];
    let told = stored.headers.iter().any(|(name, _)| name == "content-type");
    let kind = (!empty && !told).then(|| ("content-type".to_owned(), kind.to_owned()));
    let always = ALWAYS.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let caching = endpoint.caching(response.status()).map(|(name, value)| (name.to_owned(), value));
    let before = always.into_iter().chain(caching);
    for (name, value) in before.chain(stored.headers).chain(own).chain(kind).chain(more) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_str(&name), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn problem_headers(problem: &Problem) -> Vec<(String, String)> {
    let retry = problem.retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_string()));
    let unknown = problem.status == lambda_http::http::StatusCode::UNAUTHORIZED;
    let challenge = unknown.then(|| ("www-authenticate".to_owned(), challenge(problem.code)));
    let allow = problem.allow.as_ref().map(|methods| ("allow".to_owned(), methods.clone()));
    retry.into_iter().chain(challenge).chain(allow).collect()
}

/// An answer in the JSON of API Gateway's payload format 2.0.
pub(crate) fn to_event(response: Response<Body>) -> Result<Value, Failure> {
    let (parts, body) = response.into_parts();
    let headers: serde_json::Map<_, _> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), Value::from(value.to_str().unwrap_or_default())))
        .collect();
    let body = String::from_utf8(body.as_ref().to_vec()).map_err(Failure::new)?;
    Ok(serde_json::json!({
        "statusCode": parts.status.as_u16(), "headers": headers, "multiValueHeaders": {}, "body": body,
        "isBase64Encoded": false, "cookies": [],
    }))
}
