//! Functions die at every call that they make, just before it and just after it: the story continues, and ends as if nothing had happened.
//!
//! The list of calls is recorded from one run of the story without crashes. `CRASH=payments-apply` crashes only this function.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod story;

use futures::{StreamExt, stream};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use story::Story;
use tradewind_local::{Moment, Point};
use tradewind_tests::proof::{Proof, audit};

/// Clouds at once: most of the time is spent waiting for redeliveries.
const CLOUDS: usize = 6;
/// Stories that one cloud runs: the more it stores, the longer an audit takes.
const STORIES: u64 = 10;
/// How often a crash is tried: messages are batched differently each time, so a call may not be made.
const TRIES: u8 = 3;
/// Functions that move money crash at every call of every invocation; all others crash once at each of their calls.
const MONEY: [&str; 11] = [
    "orders-checkouts-create",
    "orders-transitions-create",
    "orders-refunds-create",
    "orders-reservation-expire",
    "orders-timer",
    "payments-confirm",
    "payments-webhook-sandbox-create",
    "payments-apply",
    "payments-provider",
    "payouts-runs-create",
    "payouts-run",
];

/// The books at the end of a story: the balance of each account.
type Books = BTreeMap<String, i64>;

/// Plays the story in a marketplace of its own, and returns its books, or the error.
async fn tell(proof: &Proof, number: u64) -> Result<Books, String> {
    let venue = proof.open(number).await;
    let ends = Story::new(proof, &venue, number).tell().await?;
    proof.converge().await;
    let stored = proof.stored().await.remove(&venue.id).unwrap_or_default();
    let initial = venue.listings.iter().map(|l| (l.variant.clone(), i64::from(l.stock))).collect();
    let mut audit = audit(&stored, &initial);
    for (order, end) in ends {
        let status = audit.orders.remove(&order).map(|order| order["status"].clone());
        if status.as_ref().is_none_or(|status| status != end) {
            audit.findings.push(format!("{order} ended as {status:?}, not {end}"));
        }
    }
    audit.findings.extend(audit.orders.keys().map(|id| format!("{id} is there and nobody was told")));
    let dead = proof.world.dead_letters().await;
    audit.findings.extend(dead.iter().map(|letter| format!("given up: {letter}")));
    if !audit.findings.is_empty() {
        return Err(audit.findings.join("; "));
    }
    let mut books = Books::new();
    for journal in &audit.journals {
        for posting in journal["postings"].as_array().unwrap() {
            let seller = |account: &str| venue.sellers.iter().position(|s| account.ends_with(&s.seller));
            let account = posting["account"].as_str().unwrap();
            let account = seller(account).map_or(account.to_owned(), |number| format!("seller {number}"));
            *books.entry(account).or_default() += posting["amount"]["amount"].as_i64().unwrap();
        }
    }
    Ok(books)
}

async fn cloud() -> Proof {
    Proof::start(0, Duration::from_secs(1), true).await
}

/// The points at which functions are to crash.
fn points(recorded: Vec<Point>) -> Vec<Point> {
    let only = std::env::var("CRASH").ok();
    let mut seen = HashSet::new();
    let mut wanted = |point: &Point| {
        let money = MONEY.contains(&point.function);
        // Sweepers look at each shard in each run: all of these looks are alike.
        let looks = point.operation == "Query" && point.function.starts_with("orders-");
        // A function that moves no money crashes once at each of its calls, whatever the invocation; those from the fifth on count as one
        // for each operation.
        let name = match (money, looks) {
            (true, false) => point.clone(),
            (true, true) => Point { invocation: 0, ..point.clone() },
            (false, _) => Point { invocation: 0, call: point.call.min(4), ..point.clone() },
        };
        let reads = point.function.ends_with("-get") || point.function.ends_with("-list");
        seen.insert(name) && !reads && only.as_ref().is_none_or(|only| only == point.function)
    };
    recorded.into_iter().filter(|point| wanted(point)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_call_changes_nothing() {
    let start = Instant::now();
    let proof = cloud().await;
    proof.faults.record();
    let books = tell(&proof, 1).await.unwrap();
    let points = points(proof.faults.recorded());
    proof.world.stop().await;

    let mut by_function: BTreeMap<&str, usize> = BTreeMap::new();
    points.iter().for_each(|point| *by_function.entry(point.function).or_default() += 1);
    // A crash before a read and one after it leave the same state; with a write they do not.
    let moments = |point: &Point| match point.operation.as_str() {
        "GetItem" | "Query" | "BatchGetItem" | "TransactGetItems" => vec![Moment::After],
        _ => vec![Moment::Before, Moment::After],
    };
    let crashes: Vec<_> = points.iter().flat_map(|p| moments(p).into_iter().map(|m| (p.clone(), m, TRIES))).collect();
    let (total, left) = (crashes.len(), Arc::new(Mutex::new(crashes)));
    let reached = Arc::new(AtomicU64::new(0));
    let clouds = (0..CLOUDS as u64).map(|number| {
        let (left, reached, books) = (left.clone(), reached.clone(), books.clone());
        async move {
            let mut proof = cloud().await;
            let mut wrong = vec![];
            for story in 0.. {
                let Some((point, moment, tries)) = left.lock().unwrap().pop() else { break };
                if story % STORIES == STORIES - 1 {
                    std::mem::replace(&mut proof, cloud().await).world.stop().await;
                }
                proof.faults.crash_at(point.clone(), moment);
                let told = tell(&proof, 1 + number * 10_000 + story).await;
                let crashed = proof.faults.crashed();
                reached.fetch_add(u64::from(crashed), Ordering::Relaxed);
                if !crashed && tries > 1 {
                    left.lock().unwrap().push((point.clone(), moment, tries - 1));
                }
                match told {
                    Ok(found) if found == books => {}
                    Ok(found) => wrong.push(format!("{point:?} {moment:?}: {found:?}, not {books:?}")),
                    Err(why) => wrong.push(format!("{point:?} {moment:?}: {why}")),
                }
            }
            proof.world.stop().await;
            wrong
        }
    });
    let wrong: Vec<_> = stream::iter(clouds).buffer_unordered(CLOUDS).concat().await;
    let reached = reached.load(Ordering::Relaxed);
    println!("{} points, {total} crashes, {reached} happened, {} s", points.len(), start.elapsed().as_secs());
    println!("{by_function:?}");
    assert!(wrong.is_empty(), "{} of {total}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(reached * 10 >= total as u64 * 9, "only {reached} of {total} crashes happened");
}
