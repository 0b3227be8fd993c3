//! A queue and its consumer: messages are delivered in batches, a batch may fail in part, and messages that are not deleted become visible
//! again.

use super::{Context, wait};
use crate::Error;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName};
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};
use tradewind_lambda::{Consumer, Function};

/// How long one call waits for a message: the longest time that SQS allows. Nothing is lost when the wait is cut short.
const LONG_POLL_SECONDS: i32 = 20;

pub(super) async fn run(context: Context, function: Function, consumer: Consumer) -> Result<(), Error> {
    let mut stop = context.stop.clone();
    let Some(url) = context.queues.get(&consumer.queue).cloned() else { return Ok(()) };
    loop {
        let receive = context
            .aws
            .sqs
            .receive_message()
            .queue_url(&url)
            .max_number_of_messages(i32::from(consumer.batch.min(10)))
            .wait_time_seconds(LONG_POLL_SECONDS)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send();
        let received = tokio::select! {
            received = receive => received,
            _ = stop.wait_for(|stop| *stop) => return Ok(()),
        };
        match received {
            Ok(reply) => {
                let messages = reply.messages.unwrap_or_default();
                if !messages.is_empty() {
                    deliver(&context, &function, &url, messages).await;
                }
            }
            Err(_) if *stop.borrow() => return Ok(()),
            Err(_) if wait(&mut stop, Duration::from_millis(500)).await => {}
            Err(_) => return Ok(()),
        }
    }
}

/// Calls the consumer, and deletes the messages that it did not report as failed. If the call itself fails, the whole batch is delivered
/// again.
async fn deliver(context: &Context, function: &Function, url: &str, messages: Vec<Message>) {
    let records: Vec<_> = messages.iter().map(record).collect();
    let failed = match context.host.invoke(function, json!({ "Records": records })).await {
        Ok(answer) => failures(&answer),
        Err(_) => return,
    };
    let delete = messages.iter().enumerate().filter(|(_, m)| !failed.contains(m.message_id().unwrap_or_default()));
    let entries: Vec<_> = delete
        .filter_map(|(number, message)| {
            let handle = message.receipt_handle().unwrap_or_default();
            DeleteMessageBatchRequestEntry::builder().id(number.to_string()).receipt_handle(handle).build().ok()
        })
        .collect();
    if !entries.is_empty() {
        // A message that could not be deleted is delivered again, which every consumer has to handle anyway.
        drop(context.aws.sqs.delete_message_batch().queue_url(url).set_entries(Some(entries)).send().await);
    }
}

fn failures(answer: &Value) -> HashSet<String> {
    let failed = answer.get("batchItemFailures").and_then(Value::as_array).cloned().unwrap_or_default();
    failed.iter().filter_map(|f| f.get("itemIdentifier")?.as_str().map(str::to_owned)).collect()
}

fn record(message: &Message) -> Value {
    let attributes: serde_json::Map<_, _> = message
        .attributes()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str().to_owned(), Value::from(value.clone())))
        .collect();
    json!({
        "messageId": message.message_id(),
        "receiptHandle": message.receipt_handle(),
        "body": message.body(),
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": message.md5_of_body(),
        "eventSource": "aws:sqs",
        "awsRegion": "us-east-1",
    })
}
