//! Random histories of marketplaces under faults, compared with a pure model of the money domain.
//!
//! Every seed is a marketplace of its own and a sequence of commands. A fifth of all calls to DynamoDB and SQS fails in one of the ways in
//! which AWS fails. Afterwards the test waits until everything has taken effect, and audits what was stored.
//!
//! `SEED=123 cargo test -p tradewind-tests --test model` repeats one seed and prints what happened; `SEEDS=10000` runs that many;
//! `cargo xtask prove` does the same with named options.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::disallowed_methods)]
#![allow(clippy::as_conversions, clippy::arithmetic_side_effects)]

mod command;
mod judge;
mod model;
mod run;

use futures::{
    future::join_all,
    stream::{self, StreamExt},
};
use run::Run;
use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tradewind_tests::proof::Proof;

/// Seeds of an ordinary test run; `cargo xtask prove` runs more.
const SEEDS: u64 = 96;
/// How many calls out of a thousand fail.
const FAULTS: u32 = 200;
/// The number of seeds that share a cloud and run at once, and the number of clouds at once: waiting for redeliveries takes longer than
/// computing.
const WAVE: u64 = 16;
const CLOUDS: usize = 6;
/// Batches of a queue that are processed at once, so that consumers run at the same time as well.
const POLLERS: u16 = 4;
/// How long a failed message stays hidden.
const HIDDEN: Duration = Duration::from_secs(12);

static CALLS: AtomicU64 = AtomicU64::new(0);
/// How often orders, payments and payouts ended in each state, over all seeds.
static SEEN: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());
static INJECTED: AtomicU64 = AtomicU64::new(0);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_people_do_and_whatever_fails_the_money_is_right() {
    let start = Instant::now();
    let seeds: Vec<u64> = match number("SEED") {
        Some(seed) => vec![seed],
        None => {
            let first = number("FIRST").unwrap_or(1);
            (first..first + number("SEEDS").unwrap_or(SEEDS)).collect()
        }
    };
    let waves: Vec<_> = seeds.chunks(WAVE as usize).map(<[u64]>::to_vec).collect();
    let failures: Vec<_> = stream::iter(waves).map(wave).buffer_unordered(CLOUDS).concat().await;
    let (calls, injected, took) = (CALLS.load(Ordering::Relaxed), INJECTED.load(Ordering::Relaxed), start.elapsed());
    println!("{} seeds in {} s; {calls} calls, {injected} of them met a fault", seeds.len(), took.as_secs());
    println!("{:?}", SEEN.lock().unwrap());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Runs some seeds in a cloud of their own, and returns the errors of each.
async fn wave(seeds: Vec<u64>) -> Vec<String> {
    let single = seeds.len() == 1;
    // Faults are derived from the traces that clients send, which contain the seed: a seed meets the same faults whatever runs beside it.
    let proof = Proof::with(0, HIDDEN, !single, POLLERS).await;
    let mut runs = vec![];
    for seed in seeds {
        runs.push(Run::new(seed, proof.open(seed).await));
    }
    proof.faults.rate(number("FAULTS").map_or(FAULTS, |rate| rate as u32));
    join_all(runs.iter_mut().map(|run| run.stretch(&proof))).await;
    for weeks in [false, true] {
        let passed = if weeks { Duration::from_secs(15 * 24 * 60 * 60) } else { Duration::from_secs(16 * 60) };
        proof.advance(passed).await;
        runs.iter_mut().for_each(|run| run.pass(weeks));
        // Timers run at the same time as people act.
        tokio::join!(proof.sweep(), join_all(runs.iter_mut().map(|run| run.stretch(&proof))));
    }
    proof.converge().await;

    let stored = proof.stored().await;
    let dead = proof.world.dead_letters().await;
    let mut failures = vec![];
    for run in &mut runs {
        let mut wrong =
            run.close(stored.get(&run.venue.id).map(Vec::as_slice).unwrap_or_default(), &mut SEEN.lock().unwrap());
        let given_up = dead.iter().filter(|letter| letter.to_string().contains(&run.venue.id)).count();
        if given_up > 0 && wrong.is_none() {
            wrong = Some(format!("{given_up} messages were given up: {}", dead[0]));
        }
        if single {
            println!("{}", run.log.join("\n"));
        }
        if let Some(wrong) = wrong {
            let (seed, log) = (run.seed, run.log.join("\n    "));
            let again = format!("SEED={seed} cargo test -p tradewind-tests --test model");
            failures.push(format!("seed {seed}:\n  {wrong}\n  it did:\n    {log}\n  again: {again}"));
        }
    }
    let (calls, injected) = proof.faults.counts();
    CALLS.fetch_add(calls, Ordering::Relaxed);
    INJECTED.fetch_add(injected, Ordering::Relaxed);
    proof.world.stop().await;
    failures
}
