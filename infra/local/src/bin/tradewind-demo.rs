//! `cargo demo`: plays a whole sale, against a running local cloud or one of its own.
#![allow(clippy::disallowed_methods, reason = "a program for a person at a terminal, not a Lambda")]

use clap::Parser;
use std::{io::Write, path::PathBuf, process::ExitCode, time::SystemTime};
use tradewind_local::{Local, Options, client::Http, demo};

/// Plays a whole sale through HTTP: from opening a marketplace to paying its seller. The exit code says whether every check passed.
#[derive(Parser)]
struct Arguments {
    /// The URL of a running local cloud; by default the one on port 8787 with its key in `.tradewind`, or else one is started for the demo.
    #[arg(long, requires = "operator_key")]
    url: Option<String>,
    /// The operator's key of that local cloud.
    #[arg(long)]
    operator_key: Option<String>,
    /// Another emulator for DynamoDB, S3 and SQS, for a local cloud that is started for the demo.
    #[arg(long, conflicts_with = "url")]
    endpoint: Option<String>,
    /// A product catalogue in Shopify's CSV export format.
    #[arg(long)]
    catalog: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    match runtime.map_err(|e| e.to_string()).and_then(|runtime| runtime.block_on(run(arguments))) {
        Ok(()) => {
            tell("\nIt all held.");
            ExitCode::SUCCESS
        }
        Err(cause) => {
            drop(writeln!(std::io::stderr(), "tradewind-demo: {cause}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), String> {
    let catalog = match &arguments.catalog {
        Some(path) => std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?,
        None => demo::CATALOG.to_vec(),
    };
    let running = match (arguments.url, arguments.operator_key) {
        (Some(url), Some(key)) => Some((url, key)),
        (None, _) | (_, None) if arguments.endpoint.is_some() => None,
        (None, _) | (_, None) => found().await,
    };
    let (own, (url, operator_key)) = match running {
        Some(running) => {
            tell(&format!("Playing on {}.", running.0));
            (None, running)
        }
        None => {
            tell("Playing on a local cloud of its own, which keeps nothing.");
            let local = Local::start(Options { endpoint: arguments.endpoint, ..Options::default() })
                .await
                .map_err(|e| e.to_string())?;
            let at = (local.url.clone(), local.secrets.operator_key.clone());
            (Some(local), at)
        }
    };
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let slug = format!("trail-{}", since.as_millis());
    let played = demo::play(&demo::Stage { url, operator_key, slug, catalog, tell: &tell }).await;
    if let Some(local) = own {
        local.stop().await.map_err(|e| e.to_string())?;
    }
    played
}

/// A local cloud that `cargo dev` started in this folder.
async fn found() -> Option<(String, String)> {
    let secrets = std::fs::read_to_string(".tradewind/secrets.json").ok()?;
    let secrets: serde_json::Value = serde_json::from_str(&secrets).ok()?;
    let key = secrets.get("operator_key")?.as_str()?.to_owned();
    let url = "http://127.0.0.1:8787".to_owned();
    let health =
        Http::default().send::<&str>(hyper::Method::GET, &format!("{url}/v1/health"), &[], bytes::Bytes::new()).await;
    health.is_ok_and(|answer| answer.status == 200).then_some((url, key))
}

fn tell(line: &str) {
    // If the terminal is gone, the story continues.
    drop(writeln!(std::io::stdout(), "{line}"));
}
