//! Message move tasks: start, list, cancel, and the work itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Api, within};
use crate::{
    Sqs,
    fault::{Answer, Fault},
    queue::{arn, name_of_arn},
    store::{NewMove, Step},
};

/// Messages that a task without a rate moves before it lets others have the lock.
const STEP: i64 = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Start {
    source_arn: Option<String>,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    source_arn: Option<String>,
    max_results: Option<i64>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Handle {
    task_handle: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cancelled {
    approximate_number_of_messages_moved: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tasks {
    results: Vec<Task>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    /// Present only for a running task, because its only use is cancelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_handle: Option<String>,
    status: String,
    source_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_number_of_messages_per_second: Option<i64>,
    approximate_number_of_messages_moved: i64,
    approximate_number_of_messages_to_move: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_reason: Option<String>,
    started_timestamp: i64,
}

pub(super) fn start(api: &Api, input: Start) -> Answer<Handle> {
    let source = queue_of(input.source_arn.as_deref(), "SourceArn")?;
    let destination = match &input.destination_arn {
        Some(arn) => Some(queue_of(Some(arn), "DestinationArn")?),
        None => None,
    };
    let new = NewMove { source, destination, rate: input.max_number_of_messages_per_second };
    new.check()?;
    let now = api.sqs.now_ms();
    let task = api.sqs.store().start_move(&new, now)?;
    tokio::spawn(run_move(api.sqs.clone(), task.id, task.rate));
    Ok(Handle { task_handle: Some(task.handle) })
}

pub(super) fn list(api: &Api, input: List) -> Answer<Tasks> {
    let source = queue_of(input.source_arn.as_deref(), "SourceArn")?;
    let limit = within(input.max_results, 1..=10, "MaxResults")?.unwrap_or(1);
    let tasks = api.sqs.store().moves(source, limit)?;
    let results = tasks.into_iter().map(|task| Task {
        task_handle: (task.status == "RUNNING").then_some(task.handle),
        status: task.status,
        source_arn: arn(&task.source),
        destination_arn: task.destination.as_deref().map(arn),
        max_number_of_messages_per_second: task.rate,
        approximate_number_of_messages_moved: task.moved,
        approximate_number_of_messages_to_move: task.to_move,
        failure_reason: task.reason,
        started_timestamp: task.started_ms,
    });
    Ok(Tasks { results: results.collect() })
}

pub(super) fn cancel(api: &Api, input: Handle) -> Answer<Cancelled> {
    let handle = input.task_handle.ok_or_else(|| Fault::missing("TaskHandle"))?;
    Ok(Cancelled { approximate_number_of_messages_moved: api.sqs.store().cancel_move(&handle)? })
}

fn queue_of<'a>(arn: Option<&'a str>, parameter: &str) -> Answer<&'a str> {
    let arn = arn.ok_or_else(|| Fault::missing(parameter))?;
    name_of_arn(arn).ok_or_else(|| Fault::value(arn, parameter, "It is not the ARN of a queue here."))
}

/// Works on a task until it is done, cancelled or failed, or serving ends: then the next start continues it.
pub(crate) async fn run_move(sqs: Sqs, id: i64, rate: Option<i64>) {
    let mut closing = sqs.closing.subscribe();
    while !*closing.borrow() {
        let now = sqs.now_ms();
        let step = sqs.store().step_move(id, rate.unwrap_or(STEP), now);
        match (step, rate) {
            (Ok(Step::Finished), _) => return,
            (Ok(Step::More), None) => tokio::task::yield_now().await,
            (Ok(Step::More), Some(_)) => {
                // A rate means that many messages, followed by the rest of a second.
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                    _ = closing.changed() => {}
                }
            }
            (Err(fault), _) => {
                // The owner of the task finds the failure in the list of tasks. If even this write fails, the task stays and the next start
                // continues it.
                drop(sqs.store().end_move(id, "FAILED", Some(&fault.message)));
                return;
            }
        }
    }
}
