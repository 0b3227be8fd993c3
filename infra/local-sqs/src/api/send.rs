//! `SendMessage` and `SendMessageBatch`.

use serde::{Deserialize, Serialize};

use super::{
    Api,
    batch::{Failed, Outcome, check_ids},
    within,
};
use crate::{
    attributes::{self, Attributes, check_characters},
    digest::{md5_hex, sha256_hex},
    fault::{Answer, Code, Fault},
    queue::{MAX_DELAY_SECONDS, MAX_MESSAGE_BYTES, Queue},
    store::{Draft, Sent},
};

/// A message as a sender gives it, alone or in a batch.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Message {
    message_body: Option<String>,
    delay_seconds: Option<i64>,
    message_attributes: Option<Attributes>,
    message_system_attributes: Option<Attributes>,
    message_deduplication_id: Option<String>,
    message_group_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    queue_url: Option<String>,
    #[serde(flatten)]
    message: Message,
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
    #[serde(flatten)]
    message: Message,
}

/// The answer to the sender: digests of what arrived, for comparison.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Receipt {
    message_id: String,
    #[serde(rename = "MD5OfMessageBody")]
    md5_of_message_body: String,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    md5_of_message_attributes: Option<String>,
    #[serde(rename = "MD5OfMessageSystemAttributes", skip_serializing_if = "Option::is_none")]
    md5_of_message_system_attributes: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SentEntry {
    id: String,
    #[serde(flatten)]
    receipt: Receipt,
}

/// A checked message, with the digests for its sender.
struct Checked {
    draft: Draft,
    md5_body: String,
    md5_attributes: Option<String>,
    md5_system: Option<String>,
}

pub(super) fn one(api: &Api, input: One) -> Answer<Receipt> {
    let One { queue_url, message } = input;
    api.with(queue_url.as_deref(), |store, queue, now| {
        let checked = check(queue, message)?;
        let sent = store.send(queue, &[&checked.draft], now)?;
        let sent = sent.into_iter().next().ok_or_else(|| Code::InternalFailure.because("nothing was stored"))?;
        Ok(checked.receipt(queue, sent))
    })
}

pub(super) fn batch(api: &Api, input: Batch) -> Answer<Outcome<SentEntry>> {
    let Batch { queue_url, entries } = input;
    api.with(queue_url.as_deref(), |store, queue, now| {
        check_ids(entries.iter().map(|entry| entry.id.as_str()))?;
        let total = entries.iter().fold(0_usize, |total, entry| total.saturating_add(entry.message.size()));
        if exceeds(total, MAX_MESSAGE_BYTES) {
            return Err(Code::BatchRequestTooLong.because(format!(
                "Batch requests cannot be longer than {MAX_MESSAGE_BYTES} bytes. You have sent {total} bytes."
            )));
        }
        let mut failed = Vec::new();
        let mut accepted = Vec::new();
        for Entry { id, message } in entries {
            match check(queue, message) {
                Ok(checked) => accepted.push((id, checked)),
                Err(fault) => failed.push(Failed::new(&id, fault)),
            }
        }
        let drafts: Vec<_> = accepted.iter().map(|(_, checked)| &checked.draft).collect();
        let sent = store.send(queue, &drafts, now)?;
        let successful = accepted
            .into_iter()
            .zip(sent)
            .map(|((id, checked), sent)| SentEntry { id, receipt: checked.receipt(queue, sent) })
            .collect();
        Ok(Outcome { successful, failed })
    })
}

impl Message {
    /// The bytes of the body and the attributes, which the limits count. Attributes that will be refused count as zero.
    fn size(&self) -> usize {
        let attributes = self.message_attributes.as_ref().and_then(|all| attributes::check(all).ok()).unwrap_or(0);
        self.message_body.as_ref().map_or(0, String::len).saturating_add(attributes)
    }
}

impl Checked {
    fn receipt(self, queue: &Queue, sent: Sent) -> Receipt {
        Receipt {
            message_id: sent.id,
            md5_of_message_body: self.md5_body,
            md5_of_message_attributes: self.md5_attributes,
            md5_of_message_system_attributes: self.md5_system,
            sequence_number: queue.fifo().then(|| sequence_number(sent.seq)),
        }
    }
}

/// Twenty digits that grow with every message of a queue; as on AWS they are not consecutive.
pub(super) fn sequence_number(seq: i64) -> String {
    format!("1{seq:019}")
}

fn exceeds(bytes: usize, limit: i64) -> bool {
    i64::try_from(bytes).map_or(true, |bytes| bytes > limit)
}

fn check(queue: &Queue, message: Message) -> Answer<Checked> {
    let body = message.message_body.filter(|body| !body.is_empty()).ok_or_else(|| Fault::missing("MessageBody"))?;
    check_characters(&body)?;
    let attributes = message.message_attributes.unwrap_or_default();
    let system = message.message_system_attributes.unwrap_or_default();
    let size = body.len().saturating_add(attributes::check(&attributes)?);
    if exceeds(size, queue.settings.max_bytes) {
        return Err(Code::InvalidParameterValue.because(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {} bytes.",
            queue.settings.max_bytes
        )));
    }
    let delay = within(message.delay_seconds, 0..=MAX_DELAY_SECONDS, "DelaySeconds")?;
    if queue.fifo() && delay.is_some_and(|seconds| seconds > 0) {
        let reason = "The request include parameter that is not valid for this queue type.";
        return Err(Fault::value(delay.unwrap_or_default(), "DelaySeconds", reason));
    }
    let group = token(message.message_group_id, "MessageGroupId")?;
    let dedup = token(message.message_deduplication_id, "MessageDeduplicationId")?;
    let (group, dedup) = if queue.fifo() { fifo_ids(queue, &body, group, dedup)? } else { standard_ids(group, dedup)? };
    let encoded = match attributes.is_empty() {
        true => None,
        false => {
            Some(serde_json::to_string(&attributes).map_err(|error| Code::InternalFailure.because(error.to_string()))?)
        }
    };
    Ok(Checked {
        md5_body: md5_hex(body.as_bytes()),
        md5_attributes: attributes::md5(&attributes),
        md5_system: attributes::md5(&system),
        draft: Draft {
            body,
            attributes: encoded,
            trace: attributes::trace_header(&system)?,
            delay_ms: delay.filter(|_| !queue.fifo()).map(|seconds| seconds.saturating_mul(1000)),
            group,
            dedup,
        },
    })
}

type Ids = (Option<String>, Option<String>);

fn fifo_ids(queue: &Queue, body: &str, group: Option<String>, dedup: Option<String>) -> Answer<Ids> {
    let group = group.ok_or_else(|| Fault::missing("MessageGroupId"))?;
    let dedup = match dedup {
        Some(dedup) => dedup,
        None if queue.settings.content_dedup => sha256_hex(body.as_bytes()),
        None => {
            return Err(Code::InvalidParameterValue.because(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
            ));
        }
    };
    Ok((Some(group), Some(dedup)))
}

/// A standard queue accepts a group (for fair queues) and no deduplication id.
fn standard_ids(group: Option<String>, dedup: Option<String>) -> Answer<Ids> {
    match dedup {
        Some(dedup) => {
            let reason = "The request include parameter that is not valid for this queue type.";
            Err(Fault::value(dedup, "MessageDeduplicationId", reason))
        }
        None => Ok((group, None)),
    }
}

/// Ids are 1 to 128 letters, digits and ASCII punctuation.
fn token(value: Option<String>, parameter: &str) -> Answer<Option<String>> {
    match value {
        Some(text) if text.is_empty() || text.len() > 128 || !text.chars().all(|c| c.is_ascii_graphic()) => {
            let reason =
                format!("{parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.");
            Err(Fault::value(text, parameter, &reason))
        }
        Some(_) | None => Ok(value),
    }
}
