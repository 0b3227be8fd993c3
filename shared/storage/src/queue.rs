//! Putting messages on SQS queues.

use crate::{Grant, StorageError};
use aws_config::SdkConfig;
use aws_sdk_sqs::{
    Client,
    types::{MessageSystemAttributeNameForSends, MessageSystemAttributeValue, SendMessageBatchRequestEntry},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};
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
    place: Arc<Place>,
    grants: &'static [Grant],
}

#[derive(Debug)]
struct Place {
    sdk: SdkConfig,
    // Made when it is first used: a function that never does neither waits for it nor carries SQS's code.
    client: OnceLock<Client>,
    service: Option<String>,
    urls: BTreeMap<Queue, String>,
}

impl Queues {
    /// The queues at these URLs, without any permission. `service` is where SQS is, if not where AWS has it.
    pub fn new(sdk: SdkConfig, service: Option<String>, urls: BTreeMap<Queue, String>) -> Self {
        Self { place: Arc::new(Place { sdk, client: OnceLock::new(), service, urls }), grants: &[] }
    }

    /// The same queues for a function with these grants.
    pub fn granted(&self, grants: &'static [Grant]) -> Self {
        Self { place: self.place.clone(), grants }
    }

    fn client(&self) -> &Client {
        self.place.client.get_or_init(|| {
            let mut config = aws_sdk_sqs::config::Builder::from(&self.place.sdk);
            config.set_endpoint_url(self.place.service.clone());
            Client::from_conf(config.build())
        })
    }

    /// Sends messages, ten in a call. If one is not taken, the whole is an error: the caller's own redelivery sends them again.
    pub async fn send(&self, queue: Queue, messages: Vec<Outgoing>) -> Result<(), StorageError> {
        let grant = Grant::Send(queue);
        if !self.grants.contains(&grant) {
            return Err(StorageError::NotGranted(grant));
        }
        let url = self.place.urls.get(&queue).ok_or(StorageError::NotConfigured(queue.name()))?;
        for batch in messages.chunks(10) {
            let mut entries = Vec::with_capacity(batch.len());
            for (number, message) in batch.iter().enumerate() {
                entries.push(entry(number, message)?);
            }
            let reply = self
                .client()
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
