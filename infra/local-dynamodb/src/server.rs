//! The wire protocol on a listener: this process answers some requests itself, and passes all others on to the engine's server.
//!
//! Requests that [`DynamoDb::answer`] does not know, and refusals that the engine does not word itself, go to the engine's own server on
//! another loopback port, so that the wording of refusals has one source. Passing a refused write on runs it again. That is safe: the
//! refused write changed nothing, and the answer that is sent is that of the last run.

use std::{
    convert::Infallible,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::{Bytes, Incoming},
    header::HeaderMap,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{net::TcpListener, sync::oneshot};

use crate::DynamoDb;

/// DynamoDB's largest request body, in bytes.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// The wait before accepting again after the system refused to accept a connection, such as for lack of file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

struct Front {
    database: DynamoDb,
    engine_address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

pub async fn run(
    database: DynamoDb,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), String> {
    let engine = database.store.engine();
    let after = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(|error| error.to_string())?;
    let engine_address = after.local_addr().map_err(|error| error.to_string())?;
    let (stop, stopped) = oneshot::channel::<()>();
    let engine_server = tokio::spawn(dynoxide::server::serve_with_shutdown(after, engine, async {
        stopped.await.ok();
    }));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let front = Arc::new(Front { database, engine_address, client });

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
        // Without this setting small answers wait for the client's acknowledgement; if it is refused, they are only slower.
        socket.set_nodelay(true).ok();
        let front = front.clone();
        let serve = service_fn(move |request| {
            let front = front.clone();
            async move { Ok::<_, Infallible>(front.answer(request).await) }
        });
        let connection = connections.watch(http.serve_connection(TokioIo::new(socket), serve));
        tokio::spawn(async move {
            // A client that disconnects is not an error.
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
        let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
        if head.method == Method::POST
            && head.uri == "/"
            && let Some(answer) = self.database.answer(header, &body)
        {
            return answer.map(Full::new);
        }
        let response = self.pass_on(head.method, &head.uri, head.headers, body).await;
        if response.status().is_success() {
            // This does not check whether the request was a write: whoever waits for writes may look once too often, which does no harm.
            self.database.announce_write();
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

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = status;
    response
}
