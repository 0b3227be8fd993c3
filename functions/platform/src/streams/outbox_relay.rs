//! The outbox relay: puts each event that a commit wrote on the queue of every consumer that takes it.
//!
//! The stream calls it again until it succeeds, and it may put an event on a queue twice: consumers act once for each id. An event that
//! nobody takes is an error, so that it is set aside and not lost: a newer release may know who does.

use super::subscriptions::{GRANTS, SUBSCRIPTIONS};
use std::collections::BTreeMap;
use tradewind_kernel::event::{AnyEvent, Envelope, Queue};
use tradewind_lambda::{App, Function, JobError};
use tradewind_storage::queue::Outgoing;

/// Only the events among all the changes of the table.
pub const FILTER: &str = r#"{"eventName":["INSERT"],"dynamodb":{"NewImage":{"kind":{"S":["event"]}}}}"#;

/// The function.
pub fn function() -> Function {
    Function::stream(
        "platform-outbox-relay",
        "Puts each event of the outbox on the queues of its consumers.",
        FILTER,
        100,
        GRANTS,
        handle,
    )
}

async fn handle(app: App, events: Vec<Envelope<AnyEvent>>) -> Result<(), JobError> {
    let mut by_queue: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    for envelope in events {
        let name = &envelope.event.name;
        let takers = SUBSCRIPTIONS.iter().find(|(event, _)| event == name);
        let (_, queues) = takers.ok_or_else(|| JobError::internal(format!("nobody takes {name}")))?;
        let body = serde_json::to_string(&envelope).map_err(JobError::internal)?;
        for queue in *queues {
            by_queue.entry(*queue).or_default().push(Outgoing {
                body: body.clone(),
                delay_seconds: envelope.delay_seconds,
                trace: envelope.trace.clone(),
            });
        }
    }
    for (queue, messages) in by_queue {
        app.queues.send(queue, messages).await?;
    }
    Ok(())
}
