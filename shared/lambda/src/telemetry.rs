//! One JSON line for each request, message and job: the log entry and the CloudWatch metrics are one and the same line, in the
//! embedded metric format
//! (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>).
//!
//! No body, token, address or password is ever part of it.

use serde_json::json;
use std::{
    collections::BTreeMap,
    io::Write,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tradewind_storage::Meter;

/// The destination of the lines.
#[derive(Debug, Clone)]
pub enum Telemetry {
    /// Standard output, from which Lambda sends them to CloudWatch.
    Stdout {
        /// The deployment's stage: several stages in one account have their own metrics.
        stage: String,
    },
    /// For the local cloud, whose standard output is for people: failures on our side go to standard error, and everything is counted
    /// in the totals.
    Local(Totals),
    /// For tests in which thousands of requests fail: everything is only counted in the totals.
    Quiet(Totals),
}

/// The totals of all functions since the start.
#[derive(Debug, Clone, Default)]
pub struct Totals(Arc<Mutex<BTreeMap<&'static str, Total>>>);

/// The totals of one function.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Total {
    /// Number of requests, messages or runs.
    pub count: u64,
    /// How many of them failed on our side.
    pub errors: u64,
    /// Read units consumed, in halves.
    pub read_halves: u64,
    /// Write units consumed, in halves.
    pub write_halves: u64,
}

impl Totals {
    /// The totals of each function that was invoked.
    pub fn all(&self) -> BTreeMap<&'static str, Total> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, line: &Line<'_>) {
        let (read, write) = line.meter.halves();
        let mut totals = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let total = totals.entry(line.function).or_default();
        total.count = total.count.saturating_add(1);
        total.errors = total.errors.saturating_add(u64::from(line.status >= 500));
        total.read_halves = total.read_halves.saturating_add(read);
        total.write_halves = total.write_halves.saturating_add(write);
    }
}

/// The outcome of one request, message or run, written as one line.
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
            Self::Stdout { stage } => write(std::io::stdout().lock(), stage, line),
            Self::Quiet(totals) => totals.add(line),
            Self::Local(totals) => {
                totals.add(line);
                if line.status >= 500 {
                    write(std::io::stderr().lock(), "local", line);
                }
            }
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "CloudWatch wants the wall clock, even where the local cloud moves its own"
)]
fn write(mut out: impl Write, stage: &str, line: &Line<'_>) {
    let (read, write) = line.meter.units();
    let number = |text: String| serde_json::from_str::<serde_json::Number>(&text).unwrap_or_else(|_| 0.into());
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let fields = json!({
        "_aws": {
            "Timestamp": u64::try_from(since.as_millis()).unwrap_or(0),
            "CloudWatchMetrics": [{
                "Namespace": "Tradewind",
                "Dimensions": [["stage", "area"], ["stage", "area", "function"]],
                "Metrics": [
                    { "Name": "duration_ms", "Unit": "Milliseconds" },
                    { "Name": "errors", "Unit": "Count" },
                    { "Name": "read_units", "Unit": "Count" },
                    { "Name": "write_units", "Unit": "Count" },
                ],
            }],
        },
        "level": if line.status >= 500 { "error" } else { "info" },
        "stage": stage,
        "area": line.function.split_once('-').map(|(area, _)| area),
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
    // If the log cannot be written, there is nowhere to report that.
    drop(writeln!(out, "{fields}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_line_names_its_function_and_counts_for_its_area() {
        let line = Line {
            function: "catalog-listings-get",
            request_id: "",
            tenant: None,
            trace: None,
            status: 500,
            code: None,
            cause: None,
            took: Duration::from_millis(3),
            meter: &Meter::default(),
        };
        let mut out = vec![];
        write(&mut out, "prod", &line);
        let written: Value = serde_json::from_slice(&out).unwrap();
        for (field, value) in [("stage", "prod"), ("area", "catalog"), ("function", "catalog-listings-get")] {
            assert_eq!(written[field], value);
        }
        // A dimension or a metric is not counted if there is no field of that name.
        let metrics = &written["_aws"]["CloudWatchMetrics"][0];
        let sets = metrics["Dimensions"].as_array().unwrap().iter().flat_map(|set| set.as_array().unwrap());
        let names = metrics["Metrics"].as_array().unwrap().iter().map(|metric| &metric["Name"]);
        for name in sets.chain(names) {
            assert!(!written[name.as_str().unwrap()].is_null(), "{name}");
        }
    }
}
