//! The outbox relay: puts each event that a commit wrote on the queue of every consumer that takes it.
//!
//! The stream calls it again until it succeeds, and it may put an event on a queue twice: consumers act once for each id. An event that
//! nobody takes, or that cannot be read, goes to the relay's own dead-letter queue: no repetition would help it, and those behind it must
//! not wait for it. Where a newer release was taken back, its events lie there until it comes again.

use super::subscriptions::{GRANTS, SET_ASIDE, SUBSCRIPTIONS};
use std::collections::BTreeMap;
use tradewind_kernel::event::{AnyEvent, Envelope, Queue};
use tradewind_lambda::{App, Function, JobError, Record, Stream};
use tradewind_storage::queue::Outgoing;

/// Only the events among all the changes of the table.
pub const FILTER: &str = r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["event"]}}}}"#;

/// The function.
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
