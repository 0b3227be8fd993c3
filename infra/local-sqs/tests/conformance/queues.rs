use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName as Name;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{House, START_MS, arn, code};

const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=local\r\n";

// CreateQueue: "If you provide the name of an existing queue along with the exact names and values of all the queue's
// attributes, CreateQueue returns the queue URL for the existing queue." Otherwise QueueNameExists.
#[tokio::test]
async fn creating_again_with_the_same_attributes_returns_the_queue_and_with_others_fails() {
    let house = House::open().await;
    let url = house.queue("orders", &[(Name::VisibilityTimeout, "60")]).await;
    assert_eq!(url, format!("{}/000000000000/orders", house.endpoint));
    assert_eq!(house.queue("orders", &[(Name::VisibilityTimeout, "60")]).await, url);
    assert_eq!(house.queue("orders", &[]).await, url);

    let create = house.client.create_queue().queue_name("orders").attributes(Name::VisibilityTimeout, "61");
    let error = create.send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_name_exists(), "{error:?}");
}

// GetQueueUrl / any action: QueueDoesNotExist, in the JSON protocol's shape and with the query protocol's code.
#[tokio::test]
async fn a_queue_that_is_not_there_is_the_modelled_error() {
    let house = House::open().await;
    let error = house.client.get_queue_url().queue_name("nobody").send().await.unwrap_err();
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 400);
    let body = std::str::from_utf8(error.raw_response().unwrap().body().bytes().unwrap()).unwrap();
    assert!(body.contains("com.amazonaws.sqs#QueueDoesNotExist"), "{body}");
    assert!(error.into_service_error().is_queue_does_not_exist());

    let url = format!("{}/000000000000/nobody", house.endpoint);
    let error = house.client.send_message().queue_url(url).message_body("x").send().await.unwrap_err();
    assert_eq!(
        error.raw_response().unwrap().headers().get("x-amzn-query-error"),
        Some("AWS.SimpleQueueService.NonExistentQueue;Sender")
    );
    assert!(error.into_service_error().is_queue_does_not_exist());
}

// GetQueueAttributes: documented defaults, counts, timestamps in epoch seconds and the ARN.
#[tokio::test]
async fn attributes_show_the_documented_defaults_and_the_counts() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "visible").await;
    house.send(&url, "taken").await;
    house.client.send_message().queue_url(&url).message_body("later").delay_seconds(5).send().await.unwrap();
    house.receive_at_most(&url, 1).await;
    let shown = house.client.get_queue_attributes().queue_url(&url).attribute_names(Name::All).send().await.unwrap();
    let shown: HashMap<_, _> = shown.attributes.unwrap();
    for (name, value) in [
        (Name::QueueArn, arn("orders").as_str()),
        (Name::VisibilityTimeout, "30"),
        (Name::DelaySeconds, "0"),
        (Name::MaximumMessageSize, "1048576"),
        (Name::MessageRetentionPeriod, "345600"),
        (Name::ReceiveMessageWaitTimeSeconds, "0"),
        (Name::ApproximateNumberOfMessages, "1"),
        (Name::ApproximateNumberOfMessagesNotVisible, "1"),
        (Name::ApproximateNumberOfMessagesDelayed, "1"),
    ] {
        assert_eq!(shown.get(&name).map(String::as_str), Some(value), "{name}");
    }
    let created = shown.get(&Name::CreatedTimestamp).map(String::as_str);
    assert!(house.says(created, START_MS / 1000, 1), "{created:?}");
    if let Some(sqs) = house.sqs() {
        let depth = sqs.depths().unwrap().remove(0);
        assert_eq!((depth.name.as_str(), depth.visible, depth.in_flight, depth.delayed), ("orders", 1, 1, 1));
    }
}

// GetQueueAttributes: only the attributes asked for are returned.
#[tokio::test]
async fn only_attributes_asked_for_are_returned() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let get = house.client.get_queue_attributes().queue_url(&url).attribute_names(Name::QueueArn);
    assert_eq!(get.send().await.unwrap().attributes.unwrap().len(), 1);
    assert_eq!(house.client.get_queue_attributes().queue_url(&url).send().await.unwrap().attributes, None);
}

// SetQueueAttributes: sets one and leaves the others; LastModifiedTimestamp changes. Out of range: InvalidAttributeValue.
// Unknown: InvalidAttributeName.
#[tokio::test]
async fn setting_attributes_changes_what_is_named_and_checks_it() {
    let house = House::open().await;
    let url = house.queue("orders", &[(Name::VisibilityTimeout, "60")]).await;
    house.wait_s(10);
    let set =
        |name: Name, value: &str| house.client.set_queue_attributes().queue_url(&url).attributes(name, value).send();
    set(Name::DelaySeconds, "900").await.unwrap();
    assert_eq!(house.attribute(&url, Name::DelaySeconds).await.unwrap(), "900");
    assert_eq!(house.attribute(&url, Name::VisibilityTimeout).await.unwrap(), "60");
    for (name, value) in [
        (Name::DelaySeconds, "901"),
        (Name::VisibilityTimeout, "43201"),
        (Name::MaximumMessageSize, "1023"),
        (Name::MaximumMessageSize, "1048577"),
        (Name::MessageRetentionPeriod, "59"),
        (Name::ReceiveMessageWaitTimeSeconds, "21"),
        (Name::ReceiveMessageWaitTimeSeconds, "soon"),
    ] {
        let error = set(name.clone(), value).await.unwrap_err().into_service_error();
        assert!(error.is_invalid_attribute_value(), "{name} {value}: {error:?}");
    }
    let error = set(Name::ContentBasedDeduplication, "true").await.unwrap_err().into_service_error();
    assert!(error.is_invalid_attribute_name(), "a FIFO attribute on a standard queue: {error:?}");
    let modified = house.attribute(&url, Name::LastModifiedTimestamp).await;
    assert!(house.says(modified.as_deref(), START_MS / 1000 + 10, 1), "{modified:?}");
}

// CreateQueue: names have up to 80 of letters, digits, hyphens and underscores; a FIFO queue's ends in .fifo.
#[tokio::test]
async fn names_follow_the_documented_rule() {
    let house = House::open().await;
    let too_long = "a".repeat(81);
    for name in ["", "a b", "a.b", "späti", too_long.as_str(), "orders.fifo", ".fifo"] {
        let error = house.client.create_queue().queue_name(name).send().await.unwrap_err();
        assert_eq!(code(error), "InvalidParameterValue", "{name}");
    }
    let error = house.client.create_queue().queue_name("orders").attributes(Name::FifoQueue, "true").send().await;
    assert!(error.is_err(), "FifoQueue without the suffix");
    house.queue(&"a".repeat(80), &[]).await;
}

// ListQueues: filtered by prefix; NextToken when MaxResults is set and there is more.
#[tokio::test]
async fn queues_are_listed_by_prefix_and_page() {
    let house = House::open().await;
    for name in ["order-a", "order-b", "order-c", "payment"] {
        house.queue(name, &[]).await;
    }
    let first = house.client.list_queues().queue_name_prefix("order").max_results(2).send().await.unwrap();
    assert_eq!(first.queue_urls().len(), 2);
    let second = house.client.list_queues().queue_name_prefix("order").max_results(2);
    let second = second.next_token(first.next_token.unwrap()).send().await.unwrap();
    assert_eq!(second.queue_urls(), [format!("{}/000000000000/order-c", house.endpoint)]);
    assert_eq!(second.next_token, None);
    assert_eq!(house.client.list_queues().send().await.unwrap().queue_urls().len(), 4);
}

// DeleteQueue: "any messages in the queue are no longer available"; the name can be used again after 60 seconds.
#[tokio::test]
async fn a_deleted_queue_is_gone_and_its_name_rests_for_a_minute() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "lost").await;
    house.client.delete_queue().queue_url(&url).send().await.unwrap();
    assert!(house.client.get_queue_url().queue_name("orders").send().await.is_err());
    let error = house.client.create_queue().queue_name("orders").send().await.unwrap_err().into_service_error();
    assert!(error.is_queue_deleted_recently(), "{error:?}");
    house.wait_s(60);
    house.queue("orders", &[]).await;
    assert!(house.receive(&url).await.is_empty());
}

// PurgeQueue: deletes all messages, those in flight too; a second one within 60 seconds is PurgeQueueInProgress.
#[tokio::test]
async fn a_purge_empties_the_queue_and_rests_for_a_minute() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    house.send(&url, "a").await;
    house.send(&url, "b").await;
    house.receive_at_most(&url, 1).await;
    house.client.purge_queue().queue_url(&url).send().await.unwrap();
    house.wait_s(31);
    assert!(house.receive(&url).await.is_empty());
    let error = house.client.purge_queue().queue_url(&url).send().await.unwrap_err().into_service_error();
    assert!(error.is_purge_queue_in_progress(), "{error:?}");
    house.wait_s(30);
    house.client.purge_queue().queue_url(&url).send().await.unwrap();
}

// TagQueue, UntagQueue, ListQueueTags; tags given to CreateQueue.
#[tokio::test]
async fn tags_are_kept() {
    let house = House::open().await;
    let url =
        house.client.create_queue().queue_name("orders").tags("stage", "dev").send().await.unwrap().queue_url.unwrap();
    house.client.tag_queue().queue_url(&url).tags("area", "money").send().await.unwrap();
    house.client.untag_queue().queue_url(&url).tag_keys("stage").send().await.unwrap();
    let tags = house.client.list_queue_tags().queue_url(&url).send().await.unwrap().tags.unwrap();
    assert_eq!(tags, HashMap::from([("area".to_owned(), "money".to_owned())]));
}

/// Sends a request that no SDK would send, and returns the whole response.
async fn raw(house: &House, headers: &str, body: &str) -> String {
    let address = house.endpoint.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

// Requests must be signed. The signature itself is not verified here.
#[tokio::test]
async fn an_unsigned_request_is_refused() {
    let house = House::open().await;
    let target = "X-Amz-Target: AmazonSQS.ListQueues\r\n";
    let unsigned = raw(&house, target, "{}").await;
    assert!(unsigned.starts_with("HTTP/1.1 403") && unsigned.contains("MissingAuthenticationToken"), "{unsigned}");
    let basic = raw(&house, &format!("{target}Authorization: Basic bG9jYWw6bG9jYWw=\r\n"), "{}").await;
    assert!(basic.starts_with("HTTP/1.1 400") && basic.contains("IncompleteSignature"), "{basic}");
    let signed = raw(&house, &format!("{target}{SIGNED}"), "{}").await;
    assert!(signed.starts_with("HTTP/1.1 200") && signed.contains("application/x-amz-json-1.0"), "{signed}");
}

// The JSON protocol: an unknown action and a body that does not parse have their own errors.
#[tokio::test]
async fn what_is_no_request_is_refused() {
    let house = House::open().await;
    let unknown = raw(&house, &format!("X-Amz-Target: AmazonSQS.Nothing\r\n{SIGNED}"), "{}").await;
    assert!(unknown.contains("UnknownOperationException"), "{unknown}");
    let garbled = raw(&house, &format!("X-Amz-Target: AmazonSQS.ListQueues\r\n{SIGNED}"), "{").await;
    assert!(garbled.contains("SerializationException"), "{garbled}");
}
