//! The outbox relay: puts each event that a commit wrote on the queue of every consumer that subscribes to it.
//!
//! The stream repeats a call until it succeeds, so an event may be put on a queue twice: consumers act once for each id. An event that no
//! consumer takes, or that cannot be read, goes to the relay's own dead-letter queue: repeating would not help, and the events after it
//! must not wait for it. If a newer release was rolled back, its events stay there until it is deployed again.

use super::subscriptions::{GRANTS, SET_ASIDE, SUBSCRIPTIONS};
use std::collections::BTreeMap;
use tradewind_kernel::event::{AnyEvent, Envelope, Queue};
use tradewind_lambda::{App, Function, JobError, Record, Stream};
use tradewind_storage::queue::Outgoing;

/// Passes only the events among all the changes of the table.
pub const FILTER: &str = r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["event"]}}}}"#;

/// The definition of the function.
pub fn function() -> Function {
    Stream::new(
        "platform-outbox-relay",
        "Puts each event of the outbox on the queues of its consumers.",
        (FILTER, 100),
        GRANTS,
        handle,
    )
    .into()
}

async fn handle(app: App, records: Vec<Record>) -> Result<(), JobError> {
    let mut by_queue: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    for record in records {
        match record {
            Record::Event(envelope) => {
                let message = message(&envelope)?;
                for queue in takers(&envelope) {
                    by_queue.entry(*queue).or_default().push(message.clone());
                }
            }
            Record::Unreadable(body) => {
                tracing::error!("a record of the stream cannot be read as an event; it is set aside");
                by_queue.entry(SET_ASIDE).or_default().push(Outgoing { body, delay_seconds: 0, trace: None });
            }
        }
    }
    for (queue, messages) in by_queue {
        app.queues.send(queue, messages).await?;
    }
    Ok(())
}

fn message(envelope: &Envelope<AnyEvent>) -> Result<Outgoing, JobError> {
    let body = serde_json::to_string(envelope).map_err(JobError::internal)?;
    Ok(Outgoing { body, delay_seconds: envelope.delay_seconds, trace: envelope.trace.clone() })
}

fn takers(envelope: &Envelope<AnyEvent>) -> &'static [Queue] {
    let name = &envelope.event.name;
    if let Some((_, queues)) = SUBSCRIPTIONS.iter().find(|(event, _)| event == name) {
        return queues;
    }
    tracing::error!(event = name, id = envelope.id, "nobody takes this event; it is set aside");
    &[SET_ASIDE]
}
