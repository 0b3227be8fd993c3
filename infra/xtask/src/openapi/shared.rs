//! Moves parts that many answers share to one place in the document, and replaces them by references.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The number of uses from which a part is shared.
const OFTEN: usize = 5;

/// Moves the refusals that many operations share out of the paths, and returns them by name.
pub fn responses(paths: &mut Value) -> Map<String, Value> {
    let every = |paths: &mut Value, each: &mut dyn FnMut(String, &mut Value)| {
        for (status, answer) in answers(paths).filter(|(status, _)| status.starts_with(['4', '5'])) {
            each(format!("Status{status}"), answer);
        }
    };
    kept("responses", paths, &every)
}

/// Moves the headers that many answers share out of the paths, and returns them by name.
pub fn headers(paths: &mut Value) -> Map<String, Value> {
    let every = |paths: &mut Value, each: &mut dyn FnMut(String, &mut Value)| {
        for (_, answer) in answers(paths) {
            for (name, header) in answer.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
                each(name.clone(), header);
            }
        }
    };
    kept("headers", paths, &every)
}

type Every = dyn Fn(&mut Value, &mut dyn FnMut(String, &mut Value));

fn kept(place: &str, paths: &mut Value, every: &Every) -> Map<String, Value> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    every(paths, &mut |name, part| {
        let count = counts.entry((name, part.to_string())).or_default();
        *count = count.saturating_add(1);
    });
    let often = counts.into_iter().filter(|(_, count)| *count >= OFTEN).map(|(part, _)| part);
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    for (name, text) in often {
        let same = names.keys().filter(|(other, _)| *other == name).count();
        let kept = if same == 0 { name.clone() } else { format!("{name}-{}", same.saturating_add(1)) };
        names.insert((name, text), kept);
    }
    let mut kept = Map::new();
    every(paths, &mut |name, part| {
        if let Some(name) = names.get(&(name, part.to_string())) {
            let reference = json!({ "$ref": format!("#/components/{place}/{name}") });
            kept.insert(name.clone(), std::mem::replace(part, reference));
        }
    });
    kept
}

/// Every answer, with its status.
fn answers(paths: &mut Value) -> impl Iterator<Item = (String, &mut Value)> {
    let operations = members(paths).flat_map(members);
    let answers = operations.filter_map(|operation| operation.get_mut("responses")).filter_map(Value::as_object_mut);
    answers.flat_map(|answers| answers.iter_mut().map(|(status, answer)| (status.clone(), answer)))
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(Map::values_mut)
}
