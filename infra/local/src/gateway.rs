//! The gateway: what API Gateway's HTTP API does between a client and a function.

use crate::{Error, event, host::Host, status::Status};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    header::{self, HeaderValue},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use moka::future::Cache;
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;
use tradewind_kernel::Time;
use tradewind_lambda::{AUTHORISED_FOR, Clock, Function, Trigger};
use url::Url;

/// API Gateway's limits.
const MOST_BODY: usize = 10 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request, and an idle connection may stay open.
const LONGEST_HEAD: Duration = Duration::from_secs(10);
/// The gateway: the routes, the authoriser and the functions behind them.
pub(crate) struct Gateway {
    routes: matchit::Router<HashMap<Method, Function>>,
    authoriser: Option<Function>,
    fallback: Option<Function>,
    authorised: Cache<String, (Time, Arc<Map<String, Value>>)>,
    host: Host,
    clock: Clock,
    status: Status,
    requests: AtomicU64,
}

impl Gateway {
    pub(crate) fn new(functions: &[Function], host: Host, clock: Clock, status: Status) -> Result<Self, Error> {
        let mut by_path: HashMap<&str, HashMap<Method, Function>> = HashMap::new();
        for function in functions {
            if let Some(route) = function.route() {
                let method = route.endpoint.method.to_string();
                let method = Method::from_bytes(method.as_bytes()).map_err(|e| Error::service("gateway", e))?;
                by_path.entry(route.endpoint.path).or_default().insert(method, function.clone());
            }
        }
        let mut routes = matchit::Router::new();
        for (path, methods) in by_path {
            routes.insert(path, methods).map_err(|e| Error::service("gateway", e))?;
        }
        let authoriser = functions.iter().find(|f| matches!(f.trigger, Trigger::Authoriser)).cloned();
        let fallback = functions.iter().find(|f| matches!(f.trigger, Trigger::Fallback(_))).cloned();
        let authorised = Cache::builder().max_capacity(10_000).time_to_live(AUTHORISED_FOR).build();
        Ok(Self { routes, authoriser, fallback, authorised, host, clock, status, requests: AtomicU64::new(0) })
    }

    /// Serves until told to stop; requests in progress are finished first.
    pub(crate) async fn serve(self, listener: TcpListener, end: impl Future<Output = ()> + Send) -> Result<(), Error> {
        let gateway = Arc::new(self);
        let graceful = GracefulShutdown::new();
        tokio::pin!(end);
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    // The process has run out of file descriptors: some connections will be closed soon.
                    Err(_) => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
                () = &mut end => break,
            };
            drop(stream.set_nodelay(true));
            let gateway = gateway.clone();
            let service = service_fn(move |request| {
                let gateway = gateway.clone();
                async move { Ok::<_, std::convert::Infallible>(gateway.answer(request, peer).await) }
            });
            let mut http = hyper::server::conn::http1::Builder::new();
            let connection = http.timer(TokioTimer::new()).header_read_timeout(LONGEST_HEAD);
            let connection = connection.serve_connection(TokioIo::new(stream), service);
            let connection = graceful.watch(connection);
            tokio::spawn(async move {
                // A connection that breaks is the client's concern.
                drop(connection.await);
            });
        }
        drop(tokio::time::timeout(Duration::from_secs(5), graceful.shutdown()).await);
        Ok(())
    }

    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let origin = request.headers().get(header::ORIGIN).cloned();
        let own = request.uri().path().starts_with("/_local");
        let mut response = if request.method() == Method::OPTIONS && origin.is_some() {
            preflight()
        } else if own {
            self.status.answer(request).await
        } else {
            let forwarded = tokio::time::timeout(LONGEST, self.forward(request, peer)).await;
            forwarded.unwrap_or_else(|_| message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"))
        };
        // The local cloud's own pages are for this machine, not for any web page that is open in a browser.
        if origin.is_some() && !own {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            let exposed = "allow, content-disposition, etag, location, x-request-id, retry-after, idempotent-replayed, www-authenticate";
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
        }
        response
    }

    async fn forward(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Full<Bytes>> {
        let (mut parts, body) = request.into_parts();
        // API Gateway answers to its own names alone, and says itself how a request came.
        let host = parts.headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
        if host.is_some_and(|host| Url::parse(&format!("http://{host}/")).is_err()) {
            return message(StatusCode::BAD_REQUEST, "Bad Request");
        }
        parts.headers.insert("x-forwarded-proto", HeaderValue::from_static("http"));
        let path = parts.uri.path().to_owned();
        let found = self.routes.at(&path).ok();
        let found = found.and_then(|found| Some((found.value.get(&parts.method)?, found.params)));
        let route = found.as_ref().and_then(|(function, _)| function.route());
        // A request without a route goes to the default route.
        let Some(function) = found.as_ref().map(|(function, _)| *function).or(self.fallback.as_ref()) else {
            return message(StatusCode::NOT_FOUND, "Not Found");
        };
        let body = match Limited::new(body, MOST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(e) if e.is::<LengthLimitError>() => return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long"),
            Err(_) => return message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let authorizer = if route.is_some_and(|route| route.access.authorised()) {
            match self.authorise(&parts.headers, peer).await {
                Ok(context) => Some((*context).clone()),
                Err(refusal) => return refusal,
            }
        } else {
            None
        };
        let now = self.clock.now().millis();
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("{now:x}-{number:x}");
        if !parts.headers.contains_key("x-amzn-trace-id") {
            let trace = format!("Root=1-{:08x}-{number:024x}", now.div_euclid(1000));
            if let Ok(trace) = HeaderValue::from_str(&trace) {
                parts.headers.insert("x-amzn-trace-id", trace);
            }
        }
        let parameters = found.iter().flat_map(|(_, parameters)| parameters.iter());
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let context = event::Context {
            route_key: route.map_or_else(|| "$default".to_owned(), |route| route.endpoint.route_key()),
            path_parameters: parameters,
            authorizer,
            request_id,
            source_ip: peer.ip().to_string(),
            now_millis: now,
        };
        let event = event::request(parts.method, &parts.uri, parts.headers, &body, context);
        match self.host.call(function, event).await {
            Ok(answer) => {
                let mut response = Response::new(Full::new(answer.body));
                *response.status_mut() = answer.status;
                *response.headers_mut() = answer.headers;
                response
            }
            Err(_) => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        }
    }

    /// Asks the authoriser, or uses its cached answer, which ages by the local cloud's own clock. Without the header API Gateway refuses the request itself.
    async fn authorise(
        &self,
        headers: &HeaderMap,
        peer: SocketAddr,
    ) -> Result<Arc<Map<String, Value>>, Response<Full<Bytes>>> {
        let unauthorized = || message(StatusCode::UNAUTHORIZED, "Unauthorized");
        let header = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).ok_or_else(unauthorized)?;
        let now = self.clock.now();
        if let Some((since, known)) = self.authorised.get(header).await
            && now < since.after(AUTHORISED_FOR)
        {
            return Ok(known);
        }
        let authoriser = self.authoriser.as_ref().ok_or_else(unauthorized)?;
        let event = json!({
            "version": "2.0", "type": "REQUEST", "identitySource": [header], "headers": { "authorization": header },
            "requestContext": { "http": { "sourceIp": peer.ip().to_string() } },
        });
        let failed = |_| message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
        let answer = self.host.invoke(authoriser, event).await.map_err(failed)?;
        if answer.get("isAuthorized").and_then(Value::as_bool) != Some(true) {
            return Err(message(StatusCode::FORBIDDEN, "Forbidden"));
        }
        let context = answer.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
        let context = Arc::new(context);
        self.authorised.insert(header.to_owned(), (now, context.clone())).await;
        Ok(context)
    }
}

/// An answer from API Gateway itself.
fn message(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(json!({ "message": text }).to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn preflight() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let allowed = "authorization, content-type, idempotency-key, if-match, if-none-match, x-marketplace";
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}
