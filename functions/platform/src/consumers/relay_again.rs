//! `platform-relay-again`: passes events on that the outbox relay did not know.
//!
//! While a release is being deployed, its functions write events that the relay of the release before it does not know. They wait here, are
//! tried five times in an hour and a quarter, and find the new names when the deployment is done. What is unknown even then, because the new
//! release was taken back, or cannot be read, ends in the dead-letter queue. A redrive tries it again.

use crate::{
    passing::{message as outgoing, takers},
    subscriptions::{AGAIN, GRANTS},
};
use tradewind_kernel::event::{AnyEvent, Envelope};
use tradewind_lambda::{App, Consumer, Handled, JobError, Message};

pub const CONSUMER: Consumer = Consumer {
    function: "platform-relay-again",
    summary: "Passes events on that the outbox relay did not know.",
    queue: AGAIN,
    batch: 10,
    grants: GRANTS,
    memory: 256,
    // A message that failed is hidden for six times as long: a quarter of an hour.
    timeout_seconds: 150,
    most_at_once: 2,
};

pub async fn handle(app: App, message: Message<Envelope<AnyEvent>>) -> Result<Handled, JobError> {
    let envelope = message.payload;
    let unknown = || JobError::internal(format!("no consumer of this release takes {}", envelope.event.name));
    for queue in takers(&envelope).ok_or_else(unknown)? {
        app.queues.send(*queue, vec![outgoing(&envelope)?]).await?;
    }
    Ok(Handled::Done)
}
