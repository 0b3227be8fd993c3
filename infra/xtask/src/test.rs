//! `cargo xtask test`: the tests, on both hosts. Needs nothing beyond Rust and a C compiler.

use crate::run::{self, Result};
use std::{path::Path, time::Instant};

/// Tests that run again with functions as processes. The differences - how a function starts, its environment, what it keeps between two
/// calls, how events reach it - are alike in all functions: `examples` calls every function, and the others are those whose answers depend
/// on what a process remembers or on who called it.
const AS_PROCESSES: [&str; 10] = [
    "examples",
    "identity",
    "media",
    "notify",
    "platform",
    "sellers",
    "tenants",
    "payments::apply",
    "payouts::run",
    "payments::webhook",
];

/// Builds the functions' binaries, runs every test with functions linked into one process, and then runs some of those that go through HTTP
/// again, with each function as processes of its own.
pub fn test() -> Result<()> {
    // Linking a hundred test harnesses for binaries of three lines would take longer than all tests: only libraries and integration tests are
    // built as tests, and of the binaries only this one, which has tests of its own.
    cargo("build the binaries", &["build", "--workspace", "--bins"], false)?;
    cargo(
        "test",
        &["test", "--workspace", "--no-fail-fast", "--lib", "--bin", "tradewind-xtask", "--test", "*"],
        false,
    )?;
    // This builds the whole workspace again: a single package would be built with fewer features of the crates it shares, and all of those
    // would be compiled anew.
    let whole = ["test", "--workspace", "--no-fail-fast", "--test", "cross", "--test", "journeys"];
    cargo("test again, with functions as processes", &whole, true)?;
    let some = ["test", "--workspace", "--no-fail-fast", "--test", "contract", "--"];
    cargo("test some again, with functions as processes", &[&some[..], &AS_PROCESSES].concat(), true)
}

/// Runs this many seeds of the model, or a single one with everything that happens in it.
pub fn prove(seeds: u64, first: u64, seed: Option<u64>, faults: u32) -> Result<()> {
    let range = [("SEEDS", seeds.to_string()), ("FIRST", first.to_string())];
    let which = seed.map_or(range.to_vec(), |seed| vec![("SEED", seed.to_string())]);
    let mut command = run::cargo();
    command.args(["test", "--quiet", "--workspace", "--test", "model", "--", "--nocapture"]);
    command.envs(which).env("FAULTS", faults.to_string());
    let status = command.status().map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err("the proof failed".into()) }
}

fn cargo(what: &str, arguments: &[&str], processes: bool) -> Result<()> {
    println!("== {what}: cargo {}", arguments.join(" "));
    let start = Instant::now();
    let mut command = run::cargo();
    command.args(arguments);
    if processes {
        // The binaries are in the same folder as this one, wherever cargo was told to build.
        let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
        command.env("TRADEWIND_TEST_LAMBDAS", folder.unwrap_or_default());
    }
    let status = command.status().map_err(|e| format!("cargo: {e}"))?;
    if !status.success() {
        return Err(format!("{what}: failed"));
    }
    println!("== {what}: {} s", start.elapsed().as_secs());
    Ok(())
}
