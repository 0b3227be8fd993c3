//! The examples in the API document: a story that calls every operation, and whose first successful answers are stored in
//! `infra/examples.json`. The story is played again here, and must give what is written there; `UPDATE_EXAMPLES=1` writes the file. Values
//! that differ each time - ids, times, tokens - are replaced there by a sample of their kind.

mod golden;
mod plain;
mod story;

use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, fs, path::Path};
use tradewind_tests::{Exchange, World};

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_has_an_example_that_is_what_is_answered() {
    let story::Played { said, stored } = story::play().await;
    golden::holds(&stored);
    let mut first: BTreeMap<String, (usize, Exchange)> = BTreeMap::new();
    for (place, exchange) in said.into_iter().enumerate().filter(|(_, exchange)| exchange.answer.status < 300) {
        first.entry(exchange.function.clone()).or_insert((place, exchange));
    }
    for route in tradewind_local::functions().iter().filter_map(|function| function.route()) {
        assert!(first.contains_key(route.endpoint.function), "the story does not call {}", route.endpoint.function);
    }
    // Processes may use settings that are slightly out of date, and their answers depend on that.
    if World::lambdas() {
        return;
    }
    // Ids are numbered in the order in which they appear in the story.
    let mut in_order: Vec<_> = first.into_values().collect();
    in_order.sort_by_key(|(place, _)| *place);
    let mut plain = plain::Plain::default();
    let mut examples = Map::new();
    for (_, Exchange { function, path, body, answer }) in in_order {
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        let page = !answer.text.is_empty() && answer.json.is_null();
        let said = if page { json!(answer.text) } else { answer.json };
        let mut example =
            json!({ "path": path, "query": query, "body": body, "status": answer.status, "answer": said });
        plain.value(&mut example);
        example.as_object_mut().unwrap().retain(|_, value| !value.is_null() && *value != json!(""));
        examples.insert(function, example);
    }
    let found = serde_json::to_string_pretty(&Value::Object(examples)).unwrap() + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/examples.json");
    if std::env::var("UPDATE_EXAMPLES").is_ok() {
        fs::write(&file, &found).unwrap();
    }
    let committed: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let found: Value = serde_json::from_str(&found).unwrap();
    for (function, example) in found.as_object().unwrap() {
        assert_eq!(*example, committed[function], "{function}; if that is meant, run with UPDATE_EXAMPLES=1");
    }
}
