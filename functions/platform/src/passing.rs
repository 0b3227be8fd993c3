//! Passing an event on to the queues of its consumers.

use crate::subscriptions::SUBSCRIPTIONS;
use std::collections::BTreeMap;
use tradewind_kernel::event::{AnyEvent, Envelope, Queue};
use tradewind_lambda::JobError;
use tradewind_storage::queue::Outgoing;

/// Messages by the queue that they are for.
pub(crate) type ByQueue = BTreeMap<Queue, Vec<Outgoing>>;

/// The event as a message.
pub(crate) fn message(envelope: &Envelope<AnyEvent>) -> Result<Outgoing, JobError> {
    let body = serde_json::to_string(envelope).map_err(JobError::internal)?;
    Ok(Outgoing { body, delay_seconds: envelope.delay_seconds, trace: envelope.trace.clone() })
}

/// The queues of the consumers that take the event, if this release knows any.
pub(crate) fn takers(envelope: &Envelope<AnyEvent>) -> Option<&'static [Queue]> {
    let name = &envelope.event.name;
    SUBSCRIPTIONS.iter().find(|(event, _)| event == name).map(|(_, queues)| *queues)
}
