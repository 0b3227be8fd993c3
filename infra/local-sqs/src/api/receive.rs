//! `ReceiveMessage`, with its long poll.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};

use super::{Api, queue_name, send::sequence_number, within};
use crate::{
    attributes::{self, Attributes},
    digest::md5_hex,
    fault::{Answer, Code},
    queue::{ACCOUNT, MAX_VISIBILITY_SECONDS, MAX_WAIT_SECONDS, Queue},
    store::{Received, Take},
};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Input {
    queue_url: Option<String>,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    /// The older name of `message_system_attribute_names`.
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    message_id: String,
    receipt_handle: String,
    #[serde(rename = "MD5OfBody")]
    md5_of_body: String,
    body: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    md5_of_message_attributes: Option<String>,
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    message_attributes: Attributes,
}

/// The result of one look at the queue: messages, or after how many ms it is worth looking again.
enum Look {
    Found(Vec<Received>),
    Nothing { next_in_ms: Option<i64> },
}

pub(super) async fn receive(api: &Api, input: Input) -> Answer<Output> {
    let take = Take {
        limit: within(input.max_number_of_messages, 1..=10, "MaxNumberOfMessages")?.unwrap_or(1),
        visibility_ms: within(input.visibility_timeout, 0..=MAX_VISIBILITY_SECONDS, "VisibilityTimeout")?
            .map(|seconds| seconds.saturating_mul(1000)),
    };
    let wait = within(input.wait_time_seconds, 0..=MAX_WAIT_SECONDS, "WaitTimeSeconds")?;
    let name = queue_name(input.queue_url.as_deref())?;
    let queue = api.sqs.store().queue(name)?;
    let wait = Duration::from_secs(u64::try_from(wait.unwrap_or(queue.settings.wait_s)).unwrap_or(0));
    let deadline = Instant::now().checked_add(wait).unwrap_or_else(Instant::now);
    let arrivals = Arc::clone(&queue.arrivals);
    let mut closing = api.sqs.closing.subscribe();
    let received = loop {
        // It begins to listen before it looks, so that a message which arrives in between is not missed.
        let mut arrival = std::pin::pin!(arrivals.notified());
        arrival.as_mut().enable();
        let next_in_ms = match look(api, name, &take, !wait.is_zero())? {
            Look::Found(received) => break received,
            Look::Nothing { next_in_ms } => next_in_ms,
        };
        if Instant::now() >= deadline || *closing.borrow() {
            break Vec::new();
        }
        let next = next_in_ms
            .and_then(|ms| u64::try_from(ms).ok())
            .and_then(|ms| Instant::now().checked_add(Duration::from_millis(ms.max(1))));
        tokio::select! {
            () = arrival => {}
            () = sleep_until(next.map_or(deadline, |next| next.min(deadline))) => {}
            _ = closing.changed() => {}
        }
    };
    let wanted = [input.attribute_names, input.message_system_attribute_names].concat();
    let messages = received.into_iter().map(|message| render(&queue, message, &wanted, &input.message_attribute_names));
    Ok(Output { messages: messages.collect::<Answer<_>>()? })
}

fn look(api: &Api, name: &str, take: &Take, waiting: bool) -> Answer<Look> {
    let now = api.sqs.now_ms();
    let mut store = api.sqs.store();
    // The queue is read anew each time: its settings may have changed, or it may be gone.
    let queue = store.queue(name)?;
    let received = store.receive(&queue, take, now)?;
    if !received.is_empty() {
        return Ok(Look::Found(received));
    }
    let next_in_ms = if waiting { store.next_visible_in(&queue, now)? } else { None };
    Ok(Look::Nothing { next_in_ms })
}

fn render(queue: &Queue, message: Received, system: &[String], names: &[String]) -> Answer<Message> {
    let stored: Attributes = match &message.attributes {
        Some(json) => serde_json::from_str(json).map_err(|error| Code::InternalFailure.because(error.to_string()))?,
        None => Attributes::new(),
    };
    let message_attributes = attributes::select(stored, names);
    let known = [
        ("SenderId", Some(ACCOUNT.to_owned())),
        ("SentTimestamp", Some(message.sent_at.to_string())),
        ("ApproximateReceiveCount", Some(message.receives.to_string())),
        ("ApproximateFirstReceiveTimestamp", Some(message.first_received_at.to_string())),
        ("SequenceNumber", queue.fifo().then(|| sequence_number(message.seq))),
        ("MessageGroupId", message.group),
        ("MessageDeduplicationId", message.dedup),
        ("AWSTraceHeader", message.trace),
        ("DeadLetterQueueSourceArn", message.source),
    ];
    let attributes = known
        .into_iter()
        .filter(|(name, _)| system.iter().any(|want| want == "All" || want == name))
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect();
    Ok(Message {
        message_id: message.id,
        receipt_handle: message.handle,
        md5_of_body: md5_hex(message.body.as_bytes()),
        body: message.body,
        attributes,
        md5_of_message_attributes: attributes::md5(&message_attributes),
        message_attributes,
    })
}
