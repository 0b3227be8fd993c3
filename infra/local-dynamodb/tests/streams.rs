//! Tests of streams, time to live and what survives reopening.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    missing_docs
)]

mod common;

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_dynamodb::types::{AttributeValue, TimeToLiveSpecification};
use common::{Served, create_table, number, string};
use serde_json::{Value, json};
use tradewind_local_dynamodb::{DynamoDb, StreamFilter};

const TABLE: &str = "main";

fn item(sk: &str, version: i64) -> HashMap<String, AttributeValue> {
    let key = [("pk".to_owned(), string("p")), ("sk".to_owned(), string(sk))];
    key.into_iter().chain([("version".to_owned(), number(version))]).collect()
}

fn image(sk: &str, version: i64) -> Value {
    json!({"pk": {"S": "p"}, "sk": {"S": sk}, "version": {"N": version.to_string()}})
}

async fn put(served: &Served, sk: &str, version: i64) {
    served.client.put_item().table_name(TABLE).set_item(Some(item(sk, version))).send().await.unwrap();
}

async fn delete(served: &Served, sk: &str) {
    let delete = served.client.delete_item().table_name(TABLE).key("pk", string("p")).key("sk", string(sk));
    delete.send().await.unwrap();
}

#[tokio::test]
async fn a_record_is_what_lambda_receives() {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    put(&served, "a", 1).await;
    put(&served, "a", 2).await;
    delete(&served, "a").await;
    delete(&served, "a").await;
    let table = served.client.describe_table().table_name(TABLE).send().await.unwrap().table.unwrap();

    let batch = served.database.stream_records(TABLE, 0, 100, None).unwrap();
    let events: Vec<_> = batch.records.iter().map(|record| record.event.clone()).collect();
    let changes: Vec<_> = events
        .iter()
        .map(|event| {
            (event["eventName"].as_str().unwrap(), &event["dynamodb"]["OldImage"], &event["dynamodb"]["NewImage"])
        })
        .collect();
    assert_eq!(
        changes,
        [
            ("INSERT", &Value::Null, &image("a", 1)),
            ("MODIFY", &image("a", 1), &image("a", 2)),
            ("REMOVE", &image("a", 2), &Value::Null)
        ]
    );
    let event = &events[0];
    assert_eq!(event["eventVersion"], "1.1");
    assert_eq!(event["eventSource"], "aws:dynamodb");
    assert_eq!(event["eventSourceARN"].as_str(), table.latest_stream_arn());
    assert_eq!(event["dynamodb"]["Keys"], json!({"pk": {"S": "p"}, "sk": {"S": "a"}}));
    assert_eq!(event["dynamodb"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    assert!(event["dynamodb"].get("OldImage").is_none());
    assert!(event.get("userIdentity").is_none());
    let created = event["dynamodb"]["ApproximateCreationDateTime"].as_u64().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!(now - created < 60);
    let numbers: Vec<_> = events.iter().map(|event| event["dynamodb"]["SequenceNumber"].as_str().unwrap()).collect();
    assert!(numbers.iter().all(|number| number.len() == 21) && numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    assert_ne!(events[0]["eventID"], events[1]["eventID"]);
}

#[tokio::test]
async fn records_come_in_order_until_trimmed_and_tables_do_not_mix() {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    create_table(&served.client, "other").await;
    for version in 0..30 {
        put(&served, "a", version).await;
    }
    served.client.put_item().table_name("other").set_item(Some(item("o", 1))).send().await.unwrap();

    let mut versions = Vec::new();
    loop {
        let batch = served.database.stream_records(TABLE, 0, 7, None).unwrap();
        assert_eq!(batch, served.database.stream_records(TABLE, 0, 7, None).unwrap(), "undelivered records stay");
        let Some(through) = batch.through else { break };
        versions.extend(batch.records.iter().map(|record| record.event["dynamodb"]["NewImage"]["version"].clone()));
        served.database.trim_stream(TABLE, through).unwrap();
    }
    assert_eq!(versions, (0..30).map(|version: i64| json!({"N": version.to_string()})).collect::<Vec<_>>());
    assert_eq!(served.database.stream_records("other", 0, 7, None).unwrap().records.len(), 1);
    assert_eq!(served.database.stream_depth(TABLE, 0).unwrap(), 0);

    // A stream that was trimmed continues with higher numbers.
    put(&served, "a", 30).await;
    let batch = served.database.stream_records(TABLE, 0, 7, None).unwrap();
    assert_eq!(batch.records.len(), 1);
    assert_eq!(served.database.stream_depth(TABLE, 0).unwrap(), 1);
    assert_eq!(served.database.stream_depth(TABLE, batch.through.unwrap()).unwrap(), 0);
}

#[tokio::test]
async fn a_filter_says_how_far_it_looked() {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    for sk in ["ORDER#1", "EVENT#1", "ORDER#2"] {
        put(&served, sk, 1).await;
    }
    let pattern = r#"{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"EVENT#"}]}}}}"#;
    let filter = StreamFilter::parse(pattern).unwrap();
    let batch = served.database.stream_records(TABLE, 0, 100, Some(&filter)).unwrap();
    assert_eq!(batch.records.len(), 1);
    assert_eq!(batch.records[0].event["dynamodb"]["NewImage"], image("EVENT#1", 1));
    assert!(batch.through > Some(batch.records[0].sequence));
    served.database.trim_stream(TABLE, batch.through.unwrap()).unwrap();
    assert_eq!(served.database.stream_records(TABLE, 0, 100, None).unwrap().through, None);
}

#[tokio::test]
async fn a_subscriber_wakes_on_a_write() {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    let mut writes = served.database.subscribe();
    // The creation of the table may still be about to wake it.
    tokio::time::timeout(Duration::from_millis(100), writes.changed()).await.ok();
    writes.borrow_and_update();
    let idle = tokio::time::timeout(Duration::from_millis(100), writes.changed()).await;
    assert!(idle.is_err(), "woken without a write");
    put(&served, "a", 1).await;
    tokio::time::timeout(Duration::from_secs(5), writes.changed()).await.unwrap().unwrap();
    assert_eq!(served.database.stream_records(TABLE, 0, 7, None).unwrap().records.len(), 1);
}

#[tokio::test]
async fn a_sweep_removes_expired_items_as_the_service() {
    let served = common::memory().await;
    create_table(&served.client, TABLE).await;
    let setting = TimeToLiveSpecification::builder().attribute_name("expires").enabled(true).build().unwrap();
    served.client.update_time_to_live().table_name(TABLE).time_to_live_specification(setting).send().await.unwrap();
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    for (sk, expires) in [("past", Some(number(now - 10))), ("future", Some(number(now + 1_000))), ("never", None)] {
        let mut item = item(sk, 1);
        item.extend(expires.map(|expires| ("expires".to_owned(), expires)));
        served.client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    }
    let written = served.database.stream_records(TABLE, 0, 100, None).unwrap();
    served.database.trim_stream(TABLE, written.through.unwrap()).unwrap();

    assert_eq!(served.database.sweep_expired().await.unwrap(), 1);
    assert_eq!(served.database.sweep_expired().await.unwrap(), 0);
    let left = served.client.scan().table_name(TABLE).send().await.unwrap();
    assert_eq!(left.count, 2);
    let removed = served.database.stream_records(TABLE, 0, 100, None).unwrap().records;
    assert_eq!(removed.len(), 1);
    assert_eq!(removed[0].event["eventName"], "REMOVE");
    assert_eq!(removed[0].event["dynamodb"]["OldImage"]["sk"]["S"], "past");
    assert_eq!(removed[0].event["userIdentity"], json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"}));
}

#[tokio::test]
async fn a_file_reopened_has_its_items_and_its_undelivered_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new folder/dynamodb.sqlite");
    let before = {
        let served = common::file(&path).await;
        create_table(&served.client, TABLE).await;
        for version in 0..50 {
            put(&served, &format!("{version}"), version).await;
        }
        let first = served.database.stream_records(TABLE, 0, 20, None).unwrap();
        served.database.trim_stream(TABLE, first.through.unwrap()).unwrap();
        served.database.stream_records(TABLE, 0, 100, None).unwrap()
    };
    assert_eq!(before.records.len(), 30);

    let served = common::file(&path).await;
    assert_eq!(served.database.stream_records(TABLE, 0, 100, None).unwrap(), before);
    let items = served.client.scan().table_name(TABLE).send().await.unwrap();
    assert_eq!(items.count, 50);
    put(&served, "50", 50).await;
    let after = served.database.stream_records(TABLE, 0, 100, None).unwrap();
    assert_eq!(after.records.len(), 31);
    assert!(after.through > before.through);
}

#[test]
fn memory_leaves_nothing_behind_and_is_not_shared() {
    let (one, other) = (DynamoDb::open(None).unwrap(), DynamoDb::open(None).unwrap());
    drop(one);
    assert!(other.stream_records(TABLE, 0, 1, None).unwrap().records.is_empty());
}

#[test]
fn what_is_not_a_database_is_refused_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dynamodb.sqlite");
    std::fs::write(&path, "this is a shopping list, not a database: bread, butter, one warm jumper").unwrap();
    let refused = DynamoDb::open(Some(&path)).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("dynamodb.sqlite") && refused.lines().count() == 1, "{refused}");

    let beneath_a_file = path.join("dynamodb.sqlite");
    assert!(DynamoDb::open(Some(&beneath_a_file)).is_err());
}

/// Run by the test below in a process of its own: writes without end, and prints which writes were answered.
#[tokio::test]
#[ignore = "the process that is killed"]
async fn writes_until_killed() {
    let path = std::env::var("TRADEWIND_TEST_FILE").unwrap();
    let served = common::file(path.as_ref()).await;
    create_table(&served.client, TABLE).await;
    for version in 0.. {
        put(&served, &format!("{version:06}"), version).await;
        writeln!(std::io::stderr(), "wrote {version}").unwrap();
    }
}

#[tokio::test]
async fn a_killed_process_loses_nothing_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dynamodb.sqlite");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "writes_until_killed", "--nocapture"])
        .env("TRADEWIND_TEST_FILE", &path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answered = None;
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(version) = line.strip_prefix("wrote ") else { continue };
        answered = Some(version.parse::<i64>().unwrap());
        if answered == Some(300) {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    let answered = answered.unwrap();
    assert!(answered >= 300);

    let served = common::file(&path).await;
    let items = served.client.scan().table_name(TABLE).send().await.unwrap();
    let records = served.database.stream_records(TABLE, 0, 1_000_000, None).unwrap().records;
    // Writes in progress when it died may be there too, but never an item without its record.
    assert!(i64::from(items.count) > answered);
    assert_eq!(records.len(), usize::try_from(items.count).unwrap());
    let in_order = records.iter().enumerate().all(|(at, record)| {
        record.event["dynamodb"]["NewImage"] == image(&format!("{at:06}"), i64::try_from(at).unwrap())
    });
    assert!(in_order);
}
