//! The outbox relay: puts each event that a commit wrote on the queue of every consumer that subscribed to it.
//!
//! The stream calls it again until it succeeds, and it may put an event on a queue twice: consumers act once for each id.

use std::collections::BTreeMap;
use tradewind_kernel::event::{Envelope, Queue};
use tradewind_lambda::{App, Function, Grant, Problem};
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
        &[
            Grant::Send(Queue::NotifyEmail),
            Grant::Send(Queue::CatalogImport),
            Grant::Send(Queue::PaymentApply),
            Grant::Send(Queue::PayoutRun),
            Grant::Send(Queue::Provider),
            Grant::Send(Queue::LedgerVerify),
            Grant::Send(Queue::Reconcile),
            Grant::Send(Queue::Migrate),
        ],
        handle,
    )
}

async fn handle(app: App, events: Vec<Envelope>) -> Result<(), Problem> {
    let mut by_queue: BTreeMap<Queue, Vec<Outgoing>> = BTreeMap::new();
    for envelope in events {
        let body = serde_json::to_string(&envelope).map_err(Problem::internal)?;
        for queue in envelope.event.subscribers() {
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
