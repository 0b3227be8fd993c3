//! A dashboard for each area: latency, errors, throttles, units and queues.

use super::{
    alarms::crashes_metric,
    names::{self, QueueName, substitute},
};
use serde_json::{Value, json};
use tradewind_lambda::{Function, Trigger};

/// The width of a graph, so that two fit beside each other: a dashboard has 24 columns.
const WIDTH: u64 = 12;
const HEIGHT: u64 = 6;

/// The dashboard. It is optional: beyond three in an account, each costs 3.00 a month.
pub fn resource(area: &str, functions: &[&Function]) -> Value {
    let graphs = [
        Some(graph("Latency: p99 in ms, by function", "p99", vec![by_function(area, "duration_ms", "p99")])),
        Some(graph("Latency: p50 in ms, by function", "p50", vec![by_function(area, "duration_ms", "p50")])),
        Some(graph(
            "Errors by function, and crashes and timeouts of the area",
            "Sum",
            vec![by_function(area, "errors", "Sum"), json!(["Tradewind", crashes_metric(area)])],
        )),
        Some(graph("Throttles", "Sum", of_each("AWS/Lambda", "Throttles", "FunctionName", called(functions)))),
        Some(graph("Invocations", "Sum", of_each("AWS/Lambda", "Invocations", "FunctionName", called(functions)))),
        Some(graph(
            "Read and write units of DynamoDB",
            "Sum",
            ["read_units", "write_units"]
                .map(|metric| json!(["Tradewind", metric, "stage", "${Stage}", "area", area]))
                .into(),
        )),
        queues("Queues: age of the oldest message in s", "ApproximateAgeOfOldestMessage", waiting(functions)),
        queues("Dead letters", "ApproximateNumberOfMessagesVisible", dead(functions)),
        queues("Outbox: age of the oldest event in ms", "IteratorAge", streams(functions)),
    ];
    let mut widgets = vec![];
    let (mut x, mut y) = (0, 0_u64);
    for properties in graphs.into_iter().flatten() {
        widgets.push(
            json!({ "type": "metric", "x": x, "y": y, "width": WIDTH, "height": HEIGHT, "properties": properties })
                .to_string(),
        );
        (x, y) = if x == 0 { (WIDTH, y) } else { (0, y.saturating_add(HEIGHT)) };
    }
    let body = format!("{{\"widgets\":[\n{}\n]}}\n", widgets.join(",\n"));
    json!({
        "Type": "AWS::CloudWatch::Dashboard",
        "Condition": "HasDashboard",
        "Properties": { "DashboardName": substitute(&names::name(area)), "DashboardBody": substitute(&body) },
    })
}

fn graph(title: &str, statistic: &str, metrics: Vec<Value>) -> Value {
    json!({ "title": title, "stat": statistic, "period": 60, "region": "${AWS::Region}", "metrics": metrics })
}

/// A graph that only some areas have.
fn queues(title: &str, metric: &str, names: Vec<String>) -> Option<Value> {
    let (namespace, dimension) =
        if metric == "IteratorAge" { ("AWS/Lambda", "FunctionName") } else { ("AWS/SQS", "QueueName") };
    (!names.is_empty()).then(|| graph(title, "Maximum", of_each(namespace, metric, dimension, names)))
}

/// One of our own metrics, for each function of the area that ever wrote it.
fn by_function(area: &str, metric: &str, statistic: &str) -> Value {
    let search = format!(
        "SEARCH('{{Tradewind,area,function,stage}} MetricName=\"{metric}\" stage=\"${{Stage}}\" area=\"{area}\"', '{statistic}', 60)"
    );
    json!([{ "expression": search }])
}

fn of_each(namespace: &str, metric: &str, dimension: &str, names: Vec<String>) -> Vec<Value> {
    names.into_iter().map(|name| json!([namespace, metric, dimension, name])).collect()
}

fn called(functions: &[&Function]) -> Vec<String> {
    functions.iter().map(|function| names::name(function.name)).collect()
}

fn waiting(functions: &[&Function]) -> Vec<String> {
    let queue = |function: &&Function| match &function.trigger {
        Trigger::Queue(queue) => Some(QueueName::of(queue.consumer.queue).name()),
        Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Stream(_) | Trigger::Fallback(_) | Trigger::Authoriser => {
            None
        }
    };
    functions.iter().filter_map(queue).collect()
}

fn dead(functions: &[&Function]) -> Vec<String> {
    names::dead_letters(functions.iter().copied()).iter().map(QueueName::name).collect()
}

fn streams(functions: &[&Function]) -> Vec<String> {
    let streams = functions.iter().filter(|function| matches!(function.trigger, Trigger::Stream(_)));
    streams.map(|function| names::name(function.name)).collect()
}
