//! The Lambda Runtime API (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>): a function's process asks for its next event,
//! and posts the result.

use crate::{Error, cloud, processes::Processes};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc};
use tokio::{sync::watch, task::JoinSet};
use tradewind_lambda::Function;

/// Serves the API for the functions whose binaries are in `folder`.
pub(crate) async fn start(
    functions: &[Function],
    folder: PathBuf,
    environment: Vec<(String, String)>,
    tasks: &mut JoinSet<Result<(), Error>>,
    stop: &watch::Receiver<bool>,
) -> Result<Arc<Processes>, Error> {
    let (listener, url) = cloud::listen().await?;
    let processes = Arc::new(Processes::new(functions, folder, environment, &url, stop)?);
    cloud::serve_router(tasks, "Runtime API", listener, router(processes.clone()), cloud::stopped(stop));
    Ok(processes)
}

/// The routes. The address of an instance's API is this server's address, followed by the names of the function and the instance.
fn router(processes: Arc<Processes>) -> Router {
    Router::new()
        .route("/{function}/{instance}/2018-06-01/runtime/invocation/next", get(next))
        .route("/{function}/{instance}/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/{function}/{instance}/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/{function}/{instance}/2018-06-01/runtime/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(8 * 1024 * 1024))
        .with_state(processes)
}

async fn next(State(processes): State<Arc<Processes>>, Path((function, instance)): Path<(String, u64)>) -> Response {
    match processes.next(&function, instance).await {
        Some(invocation) => {
            let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{function}");
            let response = Response::builder()
                .header("lambda-runtime-aws-request-id", &invocation.id)
                .header("lambda-runtime-deadline-ms", invocation.deadline_millis)
                .header("lambda-runtime-invoked-function-arn", arn)
                .header("content-type", "application/json");
            let trace = format!("Root=1-{:08x}-{:0>24};Sampled=0", invocation.deadline_millis / 1000, invocation.id);
            let response = response.header("lambda-runtime-trace-id", trace).body(Body::from(invocation.event));
            response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
        None => StatusCode::GONE.into_response(),
    }
}

async fn response(
    State(processes): State<Arc<Processes>>,
    Path((function, _, id)): Path<(String, u64, String)>,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    let answer = serde_json::from_slice(&body).map_err(|e| format!("the answer is not JSON: {e}"));
    accepted(processes.finish(&function, &id, answer))
}

async fn error(
    State(processes): State<Arc<Processes>>,
    Path((function, _, id)): Path<(String, u64, String)>,
    _: HeaderMap,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    accepted(processes.finish(&function, &id, Err(String::from_utf8_lossy(&body).into_owned())))
}

async fn init_error(Path(_): Path<(String, u64)>) -> (StatusCode, Json<Value>) {
    // The process ends after this; its caller then gets the error.
    accepted(true)
}

fn accepted(known: bool) -> (StatusCode, Json<Value>) {
    if known {
        (StatusCode::ACCEPTED, Json(json!({ "status": "OK" })))
    } else {
        (
            StatusCode::BAD_REQUEST,
            Json(json!({ "errorType": "InvalidRequestID", "errorMessage": "unknown request id" })),
        )
    }
}
