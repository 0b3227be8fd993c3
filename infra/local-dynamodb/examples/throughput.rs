//! Prints what the local DynamoDB does per second and per CPU-second through the real SDK over loopback.
//!
//! `cargo run --release -p tradewind-local-dynamodb --example throughput [seconds per figure] [Get|Put|Transact]`
//!
//! The server runs on threads of its own, so that its CPU time can be distinguished from the client's (Linux only: elsewhere the CPU
//! columns read 0). These are figures, not tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::disallowed_methods,
    reason = "a measuring tool: a failure should stop it at once"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, Put, TransactWriteItem},
};
use common::{client, create_table, string};
use tokio::runtime::{Builder, Runtime};
use tradewind_local_dynamodb::DynamoDb;

const SERVER_THREADS: &str = "dynamodb-server";
const ITEMS: u64 = 1_000;

#[derive(Clone, Copy, Debug)]
enum Operation {
    Get,
    Put,
    Transact,
}

fn main() {
    let seconds = std::env::args().nth(1).map_or(2.0, |text| text.parse().expect("seconds per figure"));
    let only = std::env::args().nth(2);
    let folder = tempfile::tempdir_in(".").unwrap();
    println!(
        "{:8} {:9} {:>7} {:>9} {:>14} {:>14}",
        "data", "operation", "clients", "ops/s", "server us/op", "client us/op"
    );
    for mode in ["memory", "file"] {
        let file = folder.path().join("dynamodb.sqlite");
        let database = DynamoDb::open((mode == "file").then_some(file.as_path())).unwrap();
        let server =
            Builder::new_multi_thread().worker_threads(2).thread_name(SERVER_THREADS).enable_all().build().unwrap();
        let clients = Builder::new_current_thread().enable_all().build().unwrap();
        let client = serve(&server, database);
        clients.block_on(fill(&client));
        for operation in [Operation::Get, Operation::Put, Operation::Transact] {
            if only.as_ref().is_some_and(|only| *only != format!("{operation:?}")) {
                continue;
            }
            for concurrency in [1, 16] {
                let figures = clients.block_on(measure(&client, operation, concurrency, seconds));
                println!("{mode:8} {:9} {concurrency:>7} {figures}", format!("{operation:?}"));
            }
        }
        server.shutdown_background();
    }
}

fn serve(server: &Runtime, database: DynamoDb) -> Client {
    let listener = server.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    server.spawn(database.clone().serve(listener, std::future::pending()));
    // Delivered at once, as the event source of the local cloud does.
    server.spawn(async move {
        let (mut writes, mut after, mut trimmed) = (database.subscribe(), 0, Instant::now());
        loop {
            writes.borrow_and_update();
            match database.stream_records("bench", after, 1_000, None).unwrap().through {
                Some(through) => after = through,
                None => writes.changed().await.unwrap(),
            }
            if trimmed.elapsed() >= Duration::from_secs(1) {
                database.trim_stream("bench", after).unwrap();
                trimmed = Instant::now();
            }
        }
    });
    client(&format!("http://{address}"))
}

async fn fill(client: &Client) {
    create_table(client, "bench").await;
    for number in 0..ITEMS {
        client.put_item().table_name("bench").set_item(Some(item(number))).send().await.unwrap();
    }
}

/// A listing as the product stores it: about 1 KB.
fn item(number: u64) -> std::collections::HashMap<String, AttributeValue> {
    let mut item: std::collections::HashMap<_, _> = [
        ("pk".to_owned(), string(&format!("TENANT#1#LISTING#{number}"))),
        ("sk".to_owned(), string("LISTING")),
        ("title".to_owned(), string("A warm jumper of undyed wool")),
        ("description".to_owned(), string(&"Knitted by hand. ".repeat(30))),
        ("price".to_owned(), AttributeValue::N("4999".to_owned())),
        ("version".to_owned(), AttributeValue::N(number.to_string())),
    ]
    .into();
    for field in 0..12 {
        item.insert(format!("field{field}"), string("some short value"));
    }
    item
}

async fn measure(client: &Client, operation: Operation, concurrency: usize, seconds: f64) -> String {
    let done = Arc::new(AtomicU64::new(0));
    let (server, all, start) = (cpu(SERVER_THREADS), cpu(""), Instant::now());
    let end = start + Duration::from_secs_f64(seconds);
    let tasks: Vec<_> = (0..concurrency)
        .map(|_| {
            let (client, done) = (client.clone(), done.clone());
            tokio::spawn(async move {
                while Instant::now() < end {
                    let number = done.fetch_add(1, Ordering::Relaxed);
                    once(&client, operation, number).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let count = done.load(Ordering::Relaxed) as f64;
    let server = (cpu(SERVER_THREADS) - server).as_secs_f64();
    let client = (cpu("") - all).as_secs_f64() - server;
    let rate = count / start.elapsed().as_secs_f64();
    format!("{rate:>9.0} {:>14.1} {:>14.1}", server / count * 1e6, client / count * 1e6)
}

async fn once(client: &Client, operation: Operation, number: u64) {
    let number = number % ITEMS;
    match operation {
        Operation::Get => {
            let pk = string(&format!("TENANT#1#LISTING#{number}"));
            let get = client.get_item().table_name("bench").key("pk", pk).key("sk", string("LISTING"));
            assert!(get.send().await.unwrap().item.is_some());
        }
        Operation::Put => {
            client.put_item().table_name("bench").set_item(Some(item(number))).send().await.unwrap();
        }
        Operation::Transact => {
            let puts = (0..3).map(|offset| {
                let put = Put::builder().table_name("bench").set_item(Some(item((number * 3 + offset) % ITEMS)));
                TransactWriteItem::builder().put(put.build().unwrap()).build()
            });
            client.transact_write_items().set_transact_items(Some(puts.collect())).send().await.unwrap();
        }
    }
}

/// The CPU time so far of this process's threads whose names begin with `name`.
fn cpu(name: &str) -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = tasks.filter_map(|task| {
        let comm = fs::read_to_string(task.path().join("comm")).ok()?;
        let stat = fs::read_to_string(task.path().join("schedstat")).ok()?;
        let nanos: u64 = stat.split(' ').next()?.parse().ok()?;
        comm.starts_with(name).then_some(nanos)
    });
    Duration::from_nanos(nanos.sum())
}
