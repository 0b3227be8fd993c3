//! Running jobs on a schedule.

use crate::{App, Failure, JobError};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::{future::Future, sync::Arc};
use tradewind_storage::Grant;

type Handler = Arc<dyn Fn(App) -> BoxFuture<'static, Result<u32, JobError>> + Send + Sync>;

/// A job's declaration.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// The function's name: `<area>-<what>`.
    pub function: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The schedule in EventBridge's syntax: `rate(1 minute)`.
    pub schedule: &'static str,
    /// The permissions that the function is granted.
    pub grants: &'static [Grant],
}

/// A job that a schedule starts, with its handler.
#[derive(Clone)]
pub struct ScheduleTrigger {
    /// The job's declaration.
    pub job: Job,
    handler: Handler,
}

impl ScheduleTrigger {
    /// Makes a job. Its handler returns how many things it did.
    pub fn new<F, H>(job: Job, handle: H) -> Self
    where
        F: Future<Output = Result<u32, JobError>> + Send + 'static,
        H: Fn(App) -> F + Send + Sync + 'static,
    {
        Self { job, handler: Arc::new(move |app| Box::pin(handle(app))) }
    }

    pub(crate) async fn invoke(&self, app: &App) -> Result<Value, Failure> {
        let app = app.granted(self.job.grants);
        let start = app.now();
        let result = (self.handler)(app.clone()).await;
        app.telemetry().record(&crate::telemetry::Line {
            function: self.job.function,
            request_id: "",
            tenant: None,
            trace: None,
            status: if result.is_ok() { 200 } else { 500 },
            code: result.as_ref().err().map(JobError::code),
            cause: result.as_ref().err().and_then(JobError::cause),
            took: app.now().since(start),
            meter: &app.table.meter,
        });
        let did = result.map_err(|error| Failure::new(error.text()))?;
        Ok(json!({ "did": did }))
    }
}
