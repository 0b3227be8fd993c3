use aws_sdk_sqs::types::{
    MessageSystemAttributeName as System, QueueAttributeName as Name, SendMessageBatchRequestEntry,
};

use crate::support::{House, code, handle, system};

// "Messages that belong to the same message group are always processed one by one, in a strict order."
#[tokio::test]
async fn a_group_is_received_in_the_order_sent() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    for body in ["1", "2", "3", "4"] {
        house.send_to_group(&url, "g", body).await;
    }
    let received = house.receive_at_most(&url, 3).await;
    assert_eq!(received.iter().map(|message| message.body().unwrap()).collect::<Vec<_>>(), ["1", "2", "3"]);
    let numbers: Vec<_> = received.iter().map(|message| system(message, System::SequenceNumber).unwrap()).collect();
    assert!(numbers.is_sorted() && numbers.iter().all(|number| number.len() == 20), "{numbers:?}");
    assert_eq!(system(&received[0], System::MessageGroupId), Some("g"));
}

// "When you receive a message with a message group ID, no more messages for the same message group ID are returned
// unless you delete the message or it becomes visible." Other groups continue.
#[tokio::test]
async fn a_group_with_a_message_in_flight_is_locked_and_others_are_not() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    for (group, body) in [("a", "a1"), ("a", "a2"), ("b", "b1"), ("a", "a3")] {
        house.send_to_group(&url, group, body).await;
    }
    let first = house.receive_at_most(&url, 1).await.remove(0);
    assert_eq!(first.body(), Some("a1"));
    assert_eq!(house.bodies(&url).await, ["b1"]);
    assert!(house.receive(&url).await.is_empty());
    house.delete(&url, &first).await;
    assert_eq!(house.bodies(&url).await, ["a2", "a3"]);
}

// A message that becomes visible again comes before those sent after it.
#[tokio::test]
async fn a_message_given_back_keeps_its_place() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    house.send_to_group(&url, "g", "1").await;
    house.send_to_group(&url, "g", "2").await;
    let first = house.receive_at_most(&url, 1).await.remove(0);
    house.hide_for(&url, &first, 0).await;
    assert_eq!(house.bodies(&url).await, ["1", "2"]);
    house.wait_s(30);
    assert_eq!(house.bodies(&url).await, ["1", "2"]);
}

// While any message of the group is in flight the group stays locked, even when an earlier one was given back.
#[tokio::test]
async fn a_group_opens_when_its_last_message_in_flight_is_settled() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    for body in ["1", "2", "3"] {
        house.send_to_group(&url, "g", body).await;
    }
    let held = house.receive_at_most(&url, 2).await;
    house.hide_for(&url, &held[0], 0).await;
    assert!(house.receive(&url).await.is_empty());
    house.delete(&url, &held[1]).await;
    assert_eq!(house.bodies(&url).await, ["1", "3"]);
}

// "If a message with a particular message deduplication ID is sent successfully, any messages sent with the same ID
// are accepted successfully but aren't delivered during the 5-minute deduplication interval", deleted or not.
#[tokio::test]
async fn a_deduplication_id_counts_once_in_five_minutes() {
    let house = House::open().await;
    let url = house.queue("orders.fifo", &[(Name::FifoQueue, "true")]).await;
    let send = |body: &str| {
        let send = house.client.send_message().queue_url(&url).message_group_id("g").message_deduplication_id("once");
        send.message_body(body).send()
    };
    let first = send("1").await.unwrap();
    let message = house.receive(&url).await.remove(0);
    assert_eq!(system(&message, System::MessageDeduplicationId), Some("once"));
    house.delete(&url, &message).await;
    house.wait_s(299);
    let second = send("2").await.unwrap();
    assert_eq!((second.message_id(), second.sequence_number()), (first.message_id(), first.sequence_number()));
    assert!(house.receive(&url).await.is_empty());
    house.wait_s(1);
    send("3").await.unwrap();
    assert_eq!(house.bodies(&url).await, ["3"]);
}

// ContentBasedDeduplication: SHA-256 of the body, not of the attributes; an explicit id overrides it.
#[tokio::test]
async fn equal_bodies_are_duplicates_unless_an_id_says_otherwise() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    house.send_to_group(&url, "g", "same").await;
    house.send_to_group(&url, "h", "same").await;
    let send = house.client.send_message().queue_url(&url).message_group_id("g").message_body("same");
    send.message_deduplication_id("other").send().await.unwrap();
    assert_eq!(house.bodies(&url).await, ["same", "same"]);
}

// DeduplicationScope messageGroup: ids are distinct per group.
#[tokio::test]
async fn the_deduplication_scope_can_be_the_group() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[(Name::DeduplicationScope, "messageGroup")]).await;
    for group in ["g", "h", "g"] {
        house.send_to_group(&url, group, "same").await;
    }
    assert_eq!(house.receive(&url).await.len(), 2);
}

// Two entries of one batch with one deduplication id: both succeed, one is delivered.
#[tokio::test]
async fn duplicates_within_a_batch_are_one_message() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    let entry = |id: &str, group: Option<&str>| {
        let entry = SendMessageBatchRequestEntry::builder().id(id).message_body("x");
        entry.set_message_group_id(group.map(str::to_owned)).build().unwrap()
    };
    let send = house.client.send_message_batch().queue_url(&url).entries(entry("a", Some("g")));
    let sent = send.entries(entry("b", Some("g"))).entries(entry("c", None)).send().await.unwrap();
    assert_eq!(sent.successful().len(), 2);
    assert_eq!((sent.failed()[0].id(), sent.failed()[0].code()), ("c", "MissingParameter"));
    assert_eq!(house.receive(&url).await.len(), 1);
}

// FIFO sends need a group (MissingParameter) and an id or content-based deduplication, and take no delay of their own.
#[tokio::test]
async fn a_fifo_send_without_its_ids_is_refused() {
    let house = House::open().await;
    let url = house.queue("orders.fifo", &[(Name::FifoQueue, "true")]).await;
    let send = || house.client.send_message().queue_url(&url).message_body("x");
    assert_eq!(code(send().send().await.unwrap_err()), "MissingParameter");
    assert_eq!(code(send().message_group_id("g").send().await.unwrap_err()), "InvalidParameterValue");
    let delayed = send().message_group_id("g").message_deduplication_id("d").delay_seconds(1);
    assert_eq!(code(delayed.send().await.unwrap_err()), "InvalidParameterValue");
    let standard = house.queue("standard", &[]).await;
    let send = house.client.send_message().queue_url(&standard).message_body("x").message_deduplication_id("d");
    assert_eq!(code(send.send().await.unwrap_err()), "InvalidParameterValue");
}

// FIFO DeleteMessage: a handle whose visibility timeout passed has expired (InvalidParameterValue).
#[tokio::test]
async fn an_expired_handle_of_a_fifo_queue_deletes_nothing() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    house.send_to_group(&url, "g", "x").await;
    let message = house.receive(&url).await.remove(0);
    house.wait_s(30);
    let delete = house.client.delete_message().queue_url(&url).receipt_handle(handle(&message));
    assert_eq!(code(delete.send().await.unwrap_err()), "InvalidParameterValue");
    assert_eq!(house.bodies(&url).await, ["x"]);
}

// A FIFO queue's DelaySeconds holds every message, and with it the group.
#[tokio::test]
async fn a_fifo_queue_s_delay_holds_its_messages() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[(Name::DelaySeconds, "10")]).await;
    house.send_to_group(&url, "g", "1").await;
    house.wait_s(5);
    house.send_to_group(&url, "g", "2").await;
    assert!(house.receive(&url).await.is_empty());
    house.wait_s(5);
    let first = house.receive(&url).await;
    assert_eq!(first.iter().map(|message| message.body().unwrap()).collect::<Vec<_>>(), ["1"]);
    house.delete(&url, &first[0]).await;
    assert!(house.receive(&url).await.is_empty());
    house.wait_s(5);
    assert_eq!(house.bodies(&url).await, ["2"]);
}

// Retention on a FIFO queue: the group continues after an expired message.
#[tokio::test]
async fn a_group_outlives_its_expired_messages() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[(Name::MessageRetentionPeriod, "60")]).await;
    house.send_to_group(&url, "g", "1").await;
    house.wait_s(30);
    house.send_to_group(&url, "g", "2").await;
    house.wait_s(30);
    assert_eq!(house.bodies(&url).await, ["2"]);
}
