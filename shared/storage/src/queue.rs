//! Putting messages on SQS queues, and looking at messages in the dead-letter queues.

use crate::{Grant, StorageError};
use aws_sdk_sqs::{
    Client,
    types::{
        ChangeMessageVisibilityBatchRequestEntry, Message, MessageSystemAttributeName,
        MessageSystemAttributeNameForSends, MessageSystemAttributeValue, SendMessageBatchRequestEntry,
    },
};
use aws_types::SdkConfig;
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};
use tradewind_kernel::{Time, event::Queue};

/// A message to send.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The message's body.
    pub body: String,
    /// How long the queue holds it back: at most 900 seconds.
    pub delay_seconds: u16,
    /// The trace that the message continues, in the `X-Amzn-Trace-Id` format.
    pub trace: Option<String>,
}

/// The queues, with the permissions of one function.
#[derive(Debug, Clone)]
pub struct Queues {
    place: Arc<Place>,
    grants: &'static [Grant],
}

#[derive(Debug)]
struct Place {
    sdk: SdkConfig,
    // Made when it is first used: a function that never uses it neither waits for it nor links SQS's code.
    client: OnceLock<Client>,
    service: Option<String>,
    // The beginning of every queue's URL.
    urls: String,
    dead: Vec<String>,
}

/// A dead letter: a message whose processing was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The name of the dead-letter queue.
    pub queue: String,
    /// The message's id, which it keeps when it is set aside.
    pub id: String,
    /// The message's body.
    pub body: String,
    /// When the message was first sent.
    pub sent_at: Option<Time>,
}

impl Queues {
    /// The queues whose URLs begin with `urls` and end with their names, and the names of the dead-letter queues among them, without any
    /// permission. `service` is SQS's address if it is not AWS's own.
    pub fn new(sdk: SdkConfig, service: Option<String>, urls: String, dead: Vec<String>) -> Self {
        Self { place: Arc::new(Place { sdk, client: OnceLock::new(), service, urls, dead }), grants: &[] }
    }

    /// The same queues with the permissions of a function that has these grants.
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

    /// Sends messages, ten in a call. If one is not accepted, the whole call is an error: the caller's own redelivery sends them
    /// again.
    pub async fn send(&self, queue: Queue, messages: Vec<Outgoing>) -> Result<(), StorageError> {
        let grant = Grant::Send(queue);
        if !self.grants.contains(&grant) {
            return Err(StorageError::NotGranted(grant));
        }
        if self.place.urls.is_empty() {
            return Err(StorageError::NotConfigured(queue.name()));
        }
        let url = format!("{}{}", self.place.urls, queue.name());
        for batch in messages.chunks(10) {
            let mut entries = Vec::with_capacity(batch.len());
            for (number, message) in batch.iter().enumerate() {
                entries.push(entry(number, message)?);
            }
            let reply = self
                .client()
                .send_message_batch()
                .queue_url(&url)
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

impl Queues {
    /// The names of the dead-letter queues, without the stage.
    pub fn dead_letter_queues(&self) -> &[String] {
        &self.place.dead
    }

    /// Looks into a dead-letter queue, at `most` messages or a few more. They stay in the queue: they are hidden during the call, so
    /// that each is seen once, and made visible again at the end. Takes two calls for each ten messages, and one more that waits a
    /// second for further messages.
    pub async fn dead_letters(&self, name: &str, most: usize) -> Result<Vec<DeadLetter>, StorageError> {
        if !self.grants.contains(&Grant::DeadLetters) {
            return Err(StorageError::NotGranted(Grant::DeadLetters));
        }
        let url = &format!("{}{name}", self.place.urls);
        let queue = url.rsplit('/').next().unwrap_or_default();
        let (mut found, mut handles) = (BTreeMap::new(), vec![]);
        while found.len() < most {
            let messages = self.hide(url).await?;
            let before = found.len();
            for message in messages {
                let (id, letter) = dead_letter(queue, &message);
                handles.extend(message.receipt_handle);
                found.insert(id, letter);
            }
            if found.len() == before {
                break;
            }
        }
        for some in handles.chunks(10) {
            self.show(url, some).await?;
        }
        Ok(found.into_values().collect())
    }

    /// Receives up to ten messages and hides them for a minute.
    async fn hide(&self, url: &str) -> Result<Vec<Message>, StorageError> {
        let call = self.client().receive_message().queue_url(url).max_number_of_messages(10).visibility_timeout(60);
        // SQS asks all of its servers only if it may wait: otherwise it can answer "none" although there are messages.
        let call = call.wait_time_seconds(1).message_system_attribute_names(MessageSystemAttributeName::SentTimestamp);
        let reply = call.send().await.map_err(|e| StorageError::call("ReceiveMessage", e))?;
        Ok(reply.messages.unwrap_or_default())
    }

    /// Makes messages visible again. It is no error if one was removed meanwhile.
    async fn show(&self, url: &str, handles: &[String]) -> Result<(), StorageError> {
        const CALL: &str = "ChangeMessageVisibilityBatch";
        let entry = |(number, handle): (usize, &String)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(number.to_string());
            entry.receipt_handle(handle).visibility_timeout(0).build().map_err(|e| StorageError::call(CALL, e))
        };
        let entries = handles.iter().enumerate().map(entry).collect::<Result<_, _>>()?;
        let call = self.client().change_message_visibility_batch().queue_url(url).set_entries(Some(entries));
        call.send().await.map(drop).map_err(|e| StorageError::call(CALL, e))
    }
}

fn dead_letter(queue: &str, message: &Message) -> (String, DeadLetter) {
    let sent = message.attributes().and_then(|all| all.get(&MessageSystemAttributeName::SentTimestamp)?.parse().ok());
    let id = message.message_id().unwrap_or_default().to_owned();
    let body = message.body().unwrap_or_default().to_owned();
    (id.clone(), DeadLetter { queue: queue.to_owned(), id, body, sent_at: sent.map(Time::from_millis) })
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
