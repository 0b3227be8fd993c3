//! The project's own tools: `cargo xtask check`, `new`, `test`, `prove`, `bench`, `template`, `openapi`, `events`, `emails`,
//! `ledger` and `secrets`.
#![allow(clippy::disallowed_methods, reason = "a tool of developers, not a Lambda")]

mod bench;
mod check;
mod derived;
mod emails;
mod events;
mod ledger;
mod manifests;
mod modules;
mod names;
mod new;
mod openapi;
mod run;
mod samples;
mod schemas;
mod secrets;
mod sources;
mod template;
mod test;
mod test_of;
mod tools;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The project's own tools.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs everything that CI runs, except the tests and the SAM checks.
    Check {
        /// Runs only the step with this name.
        only: Option<String>,
    },
    /// Writes the files of a new endpoint, consumer or noun, and the lines in others that name it.
    New {
        #[command(subcommand)]
        kind: new::Kind,
    },
    /// Runs the tests, on both hosts.
    Test {
        /// Runs only the tests of the libraries in folders of this name, such as an area's or a noun's, and the contract tests that have it in
        /// their names, in one process.
        name: Option<String>,
    },
    /// Runs random histories of marketplaces under faults, held against a model of the money domain.
    Prove {
        /// The number of histories.
        #[arg(long, default_value_t = 1_000)]
        seeds: u64,
        /// The seed of the first history.
        #[arg(long, default_value_t = 1)]
        first: u64,
        /// Runs this seed alone, and prints everything that happens in it.
        #[arg(long, conflicts_with_all = ["seeds", "first"])]
        seed: Option<u64>,
        /// The number of calls to AWS that fail, out of a thousand.
        #[arg(long, default_value_t = 200)]
        faults: u32,
    },
    /// Loads a release build of the local cloud and prints figures.
    Bench {
        /// How long each operation is measured at each number of clients, in seconds.
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Measures only this operation, such as `checkout`, or only `cold start`.
        #[arg(long, value_name = "OPERATION")]
        only: Option<String>,
    },
    /// Writes the areas' templates, each function's binary, and the router table of Cargo.toml for `cargo lambda watch`, from what the functions declare.
    Template {
        /// Only checks that they are up to date, and that template.yaml has what they rely on.
        #[arg(long)]
        check: bool,
        /// Writes the templates of the product as it is planned, with two hundred functions, to this folder.
        #[arg(long, value_name = "FOLDER", conflicts_with = "check")]
        planned: Option<std::path::PathBuf>,
    },
    /// Writes infra/openapi.json.
    Openapi {
        /// Only checks that the file is up to date.
        #[arg(long)]
        check: bool,
    },
    /// Writes a sample event for every function to events/.
    Events {
        /// Only checks that the files are up to date.
        #[arg(long)]
        check: bool,
    },
    /// Writes a sample of every e-mail as HTML and as text, for looking at them.
    Emails {
        /// The folder; it is created if it does not exist.
        folder: std::path::PathBuf,
    },
    /// Works on a marketplace's ledger, through the API.
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Creates the secrets of a deployment in the Parameter Store. Existing ones stay as they are.
    Secrets {
        /// The deployment's stage, as in template.yaml.
        #[arg(long, default_value = "prod")]
        stage: String,
        /// Allows the sandbox provider with its test cards, for a deployment that is only for trying things out.
        #[arg(long)]
        sandbox: bool,
        /// Adds a key that signs access tokens from an hour later on, by when the deployment must know it.
        #[arg(long, conflicts_with = "sandbox")]
        rotate: bool,
    },
}

#[derive(Subcommand)]
enum LedgerCommand {
    /// Starts a verification of the ledger, prints every difference and fails if there is one. It repairs nothing.
    Verify {
        /// The address of the API.
        #[arg(long, default_value = "http://127.0.0.1:8787")]
        url: String,
        /// The marketplace's slug or id.
        #[arg(long)]
        marketplace: String,
        /// An administrator's e-mail address; the password is read from TRADEWIND_PASSWORD. Without it, an access token is read
        /// from TRADEWIND_TOKEN.
        #[arg(long)]
        email: Option<String>,
        /// How long to wait for the end, in seconds.
        #[arg(long, default_value_t = 3600)]
        wait_seconds: u64,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Check { only } => check::check(only.as_deref()),
        Command::New { kind } => new::new(&kind),
        Command::Test { name: None } => test::test(),
        Command::Test { name: Some(name) } => test_of::test_of(&name),
        Command::Prove { seeds, first, seed, faults } => test::prove(seeds, first, seed, faults),
        Command::Bench { seconds, only } => bench::run(seconds, only.as_deref()),
        Command::Template { planned: Some(folder), .. } => template::write_planned(&folder),
        Command::Template { check: true, .. } => template::check().map(|note| println!("{note}")),
        Command::Template { .. } => template::write(),
        Command::Openapi { check: true } => openapi::check().map(|note| println!("{note}")),
        Command::Openapi { check: false } => openapi::write(),
        Command::Events { check: true } => events::check().map(|note| println!("{note}")),
        Command::Events { check: false } => events::write(),
        Command::Ledger { command: LedgerCommand::Verify { url, marketplace, email, wait_seconds } } => {
            ledger::verify(ledger::Target { url, marketplace, email, wait_seconds })
        }
        Command::Emails { folder } => emails::write(&folder),
        Command::Secrets { stage, rotate: true, .. } => secrets::rotate(&stage),
        Command::Secrets { stage, sandbox, .. } => secrets::make(&stage, sandbox),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
