//! The wire protocol: the operations of every request's path in this process, all else passed on to the engine's server.
//!
//! The engine's own server parses each body three times and goes through a router; at the rates of a busy local cloud
//! that is a third of its CPU time. So the front here calls the engine directly for the common operations. Whatever it
//! does not know, and every request the engine refuses, goes to the engine's own server on another loopback port: the
//! wording of refusals has one source. Passing a refused write on runs it again, and that is sound: refused it changed
//! nothing, and the answer sent is that of the second run.

use std::{
    convert::Infallible,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dynoxide::{
    Database, DynoxideError,
    actions::transact_write_items::TransactWriteItemsRequest,
    auth_material::{AuthMaterial, validate},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    DynamoDb,
    tokens::{Tokens, digest},
};

const JSON: &str = "application/x-amz-json-1.0";
const TARGET: &str = "DynamoDB_20120810.";

/// DynamoDB's largest request body, in bytes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// How long a `ClientRequestToken` may be; the engine refuses others.
const TOKEN: RangeInclusive<usize> = 1..=36;

/// Wait before accepting again after the system refused to, such as for want of file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

struct Front {
    database: DynamoDb,
    engine: Database,
    engine_address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
    tokens: Tokens,
    request_id: AtomicU64,
}

pub async fn run(
    database: DynamoDb,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    let engine = database.store.engine();
    let behind = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|error| error.to_string())?;
    let engine_address = behind.local_addr().map_err(|error| error.to_string())?;
    let (stop, stopped) = oneshot::channel::<()>();
    let engine_server = tokio::spawn(dynoxide::server::serve_with_shutdown(behind, engine.clone(), async {
        stopped.await.ok();
    }));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let request_id = AtomicU64::new(u64::try_from(started.as_nanos()).unwrap_or_default());
    let front = Arc::new(Front { database, engine, engine_address, client, tokens: Tokens::default(), request_id });

    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new());
    let connections = GracefulShutdown::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((socket, _)) = accepted else {
            tokio::time::sleep(ACCEPT_AGAIN).await;
            continue;
        };
        // Without it small answers wait for the client's acknowledgement; with it refused they are only later.
        socket.set_nodelay(true).ok();
        let front = front.clone();
        let serve = service_fn(move |request| {
            let front = front.clone();
            async move { Ok::<_, Infallible>(front.answer(request).await) }
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(socket), serve));
        tokio::spawn(async move {
            // A client that goes away is no event.
            connection.await.ok();
        });
    }
    drop(listener);
    connections.shutdown().await;
    stop.send(()).ok();
    engine_server.await.map_err(|error| error.to_string())?
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
            return empty(StatusCode::PAYLOAD_TOO_LARGE);
        };
        let body = body.to_bytes();
        let plain = head.method == Method::POST && head.uri == "/";
        let operation = if plain { operation(&head.headers) } else { None };
        let answer = operation.and_then(|operation| self.direct(operation, std::str::from_utf8(&body).ok()?));
        let wrote = !matches!(operation, Some("GetItem" | "Query" | "BatchGetItem" | "TransactGetItems"));
        let response = match answer {
            Some((status, body)) => self.response(status, body),
            None => self.pass_on(head.method, &head.uri, head.headers, body).await,
        };
        if wrote && response.status().is_success() {
            self.database.announce_write();
        }
        response
    }

    /// The status and body of an operation that needs nothing but the engine, `None` to pass it on.
    fn direct(&self, operation: &str, body: &str) -> Option<(StatusCode, String)> {
        let engine = &self.engine;
        if let Some(answer) = self.database.store.read(operation, body) {
            return Some((StatusCode::OK, answer));
        }
        match operation {
            "GetItem" => call(body, |request| engine.get_item(request)),
            "Query" => call(body, |request| engine.query(request)),
            "BatchGetItem" => call(body, |request| engine.batch_get_item(request)),
            "TransactGetItems" => call(body, |request| engine.transact_get_items(request)),
            "PutItem" => call(body, |request| engine.put_item(request)),
            "UpdateItem" => call(body, |request| engine.update_item(request)),
            "DeleteItem" => call(body, |request| engine.delete_item(request)),
            "TransactWriteItems" => self.transact(body),
            _ => None,
        }
    }

    fn transact(&self, body: &str) -> Option<(StatusCode, String)> {
        let mut body: Value = serde_json::from_str(body).ok()?;
        let token = body.get("ClientRequestToken").and_then(Value::as_str).filter(|token| TOKEN.contains(&token.len()));
        let token = token.map(str::to_owned);
        let digest = body.get("TransactItems").map(digest)?;
        if let (Some(_), Some(members)) = (&token, body.as_object_mut()) {
            members.remove("ClientRequestToken");
        }
        let request: TransactWriteItemsRequest = serde_json::from_value(body).ok()?;
        let run = || self.engine.transact_write_items(request);
        answer(match token {
            Some(token) => self.tokens.once(&token, digest, run).map(Option::unwrap_or_default),
            None => run(),
        })
    }

    fn response(&self, status: StatusCode, body: String) -> Response<Full<Bytes>> {
        let id = self.request_id.fetch_add(1, Ordering::Relaxed);
        let checksum = crc32fast::hash(body.as_bytes());
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert("x-amz-crc32", HeaderValue::from(checksum));
        if let Ok(id) = HeaderValue::try_from(format!("{id:052X}")) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }

    async fn pass_on(&self, method: Method, uri: &Uri, headers: HeaderMap, body: Bytes) -> Response<Full<Bytes>> {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.headers_mut() = headers;
        let Ok(uri) = Uri::try_from(format!("http://{}{path}", self.engine_address)) else {
            return empty(StatusCode::BAD_REQUEST);
        };
        *request.uri_mut() = uri;
        let Ok(response) = self.client.request(request).await else {
            return empty(StatusCode::SERVICE_UNAVAILABLE);
        };
        let (head, body) = response.into_parts();
        match body.collect().await {
            Ok(body) => Response::from_parts(head, Full::new(body.to_bytes())),
            Err(_) => empty(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

/// The operation a well-formed request names; `None` is for the engine's server to answer or refuse.
fn operation(headers: &HeaderMap) -> Option<&str> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let material = AuthMaterial {
        authorization: text("authorization"),
        query: "",
        has_date_header: headers.contains_key("x-amz-date") || headers.contains_key("date"),
    };
    let plain = text("content-type") == Some(JSON) && !headers.contains_key("origin") && validate(material).is_none();
    if plain { text("x-amz-target")?.strip_prefix(TARGET) } else { None }
}

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &str,
    act: impl FnOnce(Q) -> dynoxide::Result<A>,
) -> Option<(StatusCode, String)> {
    answer(act(serde_json::from_str(body).ok()?))
}

/// What the client gets; `None` when the engine's own server is to word the refusal.
fn answer<A: Serialize>(result: dynoxide::Result<A>) -> Option<(StatusCode, String)> {
    match result {
        Ok(answer) => Some((StatusCode::OK, serde_json::to_string(&answer).ok()?)),
        Err(
            error @ (DynoxideError::ConditionalCheckFailedException(..)
            | DynoxideError::TransactionCanceledException(..)
            | DynoxideError::IdempotentParameterMismatchException(..)
            | DynoxideError::ResourceNotFoundException(..)),
        ) => Some((StatusCode::from_u16(error.status_code()).ok()?, error.to_json())),
        Err(_) => None,
    }
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = status;
    response
}
