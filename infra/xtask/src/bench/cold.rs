//! Cold starts: real functions compared with the smallest possible Lambda, both started by the same Runtime API in one run.

use super::server;
use crate::run::Result;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::mpsc};

/// Starts of each binary; the median counts.
const STARTS: usize = 41;
/// The functions that are compared: they call the table when they start, and one of them reads a secret too.
const FUNCTIONS: [&str; 4] =
    ["platform-health-get", "catalog-listings-get", "catalog-imports-list", "catalog-listings-create"];

/// One start: the time until it asks for its first event, and the function's own figures for its steps.
struct Start {
    took: Duration,
    steps: Vec<(String, f64)>,
}

/// Compares the time from the start of the process until it asks for its first event. The binaries take turns, so that a slow moment of the
/// machine affects all of them.
pub async fn compare() -> Result<()> {
    let release = server::build_functions(&FUNCTIONS)?;
    let binaries: Vec<_> =
        [release.join("examples/hello")].into_iter().chain(FUNCTIONS.map(|f| release.join(f))).collect();
    let mut starts: Vec<Vec<Start>> = binaries.iter().map(|_| vec![]).collect();
    for _ in 0..STARTS {
        for (binary, starts) in binaries.iter().zip(&mut starts) {
            starts.push(start(binary).await?);
        }
    }
    println!("\ncold start, process start to first request for an event, median of {STARTS}:");
    let mut hello = None;
    for (binary, starts) in binaries.iter().zip(&starts) {
        let took = median(starts.iter().map(|start| ms(start.took)).collect());
        let name = binary.file_name().unwrap_or_default().to_string_lossy();
        let times = took / *hello.get_or_insert(took);
        println!("  {name:<24} {took:>6.2} ms, {times:.2} times hello world{}", steps(starts));
    }
    Ok(())
}

/// The medians of the steps that a function reports, and of the rest: loading it, and asking for an event.
fn steps(starts: &[Start]) -> String {
    let Some(first) = starts.first().filter(|start| !start.steps.is_empty()) else { return String::new() };
    let step = |name: &str| {
        let all = starts.iter().filter_map(|start| start.steps.iter().find(|step| step.0 == name));
        median(all.map(|step| step.1).collect())
    };
    let told: Vec<_> = first.steps.iter().map(|(name, _)| format!("{name} {:.2}", step(name))).collect();
    let rest = |start: &Start| ms(start.took) - start.steps.iter().map(|step| step.1).sum::<f64>();
    format!(": {}, the rest {:.2}", told.join(", "), median(starts.iter().map(rest).collect()))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

/// The steps in a function's log, in milliseconds.
fn told(log: &str) -> Vec<(String, f64)> {
    let line = log.lines().find_map(|line| serde_json::from_str::<Value>(line).ok()?.get("init_us").cloned());
    let steps = line.as_ref().and_then(Value::as_object).into_iter().flatten();
    steps.filter_map(|(name, took)| Some((name.clone(), took.as_f64()? / 1_000.0))).collect()
}

/// The answer to every call: DynamoDB has no such item; the Parameter Store has the key with which cursors are encrypted.
const ANSWER: &[u8] =
    br#"{"Parameters":[{"Name":"/bench/sealing-key","Value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}"#;

/// Starts a function with the addresses of all services set to a place where nothing but the Runtime API answers, so that only our own code
/// is measured.
async fn start(binary: &Path) -> Result<Start> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let api = listener.local_addr().map_err(|e| e.to_string())?.to_string();
    let (asked, mut ask) = mpsc::channel(1);
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let asked = asked.clone();
            let answer = service_fn(move |request: Request<Incoming>| {
                let asked = asked.clone();
                async move {
                    if request.uri().path().ends_with("/invocation/next") && asked.send(()).await.is_ok() {
                        std::future::pending::<()>().await;
                    }
                    drop(request.into_body().collect().await);
                    let response = Response::builder().header("content-type", "application/x-amz-json-1.0");
                    response.body(Full::new(bytes::Bytes::from_static(ANSWER)))
                }
            });
            tokio::spawn(async move {
                drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await);
            });
        }
    });
    let began = Instant::now();
    let mut child = Command::new(binary)
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", &api)
        .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "bench")
        .env("AWS_SECRET_ACCESS_KEY", "bench")
        .env("AWS_ENDPOINT_URL", format!("http://{api}"))
        .env("TABLE_MAIN", "main")
        .env("TABLE_EPHEMERAL", "ephemeral")
        .env("PARAMETERS", "/bench")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    let first = tokio::time::timeout(Duration::from_secs(10), ask.recv()).await;
    let took = began.elapsed();
    drop(child.kill());
    let output = child.wait_with_output().map_err(|e| e.to_string())?;
    server.abort();
    match first {
        Ok(Some(())) => Ok(Start { took, steps: told(&String::from_utf8_lossy(&output.stdout)) }),
        Ok(None) | Err(_) => Err(format!("{} did not ask for an event", binary.display())),
    }
}
