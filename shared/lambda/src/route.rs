//! Serving an endpoint: identify, replay, parse, handle, answer.

use crate::{App, Caller, Failure, Function, Request, Trigger, entropy::id, replay};
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
use std::{any::TypeId, future::Future, str::FromStr, sync::Arc, time::Duration};
use tradewind_auth::Access;
use tradewind_domain::Time;
use tradewind_http::{Endpoint, Head, Problem, Reply, parse_body};
use tradewind_storage::StoredReply;

/// How often a handler reads and decides anew when others were faster, before the client is told to try again.
const TRIES: u32 = 8;

type Handler = Arc<dyn Fn(App, Head, Vec<u8>) -> BoxFuture<'static, Result<StoredReply, Problem>> + Send + Sync>;

/// An endpoint with its handler.
#[derive(Clone)]
pub struct Route {
    /// What it declares.
    pub endpoint: Endpoint,
    /// Who may call it.
    pub access: Access,
    /// The shape of its body, if it has one.
    pub request: fn(&mut SchemaGenerator) -> Schema,
    /// The shape of its answer.
    pub response: fn(&mut SchemaGenerator) -> Schema,
    handler: Handler,
}

impl Function {
    /// An endpoint. The types of the handler say who may call it, what it takes and what it answers.
    pub fn endpoint<C, B, V, F, H>(endpoint: Endpoint, handle: H) -> Self
    where
        C: Caller,
        B: DeserializeOwned + Validate<Context = ()> + JsonSchema + Clone + Send + Sync + 'static,
        V: Serialize + JsonSchema + Send + 'static,
        F: Future<Output = Result<Reply<V>, Problem>> + Send + 'static,
        H: Fn(App, Request<C, B>) -> F + Send + Sync + Clone + 'static,
    {
        let handler: Handler = Arc::new(move |app, head, raw| {
            let handle = handle.clone();
            Box::pin(async move { answer::<C, B, V, F, H>(app, endpoint, head, raw, handle).await })
        });
        let route = Route {
            endpoint,
            access: C::ACCESS,
            request: |generator| generator.subschema_for::<B>(),
            response: |generator| generator.subschema_for::<V>(),
            handler,
        };
        Self {
            name: endpoint.function,
            summary: endpoint.summary,
            grants: endpoint.grants,
            memory: endpoint.memory,
            timeout: Duration::from_secs(29),
            trigger: Trigger::Http(route),
        }
    }
}

async fn answer<C, B, V, F, H>(
    app: App,
    endpoint: Endpoint,
    head: Head,
    raw: Vec<u8>,
    handle: H,
) -> Result<StoredReply, Problem>
where
    C: Caller,
    B: DeserializeOwned + Validate<Context = ()> + Clone + 'static,
    V: Serialize,
    F: Future<Output = Result<Reply<V>, Problem>>,
    H: Fn(App, Request<C, B>) -> F,
{
    let caller = C::identify(&app, &head).await?;
    // An endpoint that takes no body does not mind one: some clients always send `{}`.
    let takes_none = TypeId::of::<B>() == TypeId::of::<()>();
    let body = match parse_body(if takes_none { &[] } else { &raw }) {
        Ok(body) => body,
        // The key may belong to another request, which is told before what is wrong with this one.
        Err(problem) => return replay::find(&app, &head, &caller).await?.ok_or(problem),
    };
    let mut request = Request { caller, body, head, raw, success: endpoint.success, commit: id(app.now()) };
    let mut tries = 0;
    loop {
        let problem = match handle(app.clone(), request.clone()).await {
            Ok(reply) => return reply.render(endpoint.success),
            Err(problem) => problem,
        };
        tries = u32::saturating_add(tries, 1);
        // The same request may have been answered before, and this run seen only its effect, such as an emptied cart. It is not
        // looked for earlier: a handler has no effect but its commit, which fails if the reply is stored already, and nearly
        // every request is a new one.
        if let Some(stored) = replay::find(&app, &request.head, &request.caller).await? {
            return Ok(stored);
        }
        if !problem.contention || tries >= TRIES {
            return Err(problem);
        }
        backoff(&app, tries).await;
        // A new commit: DynamoDB remembers the token of the one that was cancelled. And a later time than what came first.
        request.head.now = app.now();
        request.commit = id(request.head.now);
    }
}

/// Waits a random time that grows with each try, so that those who met do not meet again.
pub(crate) async fn backoff(app: &App, tries: u32) {
    let [byte] = app.random();
    let most = 10_u64.saturating_mul(1 << tries.min(5));
    let wait = most.saturating_mul(u64::from(byte)).checked_div(255).unwrap_or(most);
    tokio::time::sleep(Duration::from_millis(wait)).await;
}

impl Route {
    /// Handles one request.
    pub async fn call(&self, app: &App, request: lambda_http::Request) -> Response<Body> {
        let app = app.granted(self.endpoint.grants);
        let start = app.now();
        let request_id =
            request_id(&request).unwrap_or_else(|| id::<tradewind_domain::CommitId>(start).ulid().to_owned());
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
        respond(result, &request_id)
    }

    /// Handles one request in the JSON of API Gateway's payload format 2.0.
    pub async fn invoke(&self, app: &App, event: Value) -> Result<Value, Failure> {
        let event = serde_json::from_value(event).map_err(Failure::new)?;
        let response = self.call(app, LambdaRequest::ApiGatewayV2(event).into()).await;
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

fn respond(result: Result<StoredReply, Problem>, request_id: &str) -> Response<Body> {
    let (stored, kind, retry_after) = match result {
        Ok(stored) => (stored, "application/json", None),
        Err(problem) => {
            let body = problem.document(request_id).to_string();
            let stored = StoredReply { status: problem.status.as_u16(), headers: vec![], body };
            (stored, "application/problem+json", problem.retry_after)
        }
    };
    let empty = stored.body.is_empty();
    let mut response = Response::new(if empty { Body::Empty } else { Body::Text(stored.body) });
    *response.status_mut() = lambda_http::http::StatusCode::from_u16(stored.status).unwrap_or_default();
    let own = [("x-request-id".to_owned(), request_id.to_owned())];
    let told = stored.headers.iter().any(|(name, _)| name == "content-type");
    let kind = (!empty && !told).then(|| ("content-type".to_owned(), kind.to_owned()));
    let retry = retry_after.map(|seconds| ("retry-after".to_owned(), seconds.to_string()));
    for (name, value) in stored.headers.into_iter().chain(own).chain(kind).chain(retry) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_str(&name), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
