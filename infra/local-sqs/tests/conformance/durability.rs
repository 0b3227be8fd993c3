//! This is not a rule of AWS but of this service: messages that it accepted into a file are there afterwards.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use aws_sdk_sqs::types::QueueAttributeName;
use tokio::net::TcpListener;
use tradewind_local_sqs::{Error, ManualClock, Sqs};

use crate::support::{House, START_MS, arn, client, redrive_policy};

const CHILD_FILE: &str = "TRADEWIND_LOCAL_SQS_CHILD_FILE";

async fn reopen(path: &Path, clock: &ManualClock) -> House {
    House::serve(Sqs::open_with_clock(Some(path), clock.clone()).unwrap(), clock.clone()).await
}

#[tokio::test]
async fn queues_messages_locks_and_deduplication_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sqs.db");
    let clock = ManualClock::starting_at(START_MS);
    let house = reopen(&path, &clock).await;
    let url = house.queue("orders", &[(QueueAttributeName::VisibilityTimeout, "60")]).await;
    let fifo = house.fifo("orders.fifo", &[]).await;
    house.send(&url, "taken").await;
    house.receive(&url).await;
    house.send(&url, "waiting").await;
    house.send_to_group(&fifo, "g", "1").await;
    house.send_to_group(&fifo, "g", "2").await;
    let held = house.receive_at_most(&fifo, 1).await.remove(0);
    house.close().await;

    let house = reopen(&path, &clock).await;
    // The port has changed; only the name in a URL counts.
    assert_eq!(house.attribute(&url, QueueAttributeName::VisibilityTimeout).await.unwrap(), "60");
    assert_eq!(house.bodies(&url).await, ["waiting"]);
    house.wait_s(10);
    assert!(house.receive(&fifo).await.is_empty(), "the group is still locked");
    house.send_to_group(&fifo, "g", "1").await;
    house.delete(&fifo, &held).await;
    assert_eq!(house.bodies(&fifo).await, ["2"], "and the duplicate was still known");
    house.wait_s(50);
    assert_eq!(house.bodies(&url).await, ["taken", "waiting"]);
}

#[tokio::test]
async fn a_move_task_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sqs.db");
    let clock = ManualClock::starting_at(START_MS);
    let house = reopen(&path, &clock).await;
    let dead = house.queue("dead", &[]).await;
    house.queue("source", &[(QueueAttributeName::RedrivePolicy, &redrive_policy("dead", 1))]).await;
    for body in ["1", "2", "3"] {
        house.send(&dead, body).await;
    }
    let start = house.client.start_message_move_task().source_arn(arn("dead")).destination_arn(arn("source"));
    start.max_number_of_messages_per_second(2).send().await.unwrap();
    house.close().await;
    let house = reopen(&path, &clock).await;
    for _ in 0..500 {
        if house.sqs().unwrap().peek("source", 10).unwrap().len() == 3 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{:?}", house.sqs().unwrap().depths());
}

#[tokio::test]
async fn a_file_that_is_no_database_or_is_in_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sqs.db");
    let _first = Sqs::open(Some(&path)).unwrap();
    assert!(matches!(Sqs::open(Some(&path)), Err(Error::Open { .. })));
    let other = folder.path().join("other.db");
    std::fs::write(&other, "something else entirely, and long enough to have a header of its own".repeat(100)).unwrap();
    let error = Sqs::open(Some(&other)).err().unwrap();
    assert!(error.to_string().contains("other.db"), "{error}");
    assert!(matches!(Sqs::open(Some(&folder.path().join("missing/sqs.db"))), Err(Error::Open { .. })));
}

/// Serves a file until it is killed. This is the other half of the next test, which starts it.
#[tokio::test]
#[ignore = "started by the test that kills it"]
async fn child() {
    let Ok(path) = std::env::var(CHILD_FILE) else { return };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("\nlistening http://{}", listener.local_addr().unwrap());
    Sqs::open(Some(Path::new(&path))).unwrap().serve(listener, std::future::pending()).await.unwrap();
}

#[tokio::test]
async fn accepted_messages_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sqs.db");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "durability::child", "--nocapture"])
        .env(CHILD_FILE, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let endpoint = lines.find_map(|line| line.unwrap().strip_prefix("listening ").map(str::to_owned)).unwrap();
    let client = client(&endpoint);
    let url = client.create_queue().queue_name("orders").send().await.unwrap().queue_url.unwrap();
    let mut accepted = Vec::new();
    for index in 0..200 {
        let sent = client.send_message().queue_url(&url).message_body(index.to_string()).send().await.unwrap();
        accepted.push(sent.message_id.unwrap());
    }
    // SIGKILL on Unix: no destructor of the child runs.
    child.kill().unwrap();
    child.wait().unwrap();
    let found = Sqs::open(Some(&path)).unwrap().peek("orders", 1000).unwrap();
    assert_eq!(found.into_iter().map(|message| message.id).collect::<Vec<_>>(), accepted);
}
