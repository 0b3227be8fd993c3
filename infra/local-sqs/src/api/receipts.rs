//! `DeleteMessage`, `ChangeMessageVisibility` and their batches.

use serde::Deserialize;

use super::{
    Api, Empty,
    batch::{Done, Outcome, check_ids},
    within,
};
use crate::{
    fault::{Answer, Fault},
    queue::MAX_VISIBILITY_SECONDS,
};

/// A message that a receiver holds, and the seconds for a change of visibility.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    queue_url: Option<String>,
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Batch {
    queue_url: Option<String>,
    #[serde(default)]
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(default)]
    id: String,
    receipt_handle: Option<String>,
    visibility_timeout: Option<i64>,
}

pub(super) fn delete(api: &Api, input: One) -> Answer<Empty> {
    let handle = required(input.receipt_handle.as_deref())?;
    api.with(input.queue_url.as_deref(), |store, queue, now| {
        store.delete(queue, &[handle], now)?.into_iter().collect::<Answer<Vec<_>>>()
    })?;
    Ok(Empty {})
}

pub(super) fn delete_batch(api: &Api, input: Batch) -> Answer<Outcome<Done>> {
    api.with(input.queue_url.as_deref(), |store, queue, now| {
        check_ids(input.entries.iter().map(|entry| entry.id.as_str()))?;
        // A missing handle counts as invalid, so its entry fails.
        let handles: Vec<_> =
            input.entries.iter().map(|entry| entry.receipt_handle.as_deref().unwrap_or_default()).collect();
        let results = store.delete(queue, &handles, now)?;
        Ok(Outcome::of(input.entries.iter().map(|entry| entry.id.as_str()).zip(results)))
    })
}

pub(super) fn change(api: &Api, input: One) -> Answer<Empty> {
    let handle = required(input.receipt_handle.as_deref())?;
    let seconds = seconds(input.visibility_timeout)?;
    api.with(input.queue_url.as_deref(), |store, queue, now| {
        store.change_visibility(queue, &[(handle, seconds)], now)?.into_iter().collect::<Answer<Vec<_>>>()
    })?;
    Ok(Empty {})
}

pub(super) fn change_batch(api: &Api, input: Batch) -> Answer<Outcome<Done>> {
    api.with(input.queue_url.as_deref(), |store, queue, now| {
        check_ids(input.entries.iter().map(|entry| entry.id.as_str()))?;
        let mut results = Vec::new();
        for entry in &input.entries {
            let result = match seconds(entry.visibility_timeout) {
                Ok(seconds) => {
                    let handle = entry.receipt_handle.as_deref().unwrap_or_default();
                    store.change_visibility(queue, &[(handle, seconds)], now)?.into_iter().collect::<Answer<()>>()
                }
                Err(fault) => Err(fault),
            };
            results.push((entry.id.as_str(), result));
        }
        Ok(Outcome::of(results))
    })
}

fn required(handle: Option<&str>) -> Answer<&str> {
    handle.filter(|handle| !handle.is_empty()).ok_or_else(|| Fault::missing("ReceiptHandle"))
}

fn seconds(timeout: Option<i64>) -> Answer<i64> {
    within(timeout, 0..=MAX_VISIBILITY_SECONDS, "VisibilityTimeout")?.ok_or_else(|| Fault::missing("VisibilityTimeout"))
}
