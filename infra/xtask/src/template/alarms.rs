//! Alarms that a person can bear: two for each area, and those of its queues (see `queue`). Each tells the one topic of the root.
//!
//! An alarm costs as much as its metrics, used or not: about 0.10 a month. So functions have none of their own; the log group and the
//! dashboard of the area say which one it was.

use super::names::{self, reference, substitute};
use serde_json::{Value, json};

/// What an alarm looks at.
pub struct Metric {
    namespace: &'static str,
    name: Value,
    statistic: &'static str,
    dimensions: Vec<Value>,
}

impl Metric {
    /// A metric and how its values are put together.
    pub fn new(namespace: &'static str, name: impl Into<Value>, statistic: &'static str) -> Self {
        Self { namespace, name: name.into(), statistic, dimensions: vec![] }
    }

    /// That of one thing.
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

/// Goes off when the metric is too high for three minutes.
pub fn lasting(name: &str, says: &str, metric: Metric, threshold: u64) -> Value {
    alarm(name, says, metric, threshold, 3, 3)
}

/// Goes off at the first value that is not zero.
pub fn at_once(name: &str, says: &str, metric: Metric) -> Value {
    alarm(name, says, metric, 0, 1, 1)
}

/// Goes off when it happens again within five minutes: what is tried again and then succeeds wakes nobody.
fn repeated(name: &str, says: &str, metric: Metric) -> Value {
    alarm(name, says, metric, 0, 5, 2)
}

/// The metric of what a function's process could not say itself: made from the log, in which Lambda says it. A metric of a filter can
/// have no fixed dimension: the name says which deployment and area it is of.
pub fn crashes_metric(area: &str) -> String {
    format!("crashes-${{Stage}}-{area}")
}

/// The log group of an area, and the alarms on what its functions report (failures) and on what they cannot (crashes and timeouts).
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
