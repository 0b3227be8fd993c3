//! Cold starts: a real function against the smallest Lambda there can be, both started by the same Runtime API in one run.

use crate::run::{Result, root};
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{net::TcpListener, sync::mpsc};

/// Starts of each binary; the median counts.
const STARTS: usize = 21;

/// Compares the time from the start of the process until it asks for its first event.
pub async fn compare() -> Result<()> {
    let release = root().join("target/release");
    let hello = median(&release.join("examples/hello")).await?;
    println!("\ncold start, process start to first request for an event, median of {STARTS}:");
    println!("  {:<24} {:>7.2} ms", "hello world", ms(hello));
    for function in ["platform-health-get", "catalog-listings-get", "catalog-listings-create"] {
        let took = median(&release.join(function)).await?;
        println!("  {function:<24} {:>7.2} ms, {:.2} times hello world", ms(took), ms(took) / ms(hello));
    }
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

async fn median(binary: &Path) -> Result<Duration> {
    let mut all = vec![];
    for _ in 0..STARTS {
        all.push(start(binary).await?);
    }
    all.sort();
    all.get(STARTS / 2).copied().ok_or_else(|| "nothing was measured".into())
}

/// Starts a function with every service at an address where nobody answers but the Runtime API: what is measured is ours.
async fn start(binary: &Path) -> Result<Duration> {
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
                    // DynamoDB has no such item.
                    let response = Response::builder().header("content-type", "application/x-amz-json-1.0");
                    response.body(Full::new(bytes::Bytes::from_static(b"{}")))
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
        .stdout(Stdio::null())
        .spawn()
        .map_err(|e| format!("{}: {e}", binary.display()))?;
    let first = tokio::time::timeout(Duration::from_secs(10), ask.recv()).await;
    let took = began.elapsed();
    drop(child.kill());
    drop(child.wait());
    server.abort();
    match first {
        Ok(Some(())) => Ok(took),
        Ok(None) | Err(_) => Err(format!("{} did not ask for an event", binary.display())),
    }
}
