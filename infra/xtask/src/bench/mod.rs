//! `cargo xtask bench`: figures, not tests. A release build of the local cloud is loaded over loopback from this process, for a
//! bounded time; what the server process itself consumed is read from the operating system.
#![allow(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::arithmetic_side_effects,
    reason = "statistics, not money"
)]
#![allow(clippy::indexing_slicing, reason = "indexing JSON answers null for what is not there")]

mod cold;
mod load;
mod server;

use crate::run::Result;
use load::{Figures, Market};
use server::Server;
use std::time::Duration;

/// Products in the catalogue.
const PRODUCTS: usize = 1_000;

/// Runs everything, or one operation. `seconds` is how long each is tried at each number of clients.
pub fn run(seconds: u64, only: Option<&str>) -> Result<()> {
    let operations: Vec<_> = load::OPERATIONS.iter().filter(|o| only.is_none_or(|only| o.name() == only)).collect();
    if operations.is_empty() {
        let names = load::OPERATIONS.iter().map(|o| o.name()).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no such operation; there are: {names}"));
    }
    server::build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        let server = Server::start().await?;
        println!("first answer {} ms after start", server.first_answer.as_millis());
        let market = Market::prepare(&server, PRODUCTS, 16).await?;
        println!("\n{PRODUCTS} products, {seconds} s each; CPU is that of the server process, databases counted in\n");
        println!(
            "{:<14} {:>7} {:>9} {:>9} {:>9} {:>11} {:>12} {:>12}",
            "operation", "clients", "per s", "p50 ms", "p99 ms", "per CPU-s", "read units", "write units"
        );
        for operation in operations {
            for clients in [1, 16] {
                let figures = market.load(&server, *operation, clients, Duration::from_secs(seconds)).await?;
                print_row(operation.name(), clients, &figures);
            }
        }
        println!("\nmemory: {} MB at most", server.peak_memory_mb()?);
        server.stop()?;
        if only.is_some() {
            return Ok(());
        }
        server::build_functions()?;
        cold::compare().await
    })
}

fn print_row(name: &str, clients: usize, figures: &Figures) {
    let Figures { per_second, p50, p99, per_cpu_second, read_units, write_units } = figures;
    println!(
        "{name:<14} {clients:>7} {per_second:>9.0} {p50:>9.2} {p99:>9.2} {per_cpu_second:>11.0} {read_units:>12.1} {write_units:>12.1}"
    );
}
