//! A queue: its name, its settings and the receivers that wait for messages.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;
use tokio::sync::Notify;

use crate::fault::{Answer, Code, Fault};

/// The account every local queue belongs to.
pub(crate) const ACCOUNT: &str = "000000000000";
const ARN_PREFIX: &str = "arn:aws:sqs:us-east-1:000000000000:";

/// The largest message and the largest batch, in bytes of body and attributes: 1 MiB since August 2025.
pub(crate) const MAX_MESSAGE_BYTES: i64 = 1_048_576;
pub(crate) const MAX_VISIBILITY_SECONDS: i64 = 43_200;
pub(crate) const MAX_DELAY_SECONDS: i64 = 900;
pub(crate) const MAX_WAIT_SECONDS: i64 = 20;

/// One queue as cached in memory. Settings never change in place: a change replaces the whole value.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) created_s: i64,
    pub(crate) modified_s: i64,
    pub(crate) settings: Settings,
    pub(crate) tags: BTreeMap<String, String>,
    /// Wakes the long polls of this queue. Survives a change of settings.
    pub(crate) arrivals: Arc<Notify>,
}

impl Queue {
    pub(crate) fn fifo(&self) -> bool {
        is_fifo(&self.name)
    }

    pub(crate) fn arn(&self) -> String {
        arn(&self.name)
    }

    /// Whether this queue's dead letters go to the queue named `target`.
    pub(crate) fn feeds(&self, target: &str) -> bool {
        self.settings.redrive.as_ref().is_some_and(|redrive| redrive.target == target)
    }

    pub(crate) fn url(&self, endpoint: &str) -> String {
        format!("{endpoint}/{ACCOUNT}/{}", self.name)
    }
}

/// FIFO queues are exactly those whose name ends in `.fifo`: creation refuses any other combination.
pub(crate) fn is_fifo(name: &str) -> bool {
    name.ends_with(".fifo")
}

pub(crate) fn arn(name: &str) -> String {
    format!("{ARN_PREFIX}{name}")
}

/// The queue that an ARN names, if it could be one of ours.
pub(crate) fn name_of_arn(arn: &str) -> Option<&str> {
    arn.strip_prefix(ARN_PREFIX).filter(|name| !name.is_empty())
}

/// The default values of attributes. This is also the list of the numeric attributes, with their bounds.
const NUMBERS: [(&str, i64, i64, i64); 6] = [
    ("DelaySeconds", 0, 0, MAX_DELAY_SECONDS),
    ("KmsDataKeyReusePeriodSeconds", 300, 60, 86_400),
    ("MaximumMessageSize", MAX_MESSAGE_BYTES, 1_024, MAX_MESSAGE_BYTES),
    ("MessageRetentionPeriod", 345_600, 60, 1_209_600),
    ("ReceiveMessageWaitTimeSeconds", 0, 0, MAX_WAIT_SECONDS),
    ("VisibilityTimeout", 30, 0, MAX_VISIBILITY_SECONDS),
];

/// The rule for messages that were received too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redrive {
    /// Name of the dead-letter queue.
    pub(crate) target: String,
    /// The number of receives after which a message is moved rather than returned.
    pub(crate) max_receives: i64,
}

/// A queue's attributes: as they were set, and parsed once for frequent use.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    raw: BTreeMap<String, String>,
    pub(crate) delay_ms: i64,
    pub(crate) max_bytes: i64,
    pub(crate) retention_ms: i64,
    pub(crate) visibility_ms: i64,
    pub(crate) wait_s: i64,
    pub(crate) content_dedup: bool,
    /// Whether deduplication ids are distinct per message group rather than per queue.
    pub(crate) dedup_per_group: bool,
    pub(crate) redrive: Option<Redrive>,
}

impl Settings {
    /// Parses attributes that [`Settings::check`] has accepted.
    pub(crate) fn new(raw: BTreeMap<String, String>) -> Self {
        let number = |name: &str| {
            let default = NUMBERS.iter().find(|known| known.0 == name).map_or(0, |known| known.1);
            raw.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
        };
        Self {
            delay_ms: number("DelaySeconds").saturating_mul(1000),
            max_bytes: number("MaximumMessageSize"),
            retention_ms: number("MessageRetentionPeriod").saturating_mul(1000),
            visibility_ms: number("VisibilityTimeout").saturating_mul(1000),
            wait_s: number("ReceiveMessageWaitTimeSeconds"),
            content_dedup: raw.get("ContentBasedDeduplication").is_some_and(|value| value == "true"),
            dedup_per_group: raw.get("DeduplicationScope").is_some_and(|value| value == "messageGroup"),
            redrive: raw.get("RedrivePolicy").and_then(|policy| redrive(policy).ok()),
            raw,
        }
    }

    pub(crate) fn raw(&self) -> &BTreeMap<String, String> {
        &self.raw
    }

    /// These settings with `changes` applied; an empty value removes a policy.
    pub(crate) fn with(&self, changes: &BTreeMap<String, String>) -> Self {
        let mut raw = self.raw.clone();
        for (name, value) in changes {
            if value.is_empty() {
                raw.remove(name)
            } else {
                raw.insert(name.clone(), value.clone())
            };
        }
        Self::new(raw)
    }

    /// Every attribute that can be set, defaults included, as `GetQueueAttributes` shows them.
    pub(crate) fn shown(&self, fifo: bool) -> BTreeMap<String, String> {
        let mut shown: BTreeMap<String, String> = NUMBERS
            .iter()
            .filter(|known| known.0 != "KmsDataKeyReusePeriodSeconds")
            .map(|known| (known.0.to_owned(), known.1.to_string()))
            .collect();
        shown.insert("SqsManagedSseEnabled".to_owned(), "true".to_owned());
        if fifo {
            let defaults = [
                ("FifoQueue", "true"),
                ("ContentBasedDeduplication", "false"),
                ("DeduplicationScope", "queue"),
                ("FifoThroughputLimit", "perQueue"),
            ];
            shown.extend(defaults.map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        shown.extend(self.raw.clone());
        shown
    }

    /// Checks whether `wanted` (a `CreateQueue` with an existing name) contains only values that this queue has already; otherwise returns
    /// the first attribute that differs.
    pub(crate) fn differs(&self, fifo: bool, wanted: &BTreeMap<String, String>) -> Option<String> {
        let shown = self.shown(fifo);
        let same = |name: &str, value: &str| match (shown.get(name), name) {
            (Some(has), "RedrivePolicy") => redrive(has).ok() == redrive(value).ok(),
            (Some(has), "Policy" | "RedriveAllowPolicy") => json(has) == json(value),
            (Some(has), _) => has == value,
            (None, _) => value.is_empty(),
        };
        wanted.iter().find(|(name, value)| !same(name, value)).map(|(name, _)| name.clone())
    }

    /// Checks the attributes that a caller wants to set, on their own: the store checks whether a dead-letter queue exists.
    pub(crate) fn check(fifo: bool, wanted: &BTreeMap<String, String>) -> Answer<()> {
        wanted.iter().try_for_each(|(name, value)| check(fifo, name, value))
    }
}

fn check(fifo: bool, name: &str, value: &str) -> Answer<()> {
    let invalid = || Code::InvalidAttributeValue.because(format!("Invalid value for the parameter {name}."));
    let one_of = |allowed: &[&str]| if allowed.contains(&value) { Ok(()) } else { Err(invalid()) };
    if let Some((_, _, min, max)) = NUMBERS.iter().find(|known| known.0 == name) {
        return match value.parse::<i64>() {
            Ok(number) if (*min..=*max).contains(&number) => Ok(()),
            Ok(_) | Err(_) => Err(invalid()),
        };
    }
    match name {
        "FifoQueue" if fifo => one_of(&["true"]),
        "ContentBasedDeduplication" if fifo => one_of(&["true", "false"]),
        "DeduplicationScope" if fifo => one_of(&["queue", "messageGroup"]),
        "FifoThroughputLimit" if fifo => one_of(&["perQueue", "perMessageGroupId"]),
        "SqsManagedSseEnabled" => one_of(&["true", "false"]),
        "KmsMasterKeyId" => Ok(()),
        "RedrivePolicy" if value.is_empty() => Ok(()),
        "RedrivePolicy" => redrive(value).map(|_| ()),
        "Policy" | "RedriveAllowPolicy" if value.is_empty() || json(value).is_some_and(|policy| policy.is_object()) => {
            Ok(())
        }
        "Policy" | "RedriveAllowPolicy" => Err(invalid()),
        _ => Err(Code::InvalidAttributeName.because(format!("Unknown Attribute {name}."))),
    }
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// Parses a redrive policy; AWS accepts the count as a number or as text.
pub(crate) fn redrive(policy: &str) -> Answer<Redrive> {
    let invalid = |reason: &str| Fault::value(policy, "RedrivePolicy", reason);
    let parsed = json(policy).ok_or_else(|| invalid("Redrive policy is not a valid JSON map."))?;
    let target = parsed
        .get("deadLetterTargetArn")
        .and_then(Value::as_str)
        .ok_or_else(|| invalid("Redrive policy does not contain mandatory attribute: deadLetterTargetArn."))?;
    let target = name_of_arn(target).ok_or_else(|| invalid("Invalid value for deadLetterTargetArn."))?;
    let count = parsed
        .get("maxReceiveCount")
        .ok_or_else(|| invalid("Redrive policy does not contain mandatory attribute: maxReceiveCount."))?;
    let max_receives = count
        .as_i64()
        .or_else(|| count.as_str().and_then(|text| text.parse().ok()))
        .filter(|count| (1..=1000).contains(count))
        .ok_or_else(|| invalid("Invalid value for maxReceiveCount, valid values are from 1 to 1000 both inclusive."))?;
    Ok(Redrive { target: target.to_owned(), max_receives })
}

/// Whether a dead-letter queue's `RedriveAllowPolicy` lets `source` use it. Unset means everyone.
pub(crate) fn allows_source(allow_policy: Option<&String>, source: &str) -> bool {
    let Some(policy) = allow_policy.and_then(|text| json(text)) else { return true };
    match policy.get("redrivePermission").and_then(Value::as_str) {
        Some("denyAll") => false,
        Some("byQueue") => policy
            .get("sourceQueueArns")
            .and_then(Value::as_array)
            .is_some_and(|arns| arns.iter().any(|arn| arn.as_str() == Some(source))),
        Some(_) | None => true,
    }
}

/// AWS's rule for names: 1 to 80 letters, digits, hyphens and underscores; names of FIFO queues end in `.fifo`.
pub(crate) fn check_name(name: &str, attributes: &BTreeMap<String, String>) -> Answer<()> {
    let stem = name.strip_suffix(".fifo").unwrap_or(name);
    let letters = stem.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if stem.is_empty() || name.len() > 80 || !letters {
        return Err(Code::InvalidParameterValue
            .because("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"));
    }
    let asked = attributes.get("FifoQueue").is_some_and(|value| value == "true");
    if asked == is_fifo(name) {
        return Ok(());
    }
    Err(Code::InvalidParameterValue.because(
        "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with \
         .fifo suffix and be 1 to 80 in length.",
    ))
}
