//! A function: its declaration and its handler, whatever it is triggered by.

use crate::{App, Consumer, Failure, Fallback, Job, QueueTrigger, Route, ScheduleTrigger, Stream, authorise};
use serde_json::Value;
use std::time::Duration;
use tradewind_http::Endpoint;
use tradewind_storage::Grant;

/// One Lambda function.
#[derive(Clone)]
pub struct Function {
    /// `<area>-<operation>`: the binary's and the function's name.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The permissions that it is granted.
    pub grants: &'static [Grant],
    /// Its memory in MB.
    pub memory: u16,
    /// The longest time that one invocation may take.
    pub timeout: Duration,
    /// What calls it.
    pub trigger: Trigger,
}

/// The source of a function's invocations.
#[derive(Clone)]
pub enum Trigger {
    /// An HTTP request.
    Http(Route),
    /// Messages on a queue.
    Queue(QueueTrigger),
    /// A schedule.
    Schedule(ScheduleTrigger),
    /// The main table's stream.
    Stream(Stream),
    /// An HTTP request that matches no endpoint.
    Fallback(Fallback),
    /// API Gateway, before it calls an endpoint that is not open to everybody.
    Authoriser,
}

impl Function {
    /// Handles one event; event and answer are in the JSON that Lambda uses for this trigger.
    pub async fn invoke(&self, app: &App, event: Value) -> Result<Value, Failure> {
        match &self.trigger {
            Trigger::Http(route) => route.invoke(app, event).await,
            Trigger::Queue(queue) => queue.invoke(app, event).await,
            Trigger::Schedule(schedule) => schedule.invoke(app).await,
            Trigger::Stream(stream) => stream.invoke(app, event).await,
            Trigger::Fallback(fallback) => fallback.invoke(app, &event),
            Trigger::Authoriser => Ok(authorise::answer(&app.granted(self.grants), &event).await),
        }
    }

    /// The authoriser.
    pub const fn authoriser(name: &'static str, summary: &'static str, grants: &'static [Grant]) -> Self {
        Self { name, summary, grants, memory: 256, timeout: Duration::from_secs(5), trigger: Trigger::Authoriser }
    }

    /// The endpoint's route, if this function is an endpoint.
    pub fn route(&self) -> Option<&Route> {
        if let Trigger::Http(route) = &self.trigger { Some(route) } else { None }
    }
}

impl From<Route> for Function {
    fn from(route: Route) -> Self {
        let Endpoint { function: name, summary, grants, memory, .. } = route.endpoint;
        Self { name, summary, grants, memory, timeout: Duration::from_secs(29), trigger: Trigger::Http(route) }
    }
}

impl From<QueueTrigger> for Function {
    fn from(queue: QueueTrigger) -> Self {
        let Consumer { function: name, summary, grants, memory, timeout_seconds, .. } = queue.consumer;
        let timeout = Duration::from_secs(timeout_seconds.into());
        Self { name, summary, grants, memory, timeout, trigger: Trigger::Queue(queue) }
    }
}

impl From<ScheduleTrigger> for Function {
    fn from(schedule: ScheduleTrigger) -> Self {
        let Job { function: name, summary, grants, .. } = schedule.job;
        let (timeout, trigger) = (Duration::from_secs(55), Trigger::Schedule(schedule));
        Self { name, summary, grants, memory: 256, timeout, trigger }
    }
}

impl From<Stream> for Function {
    fn from(stream: Stream) -> Self {
        let (name, summary, grants) = (stream.function, stream.summary, stream.grants);
        let (timeout, trigger) = (Duration::from_secs(30), Trigger::Stream(stream));
        Self { name, summary, grants, memory: 256, timeout, trigger }
    }
}

impl From<Fallback> for Function {
    fn from(fallback: Fallback) -> Self {
        let Endpoint { function: name, summary, .. } = fallback.endpoint;
        let (timeout, trigger) = (Duration::from_secs(5), Trigger::Fallback(fallback));
        Self { name, summary, grants: &[], memory: 256, timeout, trigger }
    }
}
