//! The wire protocol: AWS JSON 1.0, one POST per action, named by `X-Amz-Target`.

mod batch;
mod moves;
mod queues;
mod receipts;
mod receive;
mod send;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::Response,
};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    Sqs,
    digest::uuid,
    fault::{Answer, Code, Fault},
    queue::Queue,
    store::Store,
};

pub(crate) use moves::run_move;

/// Ten messages just over the limit still get their proper error; a longer body is cut off while it is read.
const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;
const CONTENT: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.0");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");

/// What every action needs.
#[derive(Clone)]
struct Api {
    sqs: Sqs,
    endpoint: Arc<str>,
}

impl Api {
    /// Runs `work` with the queue that `url` names and the current time. It holds the lock meanwhile.
    fn with<T>(&self, url: Option<&str>, work: impl FnOnce(&mut Store, &Queue, i64) -> Answer<T>) -> Answer<T> {
        let name = queue_name(url)?;
        let now = self.sqs.now_ms();
        let mut store = self.sqs.store();
        let queue = store.queue(name)?;
        work(&mut store, &queue, now)
    }
}

/// The queue's name is the last part of its URL: the host may be any address of this process.
fn queue_name(url: Option<&str>) -> Answer<&str> {
    let url = url.filter(|url| !url.is_empty()).ok_or_else(|| Fault::missing("QueueUrl"))?;
    url.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(Fault::no_queue)
}

pub(crate) fn router(sqs: Sqs, endpoint: &str) -> Router {
    let api = Api { sqs, endpoint: Arc::from(endpoint.trim_end_matches('/')) };
    Router::new().fallback(handle).layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES)).with_state(api)
}

async fn handle(State(api): State<Api>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = match authorize(&headers).and_then(|()| action(&headers)) {
        Ok(action) => dispatch(&api, action, &body).await,
        Err(fault) => Err(fault),
    };
    let mut response = match answer {
        Ok(bytes) => Response::new(Body::from(bytes)),
        Err(fault) => refuse(&fault),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, CONTENT);
    if let Some(id) = uuid().ok().and_then(|id| HeaderValue::from_str(&id).ok()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// Any credentials are accepted, but a client that does not sign would fail on AWS, so it fails here too.
fn authorize(headers: &HeaderMap) -> Answer<()> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match header {
        None => Err(Code::MissingAuthenticationToken.because("Request is missing Authentication Token")),
        Some(value) if value.starts_with("AWS4-HMAC-SHA256 ") => Ok(()),
        Some(_) => {
            Err(Code::IncompleteSignature.because("The Authorization header is not an AWS Signature Version 4."))
        }
    }
}

fn action(headers: &HeaderMap) -> Answer<&str> {
    headers
        .get(TARGET)
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.strip_prefix("AmazonSQS."))
        .ok_or_else(|| Code::UnknownOperation.because("The X-Amz-Target header names no action of AmazonSQS."))
}

async fn dispatch(api: &Api, action: &str, body: &[u8]) -> Answer<Vec<u8>> {
    match action {
        "SendMessage" => answer(&send::one(api, read(body)?)?),
        "SendMessageBatch" => answer(&send::batch(api, read(body)?)?),
        "ReceiveMessage" => answer(&receive::receive(api, read(body)?).await?),
        "DeleteMessage" => answer(&receipts::delete(api, read(body)?)?),
        "DeleteMessageBatch" => answer(&receipts::delete_batch(api, read(body)?)?),
        "ChangeMessageVisibility" => answer(&receipts::change(api, read(body)?)?),
        "ChangeMessageVisibilityBatch" => answer(&receipts::change_batch(api, read(body)?)?),
        "CreateQueue" => answer(&queues::create(api, read(body)?)?),
        "GetQueueUrl" => answer(&queues::url(api, read(body)?)?),
        "GetQueueAttributes" => answer(&queues::attributes(api, read(body)?)?),
        "SetQueueAttributes" => answer(&queues::set_attributes(api, read(body)?)?),
        "ListQueues" => answer(&queues::list(api, read(body)?)?),
        "ListDeadLetterSourceQueues" => answer(&queues::sources(api, read(body)?)?),
        "PurgeQueue" => answer(&queues::purge(api, read(body)?)?),
        "DeleteQueue" => answer(&queues::delete(api, read(body)?)?),
        "TagQueue" => answer(&queues::tag(api, read(body)?)?),
        "UntagQueue" => answer(&queues::untag(api, read(body)?)?),
        "ListQueueTags" => answer(&queues::tags(api, read(body)?)?),
        "StartMessageMoveTask" => answer(&moves::start(api, read(body)?)?),
        "ListMessageMoveTasks" => answer(&moves::list(api, read(body)?)?),
        "CancelMessageMoveTask" => answer(&moves::cancel(api, read(body)?)?),
        "AddPermission" | "RemovePermission" => {
            Err(Code::UnsupportedOperation.because("The local cloud has one account and no queue permissions."))
        }
        _ => Err(Code::UnknownOperation.because(format!("AmazonSQS has no action {action}."))),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Answer<T> {
    serde_json::from_slice(body).map_err(|error| Code::Serialization.because(error.to_string()))
}

fn answer(output: &impl Serialize) -> Answer<Vec<u8>> {
    serde_json::to_vec(output).map_err(|error| Code::InternalFailure.because(error.to_string()))
}

fn refuse(fault: &Fault) -> Response {
    let spelling = fault.code.spelling();
    let body = json!({ "__type": spelling.shape, "message": fault.message });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(spelling.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let blame = if fault.is_internal() { "Receiver" } else { "Sender" };
    if let Ok(value) = HeaderValue::from_str(&format!("{};{blame}", spelling.query)) {
        response.headers_mut().insert(QUERY_ERROR, value);
    }
    response
}

/// The answer of an action without a result.
#[derive(Serialize)]
struct Empty {}

/// Refuses a number outside its documented range.
fn within(value: Option<i64>, range: std::ops::RangeInclusive<i64>, parameter: &str) -> Answer<Option<i64>> {
    match value {
        Some(number) if !range.contains(&number) => {
            let reason = format!("Must be between {} and {}, if provided.", range.start(), range.end());
            Err(Fault::value(number, parameter, &reason))
        }
        Some(_) | None => Ok(value),
    }
}
