//! `cargo xtask bench`: figures, not tests. A release build of the local cloud is loaded over loopback from this process, for a
//! bounded time; what the server process itself consumed is read from the operating system.
#![allow(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "statistics, not money"
)]
#![allow(clippy::indexing_slicing, reason = "indexing JSON answers null for what is not there")]

mod calibration;
mod cold;
#[cfg_attr(not(target_os = "linux"), path = "no_instructions.rs")]
mod instructions;
mod load;
mod server;

use crate::run::Result;
use load::{Figures, Market, Operation};
use server::Server;
use std::time::Duration;

/// Products in the catalogue.
const PRODUCTS: usize = 1_000;

/// What `--only` accepts besides the names of operations.
const COLD: &str = "cold start";

/// Runs everything, or one operation, or only cold starts. `seconds` is how long each is measured at each number of clients.
pub fn run(seconds: u64, only: Option<&str>) -> Result<()> {
    let operations: Vec<_> = load::OPERATIONS.iter().filter(|o| only.is_none_or(|only| o.name() == only)).collect();
    if operations.is_empty() && only != Some(COLD) {
        let names = load::OPERATIONS.iter().map(|o| o.name()).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no such operation; there are: {names}, {COLD}"));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        if !operations.is_empty() {
            server::build()?;
            under_load(seconds, &operations).await?;
        }
        if only.is_none_or(|only| only == COLD) { cold::compare().await } else { Ok(()) }
    })
}

async fn under_load(seconds: u64, operations: &[&Operation]) -> Result<()> {
    let before = calibration::run()?;
    let server = Server::start().await?;
    println!("first answer {} ms after start", server.first_answer.as_millis());
    let market = Market::prepare(&server, PRODUCTS, 16).await?;
    let (mut counted, why) = match server.instructions() {
        Ok(counted) => (Some(counted), "of one, in user mode".to_owned()),
        Err(error) => (None, format!("this machine does not count them ({error})")),
    };
    println!("\n{PRODUCTS} products, {seconds} s each; CPU is that of the server process, databases counted in");
    println!("instructions: {why}\n");
    println!(
        "{:<14} {:>7} {:>9} {:>9} {:>9} {:>11} {:>12} {:>12} {:>13}",
        "operation", "clients", "per s", "p50 ms", "p99 ms", "per CPU-s", "read units", "write units", "instructions"
    );
    let mut costs = vec![];
    for operation in operations {
        for clients in [1, 16] {
            let what = (**operation, clients);
            let figures = market.load(&server, &mut counted, what, Duration::from_secs(seconds)).await?;
            print_row(operation.name(), clients, &figures);
            costs.push((operation.name(), clients, 1_000.0 / figures.per_cpu_second));
        }
    }
    println!("\nmemory: {} MB at most", server.peak_memory_mb()?);
    server.stop()?;
    let after = calibration::run()?;
    println!("\ncalibration, a fixed piece of work: {before:.2} CPU seconds before, {after:.2} after");
    for (name, clients, cost) in costs {
        let part = cost / ((before + after) / 2.0);
        println!("  {name:<14} {clients:>7} {cost:>9.3} ms of CPU, {part:>8.3} thousandths of the calibration");
    }
    Ok(())
}

fn print_row(name: &str, clients: usize, figures: &Figures) {
    let Figures { per_second, p50, p99, per_cpu_second, read_units, write_units, instructions } = figures;
    let instructions = instructions.map_or_else(|| "-".to_owned(), |count| format!("{count:.0}"));
    println!(
        "{name:<14} {clients:>7} {per_second:>9.0} {p50:>9.2} {p99:>9.2} {per_cpu_second:>11.0} {read_units:>12.1} {write_units:>12.1} {instructions:>13}"
    );
}
