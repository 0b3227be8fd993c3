//! Serving a queue: a batch is split into single messages, and those that failed are reported one by one, so that one bad message
//! never holds up the others.

use crate::{App, Failure, JobError, backoff};
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use futures::future::BoxFuture;
use serde_json::Value;
use std::{future::Future, sync::Arc};
use tradewind_kernel::event::{Envelope, Queue, Takes};
use tradewind_storage::Grant;

const TRIES: u32 = 5;

/// A consumer's declaration.
#[derive(Debug, Clone, Copy)]
pub struct Consumer {
    /// The function's name: `<area>-<operation>`.
    pub function: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The queue that it reads.
    pub queue: Queue,
    /// The most messages in one invocation.
    pub batch: u16,
    /// The permissions that the function is granted.
    pub grants: &'static [Grant],
    /// Its memory in MB.
    pub memory: u16,
    /// The longest time that one invocation may take, in seconds. The queue hides messages six times as long, as AWS advises.
    pub timeout_seconds: u16,
    /// The most invocations at once, at least 2: a flood of messages waits in its queue and does not take the account's concurrency
    /// away from clients that wait for an answer.
    pub most_at_once: u16,
}

/// The result of handling a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It was handled and had its effect.
    Done,
    /// It had been handled before.
    Duplicate,
}

/// A message as a consumer receives it.
#[derive(Debug, Clone)]
pub struct Message<P> {
    /// The content of the message.
    pub payload: P,
    /// The trace that it continues.
    pub trace: Option<String>,
    /// How often the queue has delivered it, this time included.
    pub receives: u32,
}

/// Content that can be read from a message's body. One body may hold several, as S3's notifications do.
pub trait Payload: Clone + Send + Sync + Sized + 'static {
    /// The events that the outbox relay puts on the queue for this payload, grouped by noun.
    const EVENTS: &'static [&'static [&'static str]] = &[];

    /// Reads a body. What cannot be read is reported as failed and ends in the dead-letter queue.
    fn read(body: &str) -> Result<Vec<Self>, String>;
}

impl<E: Takes> Payload for Envelope<E> {
    const EVENTS: &'static [&'static [&'static str]] = E::EVENTS;

    fn read(body: &str) -> Result<Vec<Self>, String> {
        serde_json::from_str(body).map(|envelope| vec![envelope]).map_err(|e| e.to_string())
    }
}

type Handler = Arc<dyn Fn(App, SqsMessage) -> BoxFuture<'static, Result<Handled, JobError>> + Send + Sync>;

/// A consumer with its handler.
#[derive(Clone)]
pub struct QueueTrigger {
    /// The consumer's declaration.
    pub consumer: Consumer,
    /// The events that it takes, grouped by noun.
    pub events: &'static [&'static [&'static str]],
    handler: Handler,
}

impl QueueTrigger {
    /// Makes a consumer of a queue.
    pub fn new<P, F, H>(consumer: Consumer, handle: H) -> Self
    where
        P: Payload,
        F: Future<Output = Result<Handled, JobError>> + Send + 'static,
        H: Fn(App, Message<P>) -> F + Send + Sync + Clone + 'static,
    {
        let handler: Handler = Arc::new(move |app, message| {
            let handle = handle.clone();
            Box::pin(async move { one(app, message, handle).await })
        });
        Self { consumer, events: P::EVENTS, handler }
    }
}

async fn one<P, F, H>(app: App, message: SqsMessage, handle: H) -> Result<Handled, JobError>
where
    P: Payload,
    F: Future<Output = Result<Handled, JobError>>,
    H: Fn(App, Message<P>) -> F,
{
    let trace = message.attributes.get("AWSTraceHeader").cloned();
    let receives = message.attributes.get("ApproximateReceiveCount").and_then(|times| times.parse().ok()).unwrap_or(1);
    let body = message.body.unwrap_or_default();
    let payloads = P::read(&body).map_err(|e| JobError::internal(format!("the message cannot be read: {e}")))?;
    let mut handled = Handled::Duplicate;
    for payload in payloads {
        let message = || Message { payload: payload.clone(), trace: trace.clone(), receives };
        if retry(&app, || handle(app.clone(), message())).await? == Handled::Done {
            handled = Handled::Done;
        }
    }
    Ok(handled)
}

/// Reads and decides again if others changed the same items first; an effect that exists already is a duplicate.
async fn retry<F: Future<Output = Result<Handled, JobError>>>(
    app: &App,
    handle: impl Fn() -> F,
) -> Result<Handled, JobError> {
    let mut tries = 0;
    loop {
        let error = match handle().await {
            Ok(handled) => return Ok(handled),
            Err(JobError::Again) => return Ok(Handled::Duplicate),
            Err(error @ (JobError::Contention | JobError::Refused { .. } | JobError::Failed { .. })) => error,
        };
        tries = u32::saturating_add(tries, 1);
        if !error.passes() || tries >= TRIES {
            return Err(error);
        }
        backoff(app, tries).await;
    }
}

impl QueueTrigger {
    pub(crate) async fn invoke(&self, app: &App, event: Value) -> Result<Value, Failure> {
        let event: SqsEvent = serde_json::from_value(event).map_err(Failure::new)?;
        let mut response = SqsBatchResponse::default();
        for message in event.records {
            let app = app.granted(self.consumer.grants);
            let start = app.now();
            let id = message.message_id.clone().unwrap_or_default();
            let trace = message.attributes.get("AWSTraceHeader").cloned();
            let result = (self.handler)(app.clone(), message).await;
            let (code, cause) = match &result {
                Ok(Handled::Done) => (None, None),
                Ok(Handled::Duplicate) => (Some("duplicate"), None),
                Err(error) => (Some(error.code()), Some(error.text())),
            };
            app.telemetry().record(&crate::telemetry::Line {
                function: self.consumer.function,
                request_id: &id,
                tenant: None,
                trace: trace.as_deref(),
                status: if result.is_ok() { 200 } else { 500 },
                code,
                cause,
                took: app.now().since(start),
                meter: &app.table.meter,
            });
            if result.is_err() {
                let mut failure = BatchItemFailure::default();
                failure.item_identifier = id;
                response.batch_item_failures.push(failure);
            }
        }
        serde_json::to_value(response).map_err(Failure::new)
    }
}
