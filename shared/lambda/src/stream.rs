//! Serving the main table's stream, filtered to events of the outbox.

use crate::{App, Failure, Function, JobError, Trigger};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::{future::Future, sync::Arc, time::Duration};
use tradewind_kernel::event::{AnyEvent, Envelope};
use tradewind_storage::Grant;

type Handler = Arc<dyn Fn(App, Vec<Envelope<AnyEvent>>) -> BoxFuture<'static, Result<(), JobError>> + Send + Sync>;

/// A reader of the stream, with its handler.
#[derive(Clone)]
pub struct Stream {
    /// The function's name: `<area>-<operation>`.
    pub function: &'static str,
    /// Which records it gets, as an event source mapping's filter pattern.
    pub filter: &'static str,
    /// Most records of one invocation.
    pub batch: u16,
    /// What the function may do.
    pub grants: &'static [Grant],
    handler: Handler,
}

impl Function {
    /// A reader of the stream. Its handler gets the events of a batch in order; an error has the whole batch sent again.
    pub fn stream<F, H>(
        function: &'static str,
        summary: &'static str,
        filter: &'static str,
        batch: u16,
        grants: &'static [Grant],
        handle: H,
    ) -> Self
    where
        F: Future<Output = Result<(), JobError>> + Send + 'static,
        H: Fn(App, Vec<Envelope<AnyEvent>>) -> F + Send + Sync + 'static,
    {
        let handler: Handler = Arc::new(move |app, events| Box::pin(handle(app, events)));
        let trigger = Trigger::Stream(Stream { function, filter, batch, grants, handler });
        Self { name: function, summary, grants, memory: 256, timeout: Duration::from_secs(30), trigger }
    }
}

impl Stream {
    pub(crate) async fn invoke(&self, app: &App, event: Value) -> Result<Value, Failure> {
        let app = app.granted(self.grants);
        let start = app.now();
        let records = event.get("Records").and_then(Value::as_array).cloned().unwrap_or_default();
        // A record that cannot be read is an event that would be lost: Lambda bisects the batch and sets it aside.
        let read = |record: &Value| {
            let body = record.pointer("/dynamodb/NewImage/body/S").and_then(Value::as_str);
            let body = body.ok_or_else(|| Failure::new("a stream record holds no event"))?;
            serde_json::from_str(body).map_err(Failure::new)
        };
        let events = records.iter().map(read).collect::<Result<Vec<Envelope<AnyEvent>>, _>>()?;
        let trace = events.first().and_then(|event| event.trace.clone());
        let result = (self.handler)(app.clone(), events).await;
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
