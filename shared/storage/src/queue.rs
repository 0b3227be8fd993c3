//! Putting messages on SQS queues.

use crate::{Grant, StorageError};
use aws_sdk_sqs::{
    Client,
    types::{MessageSystemAttributeNameForSends, MessageSystemAttributeValue, SendMessageBatchRequestEntry},
};
use std::{collections::BTreeMap, sync::Arc};
use tradewind_domain::event::Queue;

/// A message to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The body.
    pub body: String,
    /// How long the queue holds it back: at most 900 seconds.
    pub delay_seconds: u16,
    /// The trace that it continues.
    pub trace: Option<String>,
}

/// The queues, as one function may use them.
#[derive(Debug, Clone)]
pub struct Queues {
    client: Client,
    urls: Arc<BTreeMap<Queue, String>>,
    grants: &'static [Grant],
}

impl Queues {
    /// The queues at these URLs, without any permission.
    pub fn new(client: Client, urls: BTreeMap<Queue, String>) -> Self {
        Self { client, urls: Arc::new(urls), grants: &[] }
    }

    /// The same queues for a function with these grants.
    pub fn granted(&self, grants: &'static [Grant]) -> Self {
        Self { grants, ..self.clone() }
    }

    /// Sends messages, ten in a call. If one is not taken, the whole is an error: the caller's own redelivery sends them again.
    pub async fn send(&self, queue: Queue, messages: Vec<Outgoing>) -> Result<(), StorageError> {
        let grant = Grant::Send(queue);
        if !self.grants.contains(&grant) {
            return Err(StorageError::NotGranted(grant));
        }
        let url = self.urls.get(&queue).ok_or(StorageError::NotConfigured(queue.name()))?;
        for batch in messages.chunks(10) {
            let mut entries = Vec::with_capacity(batch.len());
            for (number, message) in batch.iter().enumerate() {
                entries.push(entry(number, message)?);
            }
            let reply = self
                .client
                .send_message_batch()
                .queue_url(url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|e| StorageError::call("SendMessageBatch", e))?;
            if let Some(failed) = reply.failed().first() {
                let cause = format!("{}: {}", failed.code(), failed.message().unwrap_or_default());
                return Err(StorageError::Call { operation: "SendMessageBatch", cause });
            }
        }
        Ok(())
    }
}

fn entry(number: usize, message: &Outgoing) -> Result<SendMessageBatchRequestEntry, StorageError> {
    let mut entry = SendMessageBatchRequestEntry::builder()
        .id(number.to_string())
        .message_body(&message.body)
        .delay_seconds(i32::from(message.delay_seconds));
    if let Some(trace) = &message.trace {
        let value = MessageSystemAttributeValue::builder().data_type("String").string_value(trace).build();
        let value = value.map_err(|e| StorageError::call("SendMessageBatch", e))?;
        entry = entry.message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, value);
    }
    entry.build().map_err(|e| StorageError::call("SendMessageBatch", e))
}
