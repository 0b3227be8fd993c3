//! Messages per second through the real SDK over loopback, for an empty queue and one with a backlog:
//! `cargo run --release -p tradewind-local-sqs --example throughput`.

#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a figure to print: a failure may as well stop it where it happens"
)]

use std::time::{Duration, Instant};

use aws_credential_types::Credentials;
use aws_sdk_sqs::{
    Client,
    config::{BehaviorVersion, Region},
    types::SendMessageBatchRequestEntry,
};
use tokio::net::TcpListener;
use tradewind_local_sqs::Sqs;

const MESSAGES: u32 = 3_000;
const BACKLOG_BATCHES: u32 = 10_000;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let sqs = Sqs::open(Some(&folder.path().join("sqs.db"))).expect("queues");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(sqs.serve(listener, std::future::pending()));
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "example"))
        .endpoint_url(endpoint)
        .http_client(tradewind_client::amazon().expect("a client"))
        .build();
    let client = Client::from_conf(config);
    let created = client.create_queue().queue_name("orders").send().await.expect("a queue");
    let url = created.queue_url.expect("a URL");

    println!("file, one client, 1 KB bodies, {MESSAGES} messages");
    round(&client, &url, "empty queue").await;
    for _ in 0..BACKLOG_BATCHES {
        send_ten(&client, &url).await;
    }
    round(&client, &url, "100,000 waiting").await;
    server.abort();
}

/// Sends, then receives and deletes messages, one in each call.
async fn round(client: &Client, url: &str, label: &str) {
    let body = "x".repeat(1024);
    let sends = Instant::now();
    for _ in 0..MESSAGES {
        client.send_message().queue_url(url).message_body(&body).send().await.expect("a send");
    }
    let sends = sends.elapsed();
    let (mut receives, mut deletes) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..MESSAGES {
        let began = Instant::now();
        let received = client.receive_message().queue_url(url).send().await.expect("a receive");
        receives = receives.saturating_add(began.elapsed());
        let handle =
            received.messages.and_then(|all| all.into_iter().next()).and_then(|message| message.receipt_handle);
        let began = Instant::now();
        let delete = client.delete_message().queue_url(url).receipt_handle(handle.expect("a message"));
        delete.send().await.expect("a delete");
        deletes = deletes.saturating_add(began.elapsed());
    }
    let rate =
        |took: Duration| u128::from(MESSAGES).saturating_mul(1_000_000).checked_div(took.as_micros()).unwrap_or(0);
    println!("{label}: {} sends/s, {} receives/s, {} deletes/s", rate(sends), rate(receives), rate(deletes));
}

async fn send_ten(client: &Client, url: &str) {
    let entries = (0..10)
        .map(|id: u32| SendMessageBatchRequestEntry::builder().id(id.to_string()).message_body("waiting").build())
        .collect::<Result<Vec<_>, _>>()
        .expect("entries");
    client.send_message_batch().queue_url(url).set_entries(Some(entries)).send().await.expect("a batch");
}
