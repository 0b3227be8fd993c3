//! The outbox relay: puts each event that a commit wrote on the queue of every consumer that takes it.
//!
//! The stream calls it again until it succeeds, so it may put an event on a queue twice: consumers act once for each id. An event that
//! nobody takes yet, or that cannot be read, goes to `platform-relay-again`: those behind it must not wait for it.

use crate::{
    passing::{ByQueue, message, takers},
    subscriptions::{AGAIN, RELAY_GRANTS},
};
use tradewind_lambda::{App, Function, JobError, Record, Stream};
use tradewind_storage::queue::Outgoing;

/// Only the events among all the changes of the table.
pub const FILTER: &str = r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["event"]}}}}"#;

/// The relay reads the table's stream, in order within each partition.
pub fn function() -> Function {
    Stream::new(
        "platform-outbox-relay",
        "Puts each event of the outbox on the queues of its consumers.",
        (FILTER, 100),
        RELAY_GRANTS,
        handle,
    )
    .into()
}

async fn handle(app: App, records: Vec<Record>) -> Result<(), JobError> {
    let mut by_queue = ByQueue::new();
    for record in records {
        match record {
            Record::Event(envelope) => {
                let message = message(&envelope)?;
                let unknown = || {
                    let (event, id) = (&envelope.event.name, &envelope.id);
                    tracing::warn!(event, id, "no consumer of this release takes the event; it is tried again later");
                    &[AGAIN][..]
                };
                for queue in takers(&envelope).unwrap_or_else(unknown) {
                    by_queue.entry(*queue).or_default().push(message.clone());
                }
            }
            Record::Unreadable(body) => {
                tracing::error!("a record of the stream cannot be read as an event; it is set aside");
                by_queue.entry(AGAIN).or_default().push(Outgoing { body, delay_seconds: 0, trace: None });
            }
        }
    }
    for (queue, messages) in by_queue {
        app.queues.send(queue, messages).await?;
    }
    Ok(())
}
