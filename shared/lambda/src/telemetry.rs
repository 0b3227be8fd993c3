//! One JSON line for each request, message and job: the log entry and the CloudWatch metrics are one and the same line, in the
//! embedded metric format
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).
//!
//! No body, token, address or password is ever part of it.

use serde_json::json;
use std::{
    io::Write,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tradewind_storage::Meter;

/// Where the lines go.
#[derive(Debug, Clone, Copy)]
pub enum Telemetry {
    /// Standard output, from which Lambda sends them to CloudWatch.
    Stdout,
    /// Standard error, and only what failed on our side. For the local cloud, whose standard output is for people.
    Failures,
    /// Nowhere.
    Silent,
}

/// What happened to one request, message or run.
pub(crate) struct Line<'a> {
    pub function: &'static str,
    pub request_id: &'a str,
    pub tenant: Option<&'a str>,
    pub trace: Option<&'a str>,
    pub status: u16,
    pub code: Option<&'static str>,
    pub cause: Option<&'a str>,
    pub took: Duration,
    pub meter: &'a Meter,
}

impl Telemetry {
    pub(crate) fn record(&self, line: &Line<'_>) {
        match self {
            Self::Stdout => write(std::io::stdout().lock(), line),
            Self::Failures if line.status >= 500 => write(std::io::stderr().lock(), line),
            Self::Failures | Self::Silent => {}
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "CloudWatch wants the wall clock, even where the local cloud moves its own")]
fn write(mut out: impl Write, line: &Line<'_>) {
    let (read, write) = line.meter.units();
    let number = |text: String| serde_json::from_str::<serde_json::Number>(&text).unwrap_or_else(|_| 0.into());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fields = json!({
        "_aws": {
            "Timestamp": u64::try_from(since.as_millis()).unwrap_or(0),
            "CloudWatchMetrics": [{
                "Namespace": "Tradewind",
                "Dimensions": [["function"]],
                "Metrics": [
                    { "Name": "duration_ms", "Unit": "Milliseconds" },
                    { "Name": "errors", "Unit": "Count" },
                    { "Name": "read_units", "Unit": "Count" },
                    { "Name": "write_units", "Unit": "Count" },
                ],
            }],
        },
        "level": if line.status >= 500 { "error" } else { "info" },
        "function": line.function,
        "request_id": line.request_id,
        "tenant": line.tenant,
        "trace": line.trace,
        "status": line.status,
        "code": line.code,
        "cause": line.cause,
        "duration_ms": u64::try_from(line.took.as_millis()).unwrap_or(u64::MAX),
        "errors": u8::from(line.status >= 500),
        "read_units": number(read),
        "write_units": number(write),
    });
    // A log that cannot be written has nobody to tell.
    drop(writeln!(out, "{fields}"));
}
