use std::time::{Duration, Instant};

use aws_sdk_sqs::{Client, types::QueueAttributeName};
use tokio::task::JoinHandle;
use tradewind_local_sqs::{ManualClock, Sqs};

use crate::support::{House, START_MS};

/// A long poll of `seconds`: returns how many messages it received and how long it took.
fn poll(client: &Client, url: &str, seconds: Option<i32>) -> JoinHandle<(usize, Duration)> {
    let receive = client.receive_message().queue_url(url).set_wait_time_seconds(seconds);
    tokio::spawn(async move {
        let began = Instant::now();
        let count = receive.send().await.unwrap().messages().len();
        (count, began.elapsed())
    })
}

async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(200)).await;
}

// Long polling: the call waits for a message and returns as soon as one arrives.
#[tokio::test]
async fn a_waiting_receive_wakes_when_a_message_is_sent() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let waiting = poll(&house.client, &url, Some(20));
    a_moment().await;
    house.send(&url, "x").await;
    let (count, took) = waiting.await.unwrap();
    assert_eq!(count, 1);
    assert!(took >= Duration::from_millis(150) && took < Duration::from_secs(5), "{took:?}");
}

// WaitTimeSeconds: "If no messages are available and the wait time expires, the call does not return a message list."
// ReceiveMessageWaitTimeSeconds is the queue's default, which a call overrides.
#[tokio::test]
async fn a_wait_ends_with_nothing_and_the_queue_can_set_it() {
    let house = House::open().await;
    let url = house.queue("orders", &[(QueueAttributeName::ReceiveMessageWaitTimeSeconds, "1")]).await;
    let (count, took) = poll(&house.client, &url, None).await.unwrap();
    assert_eq!(count, 0);
    assert!(took >= Duration::from_millis(950) && took < Duration::from_secs(5), "{took:?}");
    let (_, took) = poll(&house.client, &url, Some(0)).await.unwrap();
    assert!(took < Duration::from_millis(900), "{took:?}");
}

// A message that becomes visible during the wait, after its delay or its timeout, ends it. On the machine's clock.
#[tokio::test]
async fn a_waiting_receive_wakes_when_a_delay_ends() {
    let house = House::open_in_time().await;
    let url = house.queue("orders", &[]).await;
    let waiting = poll(&house.client, &url, Some(20));
    a_moment().await;
    house.client.send_message().queue_url(&url).message_body("x").delay_seconds(1).send().await.unwrap();
    let (count, took) = waiting.await.unwrap();
    assert_eq!(count, 1);
    assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(5), "{took:?}");
}

// A FIFO group that opens during the wait ends it.
#[tokio::test]
async fn a_waiting_receive_wakes_when_a_group_opens() {
    let house = House::open().await;
    let url = house.fifo("orders.fifo", &[]).await;
    house.send_to_group(&url, "g", "1").await;
    house.send_to_group(&url, "g", "2").await;
    let first = house.receive_at_most(&url, 1).await.remove(0);
    let waiting = poll(&house.client, &url, Some(20));
    a_moment().await;
    house.delete(&url, &first).await;
    let (count, took) = waiting.await.unwrap();
    assert_eq!(count, 1);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

// Two waiting receivers never get the same message.
#[tokio::test]
async fn one_message_wakes_one_receiver() {
    let house = House::open().await;
    let url = house.queue("orders", &[]).await;
    let (a, b) = (poll(&house.client, &url, Some(2)), poll(&house.client, &url, Some(2)));
    a_moment().await;
    house.send(&url, "x").await;
    assert_eq!(a.await.unwrap().0 + b.await.unwrap().0, 1);
}

// This is not a rule of AWS but of this service: closing does not wait for long polls.
#[tokio::test]
async fn closing_ends_long_polls() {
    let house = House::serve(
        Sqs::open_with_clock(None, ManualClock::starting_at(START_MS)).unwrap(),
        ManualClock::starting_at(START_MS),
    )
    .await;
    let url = house.queue("orders", &[]).await;
    let waiting = poll(&house.client, &url, Some(20));
    a_moment().await;
    let began = Instant::now();
    tokio::time::timeout(Duration::from_secs(10), house.close()).await.unwrap();
    assert_eq!(waiting.await.unwrap().0, 0);
    assert!(began.elapsed() < Duration::from_secs(5));
}
