//! The HTTP server: `s3s`, and in front of it preflights and browser form uploads.

use crate::{
    Error,
    api::{Api, OneKey, SignedOnly},
    cors, post,
    store::{Store, blobs::random_id},
};
use http::{
    Method, Request, Response,
    header::{self, HeaderValue},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use percent_encoding::percent_decode_str;
use s3s::{
    Body, HttpError, S3Error, S3Result,
    service::{S3Service, S3ServiceBuilder},
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};

/// How long open requests may continue after the shutdown signal.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn serve(
    store: Arc<Store>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let mut builder = S3ServiceBuilder::new(Api(Arc::clone(&store)));
    builder.set_auth(OneKey(Arc::clone(&store)));
    builder.set_access(SignedOnly);
    let service = builder.build();
    let graceful = GracefulShutdown::new();
    // Dropping the set ends connections that are still open, even if this future itself is dropped.
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted.map_err(Error::Serve)?.0,
            () = &mut shutdown => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it was served");
            continue;
        }
        let (service, store) = (service.clone(), Arc::clone(&store));
        let handler = service_fn(move |request| handle(service.clone(), Arc::clone(&store), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), handler);
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended with an error");
            }
        });
    }
    if tokio::time::timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still running {GRACE:?} after the shutdown signal and are cut off");
    }
    // Connections are ended and waited for, so that the next process to open the folder finds it free.
    connections.shutdown().await;
    Ok(())
}

async fn handle(
    service: S3Service,
    store: Arc<Store>,
    request: Request<Incoming>,
) -> Result<Response<Body>, HttpError> {
    let method = request.method().clone();
    let bucket = bucket(request.uri().path());
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if method == Method::OPTIONS {
        let (parts, _) = request.into_parts();
        answer(cors::preflight(&store, &bucket, &parts).await)?
    } else if method == Method::POST && post::is_form(request.headers()) {
        answer(post::upload(&store, bucket.clone(), request).await)?
    } else {
        service.call(request.map(Body::from)).await?
    };
    if let Some(origin) = origin.filter(|_| method != Method::OPTIONS) {
        cors::decorate(&store, &bucket, (&method, &origin), response.headers_mut()).await;
    }
    if let Ok(id) = random_id().and_then(|id| HeaderValue::from_str(&id).map_err(S3Error::internal_error)) {
        response.headers_mut().insert("x-amz-request-id", id);
    }
    Ok(response)
}

fn answer(result: S3Result<Response<Body>>) -> Result<Response<Body>, HttpError> {
    result.or_else(S3Error::to_http_response).map_err(|error| HttpError::new(Box::new(error)))
}

/// The bucket: the first segment of a path-style address.
fn bucket(path: &str) -> String {
    let segment = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
