//! A request and its answer for each operation, as `tests/contract/examples` made and recorded them.

use crate::run::{Result, read};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const FILE: &str = "infra/examples.json";

/// A request and its answer.
#[derive(Debug, Default)]
pub struct Example {
    path: String,
    query: String,
    /// The body that was sent.
    pub body: Option<Value>,
    /// The body that was answered.
    pub answer: Option<Value>,
}

impl Example {
    /// The value of a parameter in the path or the query.
    pub fn parameter(&self, template: &str, name: &str) -> Option<Value> {
        let place = template.split('/').position(|part| part == format!("{{{name}}}"));
        let in_path = place.and_then(|place| self.path.split('/').nth(place));
        let in_query = || self.query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
        let text = in_path.or_else(|| in_query().map(|(_, value)| value))?;
        Some(text.parse::<i64>().map_or_else(|_| json!(text), Value::from))
    }
}

/// The examples by function.
pub fn all() -> Result<BTreeMap<String, Example>> {
    let all: BTreeMap<String, Value> = serde_json::from_str(&read(FILE)?).map_err(|e| format!("{FILE}: {e}"))?;
    let example = |example: Value| {
        let text = |name: &str| example.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let part = |name: &str| example.get(name).filter(|part| !part.is_null()).cloned();
        Example { path: text("path"), query: text("query"), body: part("body"), answer: part("answer") }
    };
    Ok(all.into_iter().map(|(name, value)| (name, example(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::{super::path_parameters, *};
    use tradewind_lambda::Function;

    #[test]
    fn every_operation_has_an_example_that_fits_its_path() {
        let all = all().unwrap();
        for route in tradewind_local::functions().iter().filter_map(Function::route) {
            let example = all.get(route.endpoint.function).unwrap_or_else(|| panic!("{}", route.endpoint.function));
            for name in path_parameters(route.endpoint.path) {
                assert!(
                    example.parameter(route.endpoint.path, name).is_some(),
                    "{name} of {}",
                    route.endpoint.function
                );
            }
        }
    }
}
