//! Alarms, few enough for a person to handle: two for each area, and those of its queues (see `queue`). All of them notify the single topic
//! of the root template.
//!
//! An alarm costs as much as its metrics, whether it is used or not: about 0.10 a month. So functions have no alarms of their own; the log
//! group and the dashboard of the area show which function it was.

use super::names::{self, reference, substitute};
use serde_json::{Value, json};

/// The metric that an alarm watches.
pub struct Metric {
    namespace: &'static str,
    name: Value,
    statistic: &'static str,
    dimensions: Vec<Value>,
}

impl Metric {
    /// A metric, and the statistic that combines its values.
    pub fn new(namespace: &'static str, name: impl Into<Value>, statistic: &'static str) -> Self {
        Self { namespace, name: name.into(), statistic, dimensions: vec![] }
    }

    /// The metric of one thing, named by a dimension.
    pub fn of(mut self, dimension: &str, value: Value) -> Self {
        self.dimensions.push(json!({ "Name": dimension, "Value": value }));
        self
    }
}

fn alarm(name: &str, says: &str, metric: Metric, threshold: u64, minutes: u8, of_them: u8) -> Value {
    let mut properties = json!({
        "AlarmName": substitute(&names::name(name)),
        "AlarmDescription": says,
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Statistic": metric.statistic,
        "Period": 60,
        "EvaluationPeriods": minutes,
        "DatapointsToAlarm": of_them,
        "Threshold": threshold,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [substitute(&names::topic_arn())],
    });
    if let Some(properties) = properties.as_object_mut().filter(|_| !metric.dimensions.is_empty()) {
        properties.insert("Dimensions".into(), Value::Array(metric.dimensions));
    }
    json!({ "Type": "AWS::CloudWatch::Alarm", "Properties": properties })
}

/// An alarm that goes off when the metric is too high for three minutes.
pub fn lasting(name: &str, says: &str, metric: Metric, threshold: u64) -> Value {
    alarm(name, says, metric, threshold, 3, 3)
}

/// An alarm that goes off at the first value that is not zero.
pub fn at_once(name: &str, says: &str, metric: Metric) -> Value {
    alarm(name, says, metric, 0, 1, 1)
}

/// An alarm that goes off when something happens again within five minutes: a failure that succeeds when it is retried does not wake
/// anybody.
fn repeated(name: &str, says: &str, metric: Metric) -> Value {
    alarm(name, says, metric, 0, 5, 2)
}

/// The metric of failures that a function's process could not report itself: made from the log, in which Lambda reports them. The metric of
/// a filter cannot have a fixed dimension, so its name contains the deployment and the area.
pub fn crashes_metric(area: &str) -> String {
    format!("crashes-${{Stage}}-{area}")
}

/// The log group of an area, and the alarms on failures that its functions report and on those that they cannot report (crashes and
/// timeouts).
pub fn resources(area: &str) -> Vec<(String, Value)> {
    let log = json!({
        "Type": "AWS::Logs::LogGroup",
        "Properties": {
            "LogGroupName": substitute(&names::log_group(area)), "RetentionInDays": reference("LogRetentionDays"),
        },
    });
    let crashes = json!({
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "LogGroupName": reference("Log"),
            "FilterPattern": "?\"Task timed out\" ?\"Runtime exited\" ?panicked ?ERROR",
            "MetricTransformations": [{
                "MetricNamespace": "Tradewind",
                "MetricName": substitute(&crashes_metric(area)),
                "MetricValue": "1",
                "Unit": "Count",
            }],
        },
    });
    let errors = Metric::new("Tradewind", "errors", "Sum").of("stage", reference("Stage")).of("area", json!(area));
    let says = format!("Requests, messages or jobs of {area} fail on our side.");
    let errors = repeated(&format!("{area}-errors"), &says, errors);
    let crashed = Metric::new("Tradewind", substitute(&crashes_metric(area)), "Sum");
    let says = format!("Functions of {area} crash, run out of time or cannot read what they are given.");
    let crashed = repeated(&format!("{area}-crashes"), &says, crashed);
    vec![
        ("Log".into(), log),
        ("Crashes".into(), crashes),
        ("ErrorsAlarm".into(), errors),
        ("CrashesAlarm".into(), crashed),
    ]
}
