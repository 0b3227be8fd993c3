//! The newest events of the outbox, for the status page.

use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// How many events are kept.
const MOST: usize = 200;

#[derive(Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<VecDeque<String>>>);

impl Recent {
    /// Adds events, given as the bodies of stream records.
    pub(crate) fn add(&self, bodies: Vec<String>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(bodies);
        let surplus = all.len().saturating_sub(MOST);
        all.drain(..surplus);
    }

    /// All events that are kept, newest first.
    pub(crate) fn all(&self) -> Vec<Value> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().rev().filter_map(|body| serde_json::from_str(body).ok()).map(|event| row(&event)).collect()
    }
}

/// The bodies of the events in stream records.
pub(crate) fn bodies(records: &[Value]) -> Vec<String> {
    let body = |record: &Value| Some(record.pointer("/dynamodb/NewImage/body/S")?.as_str()?.to_owned());
    records.iter().filter_map(body).collect()
}

fn row(event: &Value) -> Value {
    let field = |name: &str| event.get(name).cloned().unwrap_or_default();
    json!({
        "at": field("at"), "type": field("type"), "marketplace": field("marketplace"), "id": field("id"),
        "data": field("data"),
    })
}
