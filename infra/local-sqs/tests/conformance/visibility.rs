use aws_sdk_sqs::types::{ChangeMessageVisibilityBatchRequestEntry, QueueAttributeName};

use crate::support::{House, code, handle};

// Visibility timeout: a received message is not visible until it passes; the default is 30 seconds.
#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "x").await;
    assert_eq!(house.bodies(&url).await, ["x"]);
    house.wait_s(29);
    assert!(house.receive(&url).await.is_empty());
    house.wait_s(1);
    assert_eq!(house.bodies(&url).await, ["x"]);
}

// VisibilityTimeout of the queue, and of one ReceiveMessage, which takes precedence.
#[tokio::test]
async fn a_receive_can_bring_its_own_timeout() {
    let house = House::open().await;
    let url = house.queue("orders", &[(QueueAttributeName::VisibilityTimeout, "60")]).await;
    house.send(&url, "x").await;
    house.client.receive_message().queue_url(&url).visibility_timeout(5).send().await.unwrap();
    house.wait_s(5);
    assert_eq!(house.bodies(&url).await, ["x"]);
    house.wait_s(59);
    assert!(house.receive(&url).await.is_empty());
}

// ChangeMessageVisibility counts from the call: it shortens, extends, and 0 makes the message visible at once.
#[tokio::test]
async fn a_holder_can_extend_and_give_back() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "x").await;
    let message = house.receive(&url).await.remove(0);
    house.wait_s(20);
    house.hide_for(&url, &message, 30).await;
    house.wait_s(29);
    assert!(house.receive(&url).await.is_empty());
    house.hide_for(&url, &message, 0).await;
    assert_eq!(house.bodies(&url).await, ["x"]);
}

// ChangeMessageVisibility: MessageNotInflight once the timeout has passed; a deleted message is InvalidParameterValue;
// garbage is ReceiptHandleIsInvalid.
#[tokio::test]
async fn visibility_of_a_message_nobody_holds_cannot_change() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "x").await;
    let message = house.receive(&url).await.remove(0);
    house.wait_s(30);
    let change = |handle: &str| {
        let change = house.client.change_message_visibility().queue_url(&url).visibility_timeout(10);
        change.receipt_handle(handle).send()
    };
    let error = change(handle(&message)).await.unwrap_err().into_service_error();
    assert!(error.is_message_not_inflight(), "{error:?}");
    house.delete(&url, &message).await;
    assert_eq!(code(change(handle(&message)).await.unwrap_err()), "InvalidParameterValue");
    let error = change("garbage").await.unwrap_err().into_service_error();
    assert!(error.is_receipt_handle_is_invalid(), "{error:?}");
}

// "The maximum total visibility timeout is 12 hours from the time Amazon SQS received the ReceiveMessage request."
#[tokio::test]
async fn a_message_cannot_be_held_longer_than_twelve_hours() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "x").await;
    let message = house.receive(&url).await.remove(0);
    house.wait_s(10);
    let change = |seconds| {
        let change = house.client.change_message_visibility().queue_url(&url).receipt_handle(handle(&message));
        change.visibility_timeout(seconds).send()
    };
    assert_eq!(code(change(43_191).await.unwrap_err()), "InvalidParameterValue");
    // The clock of another emulator has moved on a little.
    change(43_180).await.unwrap();
}

// ChangeMessageVisibilityBatch reports each entry.
#[tokio::test]
async fn a_batch_of_changes_reports_each_entry() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "x").await;
    let message = house.receive(&url).await.remove(0);
    let entry = |id: &str, handle: &str, seconds| {
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(id).receipt_handle(handle);
        entry.visibility_timeout(seconds).build().unwrap()
    };
    let changed = house
        .client
        .change_message_visibility_batch()
        .queue_url(&url)
        .entries(entry("long", handle(&message), 43_201))
        .entries(entry("garbage", "garbage", 1))
        .entries(entry("good", handle(&message), 0))
        .send()
        .await
        .unwrap();
    assert_eq!(changed.successful().iter().map(|done| done.id()).collect::<Vec<_>>(), ["good"]);
    let failed: Vec<_> = changed.failed().iter().map(|entry| (entry.id(), entry.code())).collect();
    assert_eq!(failed, [("long", "InvalidParameterValue"), ("garbage", "ReceiptHandleIsInvalid")]);
    assert_eq!(house.bodies(&url).await, ["x"]);
}
