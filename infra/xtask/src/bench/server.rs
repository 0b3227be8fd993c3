//! The server under load: built, started, measured and stopped.

use super::instructions::Instructions;
use crate::run::{self, Result, root};
use bytes::Bytes;
use hyper::Method;
use serde_json::Value;
use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tradewind_local::client::Http;

/// The operator's key of the server under load.
pub const OPERATOR_KEY: &str = "op_bench";
/// Linux counts a process's CPU time in hundredths of a second.
const TICKS_PER_SECOND: f64 = 100.0;

/// Builds the local cloud that is put under load.
pub fn build() -> Result<()> {
    cargo(&[&["--profile", "server", "--package=tradewind-local", "--bin=tradewind"]])
}

/// Builds the functions whose cold start is measured, with the settings that `cargo lambda build` adds, and returns their folder.
pub fn build_functions(functions: &[&str]) -> Result<PathBuf> {
    let version = run::quiet("rustc", &["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not say its host")?;
    let metadata = run::metadata(false)?;
    let config = run::list(&metadata, "/metadata/lambda/build/config").iter().filter_map(Value::as_str);
    let config: Vec<_> = config.flat_map(|value| ["--config", value]).collect();
    let bins: Vec<_> = functions.iter().flat_map(|name| ["--bin", name]).collect();
    let packages = ["--package=tradewind-platform", "--package=tradewind-catalog", "--package=tradewind-lambda"];
    cargo(&[&["--release", "--target", host, "--example", "hello"], &packages, &config, &bins])?;
    Ok(root().join("target").join(host).join("release"))
}

fn cargo(arguments: &[&[&str]]) -> Result<()> {
    let built = run::cargo().arg("build").args(arguments.concat()).status();
    if !built.is_ok_and(|status| status.success()) {
        return Err("the release build failed".into());
    }
    Ok(())
}

/// A running server.
pub struct Server {
    child: Child,
    /// The URL of the server.
    pub url: String,
    /// The time from its start to its first answer.
    pub first_answer: Duration,
    http: Http,
}

impl Server {
    pub async fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
        let start = Instant::now();
        let child = Command::new(root().join("target/server/tradewind"))
            .args(["--memory", "--operator-key", OPERATOR_KEY, "--port", &port.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .map_err(|e| format!("target/server/tradewind: {e}"))?;
        let (url, http) = (format!("http://127.0.0.1:{port}"), Http::default());
        while start.elapsed() < Duration::from_secs(20) {
            let health = http.send::<&str>(Method::GET, &format!("{url}/v1/health"), &[], Bytes::new()).await;
            if health.is_ok_and(|answer| answer.status == 200) {
                return Ok(Self { child, url, first_answer: start.elapsed(), http });
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err("the server did not answer within 20 seconds".into())
    }

    /// The CPU seconds that the server has used.
    pub fn cpu_seconds(&self) -> Result<f64> {
        cpu_seconds(&self.child.id().to_string())
    }

    /// Counts its instructions from now on, or returns the reason why this machine cannot.
    pub fn instructions(&self) -> std::io::Result<Instructions> {
        Instructions::of(self.child.id())
    }

    /// The largest amount of memory that the server has used.
    pub fn peak_memory_mb(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(|e| e.to_string())?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        let kilobytes: u64 = line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0);
        Ok(kilobytes / 1024)
    }

    /// The read and write units that all functions have consumed.
    pub async fn units(&self) -> Result<(f64, f64)> {
        let url = format!("{}/_local/totals", self.url);
        let totals = self.http.send::<&str>(Method::GET, &url, &[], Bytes::new()).await?.json();
        let sum = |name: &str| {
            let all = totals.as_object().into_iter().flatten();
            all.map(|(_, total)| total.get(name).and_then(Value::as_f64).unwrap_or(0.0)).sum::<f64>() / 2.0
        };
        Ok((sum("read_halves"), sum("write_halves")))
    }

    pub fn stop(mut self) -> Result<()> {
        self.child.kill().and_then(|()| self.child.wait()).map(|_| ()).map_err(|e| e.to_string())
    }
}

/// The CPU seconds that a process, or this thread, has used; `name` is a name under `/proc`.
pub fn cpu_seconds(name: &str) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{name}/stat")).map_err(|e| e.to_string())?;
    // The name in brackets may hold spaces; user and system time are the 14th and 15th fields of proc(5).
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    Ok((ticks(11) + ticks(12)) / TICKS_PER_SECOND)
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
