//! Parts that the three batch actions share: rules for the entries, and a result for each entry.

use std::collections::HashSet;

use serde::Serialize;

use crate::fault::{Answer, Code, Fault};

const MAX_ENTRIES: usize = 10;

/// The answer to a batch: the request succeeds even when entries fail.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Outcome<T> {
    pub(super) successful: Vec<T>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) failed: Vec<Failed>,
}

/// An entry that failed.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Failed {
    id: String,
    sender_fault: bool,
    code: &'static str,
    message: String,
}

/// The result of an entry that consists of its id only.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Done {
    id: String,
}

impl Failed {
    pub(super) fn new(id: &str, fault: Fault) -> Self {
        Self {
            id: id.to_owned(),
            sender_fault: !fault.is_internal(),
            code: fault.code.spelling().query,
            message: fault.message,
        }
    }
}

impl Outcome<Done> {
    /// Pairs entries with their results.
    pub(super) fn of<'a>(results: impl IntoIterator<Item = (&'a str, Answer<()>)>) -> Self {
        let mut outcome = Self { successful: Vec::new(), failed: Vec::new() };
        for (id, result) in results {
            match result {
                Ok(()) => outcome.successful.push(Done { id: id.to_owned() }),
                Err(fault) => outcome.failed.push(Failed::new(id, fault)),
            }
        }
        outcome
    }
}

/// Checks for one to ten entries with distinct ids of 1 to 80 letters, digits, hyphens and underscores.
pub(super) fn check_ids<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> Answer<()> {
    let count = ids.len();
    if count == 0 {
        return Err(Code::EmptyBatchRequest.because("There should be at least one entry in the request."));
    }
    if count > MAX_ENTRIES {
        return Err(Code::TooManyEntriesInBatchRequest
            .because(format!("Maximum number of entries per request are {MAX_ENTRIES}. You have sent {count}.")));
    }
    let mut seen = HashSet::new();
    for id in ids {
        let letters = id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if id.is_empty() || id.len() > 80 || !letters {
            return Err(Code::InvalidBatchEntryId.because(
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
            ));
        }
        if !seen.insert(id) {
            return Err(Code::BatchEntryIdsNotDistinct.because(format!("Id {id} repeated.")));
        }
    }
    Ok(())
}
