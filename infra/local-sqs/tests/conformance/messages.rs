use aws_sdk_sqs::{
    primitives::Blob,
    types::{
        MessageAttributeValue, MessageSystemAttributeName as System, MessageSystemAttributeNameForSends,
        MessageSystemAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry,
    },
};

use crate::support::{House, START_MS, system};

fn text(kind: &str, value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder().data_type(kind).string_value(value).build().unwrap()
}

// SendMessage returns MD5OfMessageBody and MD5OfMessageAttributes; ReceiveMessage returns them with the message. The
// attribute digest below was computed with botocore's published algorithm.
#[tokio::test]
async fn a_message_arrives_whole_with_its_digests() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let sent = house
        .client
        .send_message()
        .queue_url(&url)
        .message_body("This is a test message")
        .message_attributes("kind", text("String", "order"))
        .message_attributes("count", text("Number.int", "3"))
        .message_attributes(
            "raw",
            MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([0, 1, 255])).build().unwrap(),
        )
        .send()
        .await
        .unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("fafb00f5732ab283681e124bf8747ed1"));
    assert_eq!(sent.md5_of_message_attributes(), Some("f70dd0a24aaa8f5c82dcfff4965646f3"));
    let message = house.receive(&url).await.remove(0);
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("This is a test message"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes["count"].string_value(), Some("3"));
    assert_eq!(attributes["count"].data_type(), "Number.int");
    assert_eq!(attributes["raw"].binary_value().unwrap().as_ref(), [0, 1, 255]);
}

// ReceiveMessage: attributes are returned only when named; a prefix is given as "prefix.*".
#[tokio::test]
async fn attributes_are_returned_when_asked_for() {
    let house = House::open().await;
    let url = house.queue("orders", &[(QueueAttributeName::VisibilityTimeout, "0")]).await;
    let send = house.client.send_message().queue_url(&url).message_body("x");
    let send = send.message_attributes("shop.id", text("String", "1")).message_attributes("other", text("String", "2"));
    send.send().await.unwrap();
    let plain = house.client.receive_message().queue_url(&url).send().await.unwrap().messages.unwrap().remove(0);
    assert_eq!((plain.attributes(), plain.message_attributes(), plain.md5_of_message_attributes()), (None, None, None));
    let some = house.client.receive_message().queue_url(&url).message_attribute_names("shop.*").send().await.unwrap();
    let some = some.messages.unwrap().remove(0);
    assert_eq!(some.message_attributes().unwrap().keys().collect::<Vec<_>>(), ["shop.id"]);
    assert_eq!(some.md5_of_message_attributes(), Some("c2247c5d97cd19a05b53f2c621428a4f"));
}

// ReceiveMessage system attributes: SentTimestamp and ApproximateFirstReceiveTimestamp in epoch milliseconds,
// ApproximateReceiveCount, AWSTraceHeader as sent.
#[tokio::test]
async fn system_attributes_tell_the_message_s_story() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let trace =
        MessageSystemAttributeValue::builder().data_type("String").string_value("Root=1-5759e988").build().unwrap();
    house
        .client
        .send_message()
        .queue_url(&url)
        .message_body("x")
        .message_system_attributes(MessageSystemAttributeNameForSends::AwsTraceHeader, trace)
        .send()
        .await
        .unwrap();
    house.wait_s(2);
    house.receive(&url).await;
    house.wait_s(30);
    let again = house.receive(&url).await.remove(0);
    let (sent, first) = (System::SentTimestamp, System::ApproximateFirstReceiveTimestamp);
    assert!(house.says(system(&again, sent), START_MS, 1000), "{again:?}");
    assert!(house.says(system(&again, first), START_MS + 2000, 1000), "{again:?}");
    assert_eq!(system(&again, System::ApproximateReceiveCount), Some("2"));
    assert_eq!(system(&again, System::AwsTraceHeader), Some("Root=1-5759e988"));
    assert!(system(&again, System::SenderId).is_some_and(|sender| !sender.is_empty()));
    assert_eq!(system(&again, System::SequenceNumber), None);
}

// ReceiveMessage: MaxNumberOfMessages, 1 by default; fewer may be returned, never more.
#[tokio::test]
async fn a_receive_returns_at_most_what_was_asked_and_one_by_default() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    for index in 0..12 {
        house.send(&url, &index.to_string()).await;
    }
    let one = house.client.receive_message().queue_url(&url).send().await.unwrap();
    assert_eq!(one.messages().len(), 1);
    assert_eq!(house.receive_at_most(&url, 10).await.len(), 10);
    assert_eq!(house.receive_at_most(&url, 10).await.len(), 1);
}

// DeleteMessage with an older receipt handle succeeds and does not delete. "You can delete a message using the most
// recent ReceiptHandle" even after its visibility timeout passed, in a standard queue.
#[tokio::test]
async fn only_the_most_recent_handle_deletes() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "x").await;
    let first = house.receive(&url).await.remove(0);
    house.wait_s(31);
    let second = house.receive(&url).await.remove(0);
    assert_ne!(first.receipt_handle(), second.receipt_handle());
    house.delete(&url, &first).await;
    house.wait_s(31);
    assert_eq!(house.counts(&url).await.1, 1);
    house.delete(&url, &second).await;
    assert_eq!(house.counts(&url).await.1, 0);
    house.delete(&url, &second).await;
}

// DeleteMessage: ReceiptHandleIsInvalid for what is no handle, and for one of another queue.
#[tokio::test]
async fn a_handle_of_nothing_or_of_another_queue_is_refused() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let other = house.queue("other", &[]).await;
    house.send(&other, "x").await;
    let message = house.receive(&other).await.remove(0);
    for handle in ["garbage", message.receipt_handle().unwrap()] {
        let delete = house.client.delete_message().queue_url(&url).receipt_handle(handle);
        let error = delete.send().await.unwrap_err().into_service_error();
        assert!(error.is_receipt_handle_is_invalid(), "{error:?}");
    }
    assert_eq!(house.counts(&other).await.0, 1);
}

// MessageRetentionPeriod: messages older than it are deleted.
#[tokio::test]
async fn a_message_older_than_the_retention_is_gone() {
    let house = House::open().await;
    let url = house.queue("orders", &[(QueueAttributeName::MessageRetentionPeriod, "60")]).await;
    house.send(&url, "old").await;
    house.wait_s(59);
    house.send(&url, "young").await;
    house.wait_s(1);
    if let Some(sqs) = house.sqs() {
        assert_eq!(sqs.peek("orders", 10).unwrap().len(), 1);
    }
    assert_eq!(house.counts(&url).await.1, 1);
    house.send(&url, "old").await;
    house.wait_s(59);
    assert_eq!(house.bodies(&url).await, ["old"]);
}

// DelaySeconds of the queue, and of one message, which takes precedence.
#[tokio::test]
async fn a_delayed_message_appears_after_its_delay() {
    let house = House::open().await;
    let url = house.queue("orders", &[(QueueAttributeName::DelaySeconds, "10")]).await;
    house.send(&url, "queue's").await;
    house.client.send_message().queue_url(&url).message_body("own").delay_seconds(20).send().await.unwrap();
    house.client.send_message().queue_url(&url).message_body("none").delay_seconds(0).send().await.unwrap();
    assert_eq!(house.bodies(&url).await, ["none"]);
    house.wait_s(9);
    assert_eq!(house.bodies(&url).await, Vec::<String>::new());
    house.wait_s(1);
    assert_eq!(house.bodies(&url).await, ["queue's"]);
    house.wait_s(10);
    assert_eq!(house.bodies(&url).await, ["own"]);
}

// SendMessageBatch, DeleteMessageBatch: "the result of each action is reported individually"; HTTP 200 with failures.
#[tokio::test]
async fn a_batch_reports_each_entry() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let entry = |id: &str, body: &str| SendMessageBatchRequestEntry::builder().id(id).message_body(body);
    let sent = house
        .client
        .send_message_batch()
        .queue_url(&url)
        .entries(entry("good", "a").build().unwrap())
        .entries(entry("bad", "b\u{1}").build().unwrap())
        .entries(entry("late", "c").delay_seconds(901).build().unwrap())
        .entries(entry("fine", "d").build().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(sent.successful().iter().map(|done| done.id()).collect::<Vec<_>>(), ["good", "fine"]);
    let failed: Vec<_> = sent.failed().iter().map(|entry| (entry.id(), entry.code(), entry.sender_fault())).collect();
    assert_eq!(failed, [("bad", "InvalidMessageContents", true), ("late", "InvalidParameterValue", true)]);

    let received = house.receive(&url).await;
    assert_eq!(received.len(), 2);
    let entry = |id: &str, handle: &str| {
        aws_sdk_sqs::types::DeleteMessageBatchRequestEntry::builder().id(id).receipt_handle(handle).build().unwrap()
    };
    let deleted = house
        .client
        .delete_message_batch()
        .queue_url(&url)
        .entries(entry("one", received[0].receipt_handle().unwrap()))
        .entries(entry("two", "garbage"))
        .entries(entry("three", received[1].receipt_handle().unwrap()))
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.successful().iter().map(|done| done.id()).collect::<Vec<_>>(), ["one", "three"]);
    assert_eq!((deleted.failed()[0].id(), deleted.failed()[0].code()), ("two", "ReceiptHandleIsInvalid"));
    assert_eq!(house.counts(&url).await.0, 0);
}
