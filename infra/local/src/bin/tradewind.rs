//! `cargo dev`: the whole product on this machine, as one process.
#![allow(clippy::disallowed_methods, reason = "a program for a person at a terminal, not a Lambda")]

use clap::Parser;
use std::{io::Write, path::PathBuf, process::ExitCode};
use tradewind_local::{Error, Local, Options, StripeKeys};

/// Runs the whole of Tradewind on this machine: offline, without an AWS account.
#[derive(Parser)]
struct Arguments {
    /// The gateway's port on 127.0.0.1.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// Where the state is kept between runs.
    #[arg(long, default_value = ".tradewind")]
    data: PathBuf,
    /// Keeps no state.
    #[arg(long, conflicts_with = "data")]
    memory: bool,
    /// The platform operator's key; by default it is generated once and kept in the data folder.
    #[arg(long)]
    operator_key: Option<String>,
    /// Uses the DynamoDB, S3 and SQS of another emulator at this URL.
    #[arg(long)]
    endpoint: Option<String>,
    /// Runs each function as processes of its own, as Lambda does. Build them first: `cargo build --workspace --bins`.
    #[arg(long)]
    lambdas: bool,
    /// Writes the environment of functions to a file, for `cargo lambda watch --env-file`.
    #[arg(long)]
    env_file: Option<PathBuf>,
    /// A file with the test keys of an account at Stripe, as JSON: secret_key, publishable_key and webhook_secret; url for a fake.
    #[arg(long)]
    stripe: Option<PathBuf>,
}

/// This allocator is made for programs with several threads that allocate much memory for a short time, as an embedded database and HTTP
/// do.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let ran = runtime
        .map_err(|e| e.to_string())
        .and_then(|runtime| runtime.block_on(run(arguments)).map_err(|e| e.to_string()));
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            drop(writeln!(std::io::stderr(), "tradewind: {line}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Error> {
    let folder = std::env::current_exe().ok().and_then(|exe| exe.parent().map(PathBuf::from)).unwrap_or_default();
    let options = Options {
        port: arguments.port,
        data: (!arguments.memory).then(|| arguments.data.clone()),
        operator_key: arguments.operator_key,
        endpoint: arguments.endpoint,
        lambdas: arguments.lambdas.then_some(folder),
        stripe: arguments.stripe.as_deref().map(StripeKeys::read).transpose()?,
        ..Options::default()
    };
    let mut local = Local::start(options.clone()).await?;
    if let Some(file) = &arguments.env_file {
        tradewind_local::write_environment(file, &local.environment)?;
    }
    // If the terminal is gone, there is nobody to tell.
    drop(std::io::stdout().write_all(welcome(&local, &options).as_bytes()));
    let failed = tokio::select! {
        ended = local.run() => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
        () = terminated() => Ok(()),
    };
    local.stop().await?;
    failed
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

fn welcome(local: &Local, options: &Options) -> String {
    let (url, key) = (&local.url, &local.secrets.operator_key);
    let service = |url: &Option<String>| url.clone().unwrap_or_default();
    let state = match &options.data {
        Some(folder) => format!("kept in {}", folder.display()),
        None => "kept nowhere".into(),
    };
    format!(
        "Tradewind runs on this machine.\n\n  \
         API           {url}/v1\n  \
         Status page   {url}/_local\n  \
         DynamoDB      {}\n  \
         S3            {}\n  \
         SQS           {}\n  \
         State         {state}\n  \
         Operator key  {key}\n\n\
         Try it:\n\n  \
         curl {url}/v1/health\n\n  \
         curl {url}/v1/marketplaces -H 'authorization: Bearer {key}' -H 'content-type: application/json' \\\n    \
         -d '{{\"slug\":\"bikes\",\"name\":\"Bikes\",\"currency\":\"EUR\",\"fee_basis_points\":1000,\
         \"owner\":{{\"email\":\"ada@example.com\",\"password\":\"correct horse\",\"name\":\"Ada\"}}}}'\n\n  \
         curl {url}/v1/marketplace -H 'x-marketplace: bikes'\n\n\
         `cargo demo` plays a whole sale. Ctrl-C stops.\n",
        service(&local.endpoints.dynamodb),
        service(&local.endpoints.s3),
        service(&local.endpoints.sqs),
    )
}
