//! Serving the main table's stream, filtered to events of the outbox.

use crate::{App, Failure, JobError};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::{future::Future, sync::Arc};
use tradewind_kernel::event::{AnyEvent, Envelope};
use tradewind_storage::Grant;

type Handler = Arc<dyn Fn(App, Vec<Record>) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// A record of the stream.
#[derive(Debug, Clone)]
pub enum Record {
    /// An event of the outbox.
    Event(Envelope<AnyEvent>),
    /// Something else, or an event that cannot be read: its body, or the whole record.
    Unreadable(String),
}

/// A reader of the stream, with its handler.
#[derive(Clone)]
pub struct Stream {
    /// The function's name: `<area>-<operation>`.
    pub function: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The filter pattern of the event source mapping, which selects the records that it receives.
    pub filter: &'static str,
    /// The most records in one invocation.
    pub batch: u16,
    /// The permissions that the function is granted.
    pub grants: &'static [Grant],
    handler: Handler,
}

impl Stream {
    /// Makes a reader of the stream. Its handler gets the records of a batch in order; after an error the whole batch is sent again.
    pub fn new<F, H>(
        function: &'static str,
        summary: &'static str,
        (filter, batch): (&'static str, u16),
        grants: &'static [Grant],
        handle: H,
    ) -> Self
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
        H: Fn(App, Vec<Record>) -> F + Send + Sync + 'static,
    {
        let handler: Handler = Arc::new(move |app, records| Box::pin(handle(app, records)));
        Self { function, summary, filter, batch, grants, handler }
    }
}

impl Record {
    fn read(record: &Value) -> Self {
        let body = record.pointer("/dynamodb/NewImage/body/S").and_then(Value::as_str);
        let event = body.and_then(|body| serde_json::from_str(body).ok());
        event.map_or_else(|| Self::Unreadable(body.map_or_else(|| record.to_string(), str::to_owned)), Self::Event)
    }

    fn trace(&self) -> Option<String> {
        match self {
            Self::Event(event) => event.trace.clone(),
            Self::Unreadable(_) => None,
        }
    }
}

impl Stream {
    pub(crate) async fn invoke(&self, app: &App, event: Value) -> Result<Value, Failure> {
        let app = app.granted(self.grants);
        let start = app.now();
        let records = event.get("Records").and_then(Value::as_array).cloned().unwrap_or_default();
        let records: Vec<_> = records.iter().map(Record::read).collect();
        let trace = records.first().and_then(Record::trace);
        let result = (self.handler)(app.clone(), records).await;
        app.telemetry().record(&crate::telemetry::Line {
            function: self.function,
            request_id: "",
            tenant: None,
            trace: trace.as_deref(),
            status: if result.is_ok() { 200 } else { 500 },
            code: result.as_ref().err().map(JobError::code),
            cause: result.as_ref().err().and_then(JobError::cause),
            took: app.now().since(start),
            meter: &app.table.meter,
        });
        result.map_err(|error| Failure::new(error.text()))?;
        Ok(json!({ "batchItemFailures": [] }))
    }
}
