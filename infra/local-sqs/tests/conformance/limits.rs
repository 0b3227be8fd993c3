use aws_sdk_sqs::types::{MessageAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry};

use crate::support::{House, code};

const MIB: usize = 1_048_576;

fn entry(id: &str, body: impl Into<String>) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap()
}

// "The minimum message size is one character. The maximum is 1 MiB (1,048,576 bytes)", attributes counted.
#[tokio::test]
async fn a_message_is_at_most_one_mebibyte_with_its_attributes() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let send = |body: String| house.client.send_message().queue_url(&url).message_body(body);
    send("x".repeat(MIB)).send().await.unwrap();
    assert_eq!(code(send("x".repeat(MIB + 1)).send().await.unwrap_err()), "InvalidParameterValue");
    assert_eq!(code(send("é".repeat(MIB / 2 + 1)).send().await.unwrap_err()), "InvalidParameterValue");
    assert_eq!(code(send(String::new()).send().await.unwrap_err()), "MissingParameter");
    let attribute = || MessageAttributeValue::builder().data_type("String").string_value("abc").build().unwrap();
    // One byte of name, six of type, three of value.
    send("x".repeat(MIB - 10)).message_attributes("n", attribute()).send().await.unwrap();
    let over = send("x".repeat(MIB - 9)).message_attributes("n", attribute()).send().await;
    assert_eq!(code(over.unwrap_err()), "InvalidParameterValue");
}

// MaximumMessageSize of the queue; within a batch it fails its entry.
#[tokio::test]
async fn a_queue_can_set_a_smaller_limit() {
    let house = House::open().await;
    let url = house.queue("orders", &[(QueueAttributeName::MaximumMessageSize, "1024")]).await;
    let batch = house.client.send_message_batch().queue_url(&url).entries(entry("fits", "x".repeat(1024)));
    let sent = batch.entries(entry("over", "x".repeat(1025))).send().await.unwrap();
    assert_eq!(sent.successful()[0].id(), "fits");
    assert_eq!((sent.failed()[0].id(), sent.failed()[0].code()), ("over", "InvalidParameterValue"));
}

// SendMessageBatch: "the total size of all messages cannot exceed 1 MiB": BatchRequestTooLong, and nothing is sent.
#[tokio::test]
async fn a_batch_is_at_most_one_mebibyte_together() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let batch = |size: usize| {
        let batch = house.client.send_message_batch().queue_url(&url).entries(entry("a", "x".repeat(MIB / 2)));
        batch.entries(entry("b", "x".repeat(size))).send()
    };
    let error = batch(MIB / 2 + 1).await.unwrap_err().into_service_error();
    assert!(error.is_batch_request_too_long(), "{error:?}");
    assert!(house.receive(&url).await.is_empty());
    assert_eq!(batch(MIB / 2).await.unwrap().successful().len(), 2);
}

// Batches have 1 to 10 entries with distinct ids of at most 80 letters, digits, hyphens and underscores.
#[tokio::test]
async fn a_batch_s_entries_are_counted_and_named_apart() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let send = |ids: Vec<String>| {
        let entries = ids.into_iter().map(|id| entry(&id, "x")).collect();
        let batch = house.client.send_message_batch().queue_url(&url).set_entries(Some(entries));
        async move { batch.send().await.map_err(|error| error.into_service_error()) }
    };
    let names = |count: usize| (0..count).map(|index| index.to_string()).collect::<Vec<_>>();
    assert!(send(vec![]).await.unwrap_err().is_empty_batch_request());
    assert!(send(names(11)).await.unwrap_err().is_too_many_entries_in_batch_request());
    assert!(send(vec!["a".into(), "a".into()]).await.unwrap_err().is_batch_entry_ids_not_distinct());
    for id in ["", "a b", "a.b", &"a".repeat(81)] {
        assert!(send(vec![id.to_owned()]).await.unwrap_err().is_invalid_batch_entry_id(), "{id}");
    }
    assert!(house.receive(&url).await.is_empty());
    assert_eq!(send(names(10)).await.unwrap().successful().len(), 10);
}

// "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF": anything else is InvalidMessageContents.
#[tokio::test]
async fn control_characters_are_refused_and_the_rest_of_unicode_is_not() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    for body in ["\u{0}", "a\u{8}", "\u{b}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
        let error = house.client.send_message().queue_url(&url).message_body(body).send().await.unwrap_err();
        assert!(error.into_service_error().is_invalid_message_contents(), "{body:?}");
    }
    let fine = "\t\n\r \"\\ é \u{d7ff}\u{e000}\u{fffd} 🦀\u{10ffff}";
    house.send(&url, fine).await;
    assert_eq!(house.bodies(&url).await, [fine]);
}

// Numbers outside of their documented range.
#[tokio::test]
async fn numbers_out_of_range_are_refused() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    for seconds in [-1, 901] {
        let send = house.client.send_message().queue_url(&url).message_body("x").delay_seconds(seconds);
        assert_eq!(code(send.send().await.unwrap_err()), "InvalidParameterValue");
    }
    let receive = || house.client.receive_message().queue_url(&url);
    for receive in [
        receive().max_number_of_messages(0),
        receive().max_number_of_messages(11),
        receive().wait_time_seconds(21),
        receive().visibility_timeout(43_201),
        receive().visibility_timeout(-1),
    ] {
        assert_eq!(code(receive.send().await.unwrap_err()), "InvalidParameterValue");
    }
    receive().visibility_timeout(43_200).send().await.unwrap();
}

// Message attributes: at most 10, known types, values that are not empty.
#[tokio::test]
async fn message_attributes_follow_their_rules() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let value =
        |kind: &str, text: &str| MessageAttributeValue::builder().data_type(kind).string_value(text).build().unwrap();
    let send = |attributes: Vec<(String, MessageAttributeValue)>| {
        let send = house.client.send_message().queue_url(&url).message_body("x");
        send.set_message_attributes(Some(attributes.into_iter().collect())).send()
    };
    let many = |count: usize| (0..count).map(|index| (format!("n{index}"), value("String", "v"))).collect::<Vec<_>>();
    assert_eq!(code(send(many(11)).await.unwrap_err()), "InvalidParameterValue");
    send(many(10)).await.unwrap();
    for (kind, text) in [("String", ""), ("Text", "v"), ("Number", "many"), ("Binary", "v")] {
        let error = send(vec![("n".to_owned(), value(kind, text))]).await.unwrap_err();
        assert_eq!(code(error), "InvalidParameterValue", "{kind} {text}");
    }
}
