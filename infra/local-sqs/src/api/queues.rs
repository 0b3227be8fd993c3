//! The actions on queues themselves.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{Api, Empty, queue_name, within};
use crate::{
    digest::{seal, unseal},
    fault::{Answer, Code, Fault},
    queue::Queue,
    store::Page,
};

/// The most queues one list returns.
const MAX_LISTED: i64 = 1000;

type Map = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    queue_name: Option<String>,
    #[serde(default)]
    attributes: Map,
    #[serde(default, rename = "tags", alias = "Tags")]
    tags: Map,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    queue_name: Option<String>,
}

/// A queue, and further fields for some actions.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct At {
    queue_url: Option<String>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    attributes: Map,
    #[serde(default)]
    tags: Map,
    #[serde(default)]
    tag_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    queue_url: Option<String>,
    #[serde(default)]
    queue_name_prefix: String,
    next_token: Option<String>,
    max_results: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Url {
    queue_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown {
    #[serde(skip_serializing_if = "Map::is_empty")]
    attributes: Map,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tags {
    #[serde(skip_serializing_if = "Map::is_empty")]
    tags: Map,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    queue_urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `ListDeadLetterSourceQueues` spells the name of its list with a small letter.
#[derive(Serialize)]
pub(super) struct Sources {
    #[serde(rename = "queueUrls")]
    queue_urls: Vec<String>,
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

pub(super) fn create(api: &Api, input: Create) -> Answer<Url> {
    let name = input.queue_name.ok_or_else(|| Fault::missing("QueueName"))?;
    let now = api.sqs.now_ms();
    let queue = api.sqs.store().create_queue(&name, &input.attributes, input.tags, now)?;
    Ok(Url { queue_url: queue.url(&api.endpoint) })
}

pub(super) fn url(api: &Api, input: Named) -> Answer<Url> {
    let name = input.queue_name.ok_or_else(|| Fault::missing("QueueName"))?;
    let queue = api.sqs.store().queue(&name)?;
    Ok(Url { queue_url: queue.url(&api.endpoint) })
}

pub(super) fn attributes(api: &Api, input: At) -> Answer<Shown> {
    api.with(input.queue_url.as_deref(), |store, queue, now| {
        let wanted = input.attribute_names;
        let counted = wanted.iter().any(|name| name == "All" || name.starts_with("ApproximateNumber"));
        let counts = if counted { store.counts(queue, now)? } else { Default::default() };
        let mut shown = queue.settings.shown(queue.fifo());
        let read_only = [
            ("QueueArn", queue.arn()),
            ("CreatedTimestamp", queue.created_s.to_string()),
            ("LastModifiedTimestamp", queue.modified_s.to_string()),
            ("ApproximateNumberOfMessages", counts.visible.to_string()),
            ("ApproximateNumberOfMessagesNotVisible", counts.in_flight.to_string()),
            ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
        ];
        shown.extend(read_only.map(|(name, value)| (name.to_owned(), value)));
        if let Some(unknown) = wanted.iter().find(|name| !is_readable(name)) {
            return Err(Code::InvalidAttributeName.because(format!("Unknown Attribute {unknown}.")));
        }
        shown.retain(|name, _| wanted.iter().any(|want| want == "All" || want == name));
        Ok(Shown { attributes: shown })
    })
}

fn is_readable(name: &str) -> bool {
    const READABLE: [&str; 22] = [
        "All",
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
        "ContentBasedDeduplication",
        "CreatedTimestamp",
        "DeduplicationScope",
        "DelaySeconds",
        "FifoQueue",
        "FifoThroughputLimit",
        "KmsDataKeyReusePeriodSeconds",
        "KmsMasterKeyId",
        "LastModifiedTimestamp",
        "MaximumMessageSize",
        "MessageRetentionPeriod",
        "Policy",
        "QueueArn",
        "ReceiveMessageWaitTimeSeconds",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
        "VisibilityTimeout",
    ];
    READABLE.contains(&name)
}

pub(super) fn set_attributes(api: &Api, input: At) -> Answer<Empty> {
    api.with(input.queue_url.as_deref(), |store, queue, now| {
        store.set_attributes(&queue.name, &input.attributes, now)
    })?;
    Ok(Empty {})
}

pub(super) fn list(api: &Api, input: List) -> Answer<Listed> {
    let prefix = input.queue_name_prefix.as_str();
    let page = page(api, &input, |queue| queue.name.starts_with(prefix))?;
    Ok(Listed { queue_urls: urls(api, &page.queues), next_token: token(&input, page.next) })
}

pub(super) fn sources(api: &Api, input: List) -> Answer<Sources> {
    let target = queue_name(input.queue_url.as_deref())?;
    api.sqs.store().queue(target)?;
    let page = page(api, &input, |queue| queue.feeds(target))?;
    Ok(Sources { queue_urls: urls(api, &page.queues), next_token: token(&input, page.next) })
}

fn page(api: &Api, input: &List, filter: impl Fn(&Queue) -> bool) -> Answer<Page> {
    let limit = within(input.max_results, 1..=MAX_LISTED, "MaxResults")?.unwrap_or(MAX_LISTED);
    let after = match &input.next_token {
        Some(token) => {
            Some(unseal(token).ok_or_else(|| Fault::value(token, "NextToken", "Invalid or expired next token."))?)
        }
        None => None,
    };
    Ok(api.sqs.store().list(filter, after.as_deref(), usize::try_from(limit).unwrap_or(usize::MAX)))
}

/// A token is only returned if `MaxResults` was set.
fn token(input: &List, next: Option<String>) -> Option<String> {
    next.filter(|_| input.max_results.is_some()).map(|name| seal(&name))
}

fn urls(api: &Api, queues: &[Arc<Queue>]) -> Vec<String> {
    queues.iter().map(|queue| queue.url(&api.endpoint)).collect()
}

pub(super) fn purge(api: &Api, input: At) -> Answer<Empty> {
    api.with(input.queue_url.as_deref(), |store, queue, now| store.purge(&queue.name, now))?;
    Ok(Empty {})
}

pub(super) fn delete(api: &Api, input: At) -> Answer<Empty> {
    api.with(input.queue_url.as_deref(), |store, queue, now| store.delete_queue(&queue.name, now))?;
    Ok(Empty {})
}

pub(super) fn tag(api: &Api, input: At) -> Answer<Empty> {
    api.with(input.queue_url.as_deref(), |store, queue, _| store.tag(&queue.name, input.tags, &[]))?;
    Ok(Empty {})
}

pub(super) fn untag(api: &Api, input: At) -> Answer<Empty> {
    api.with(input.queue_url.as_deref(), |store, queue, _| store.tag(&queue.name, Map::new(), &input.tag_keys))?;
    Ok(Empty {})
}

pub(super) fn tags(api: &Api, input: At) -> Answer<Tags> {
    api.with(input.queue_url.as_deref(), |_, queue, _| Ok(Tags { tags: queue.tags.clone() }))
}
