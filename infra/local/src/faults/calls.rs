//! Records the calls that functions make, for tests of what a request costs.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A call that a function made, and its result.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The name of the function.
    pub function: &'static str,
    /// The operation: `TransactWriteItems`.
    pub operation: String,
    /// The body of the request, if it was JSON.
    pub request: Value,
    /// The body of the answer, if it was JSON.
    pub answer: Value,
}

#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<Option<Vec<Call>>>);

impl Calls {
    fn list(&self) -> MutexGuard<'_, Option<Vec<Call>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn watch(&self) {
        *self.list() = Some(vec![]);
    }

    pub(super) fn watched(&self) -> Vec<Call> {
        self.list().take().unwrap_or_default()
    }

    /// Records a call that is about to be made, if recording is on. Returns its position in the list.
    pub(super) fn begin(&self, function: &'static str, operation: &str, request: &HttpRequest) -> Option<usize> {
        let mut list = self.list();
        let list = list.as_mut()?;
        let request = json(request.body().bytes());
        list.push(Call { function, operation: operation.to_owned(), request, answer: Value::Null });
        list.len().checked_sub(1)
    }

    pub(super) fn end(&self, place: Option<usize>, answer: &HttpResponse) {
        let mut list = self.list();
        let call = place.and_then(|place| list.as_mut()?.get_mut(place));
        if let Some(call) = call {
            call.answer = json(answer.body().bytes());
        }
    }
}

fn json(body: Option<&[u8]>) -> Value {
    body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
}
