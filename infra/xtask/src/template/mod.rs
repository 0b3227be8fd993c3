//! `cargo xtask template`: `template.yaml` and the functions say the same, in both directions.

mod expected;
mod queues;
mod router;
mod yaml;

pub use expected::pascal;
pub use router::print as print_router;

use crate::run::{Result, list, read, text};
use expected::{Expected, FREE, authoriser, expected, resources};
use serde_json::{Map, Value, json};
use tradewind_lambda::Function;

/// CloudFormation takes 500 resources; some room is kept.
const MOST_RESOURCES: usize = 450;

/// Prints the entry that a function needs.
pub fn print_entry(name: &str) -> Result<()> {
    let functions = tradewind_local::functions();
    let function = functions.iter().find(|function| function.name == name);
    let function = function.ok_or_else(|| format!("no area lists a function {name}"))?;
    let expected = expected(function, &authoriser(&functions));
    let mut out = String::new();
    let Expected { id, function, role, log } = &expected;
    yaml::entry(&mut out, 2, id, function);
    yaml::entry(&mut out, 2, &format!("{id}Role"), role);
    yaml::entry(&mut out, 2, &format!("{id}Log"), log);
    print!("{out}");
    Ok(())
}

/// Compares, and says how many resources the template comes to.
pub fn check() -> Result<String> {
    let template = yaml::parse(&read("template.yaml")?).map_err(|e| format!("template.yaml: {e}"))?;
    let found = template.get("Resources").and_then(Value::as_object).ok_or("template.yaml has no resources")?;
    let functions = tradewind_local::functions();
    let mut wrong = compare(found, &functions);
    wrong.extend(queues::check(found, &functions));
    wrong.extend(router::check(&functions)?);
    let count = count(found);
    if count > MOST_RESOURCES {
        wrong.push(format!(
            "template.yaml comes to {count} resources, and {MOST_RESOURCES} are the most: split the stack"
        ));
    }
    if wrong.is_empty() {
        Ok(format!("{} functions, {count} of at most {MOST_RESOURCES} resources", functions.len()))
    } else {
        Err(wrong.join("\n"))
    }
}

fn compare(found: &Map<String, Value>, functions: &[Function]) -> Vec<String> {
    let authoriser = authoriser(functions);
    let mut wrong = vec![];
    let mut known = vec![];
    for function in functions {
        let expected = expected(function, &authoriser);
        for (id, wanted) in resources(&expected) {
            match found.get(&id) {
                Some(here) => differences(&id, &normal(&wanted), &normal(here), &mut wrong),
                None => {
                    wrong.push(format!("{id} is missing: `cargo xtask template --entry {}` prints it", function.name))
                }
            }
            known.push(id);
        }
    }
    let ours = |kind: &str| matches!(kind, "AWS::Serverless::Function" | "AWS::Lambda::Function" | "AWS::IAM::Role");
    let strangers = found.iter().filter(|(id, resource)| ours(text(resource, "/Type")) && !known.contains(id));
    wrong.extend(strangers.map(|(id, _)| format!("{id} belongs to no function that an area lists")));
    wrong
}

/// The same with lists of actions, resources and statements in order, and single ones as lists.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let one = |(key, value): (&String, &Value)| {
                let value = normal(value);
                let value = match (key.as_str(), value) {
                    ("Action" | "Resource" | "Statement", Value::Array(mut items)) => {
                        items.sort_by_key(ToString::to_string);
                        Value::Array(items)
                    }
                    ("Action" | "Resource", other) => json!([other]),
                    (_, other) => other,
                };
                (key.clone(), value)
            };
            Value::Object(map.iter().map(one).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(normal).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn differences(path: &str, wanted: &Value, here: &Value, wrong: &mut Vec<String>) {
    match (wanted, here) {
        (Value::Object(wanted), Value::Object(here)) if !intrinsic(wanted) && !intrinsic(here) => {
            for (key, value) in wanted {
                match here.get(key) {
                    Some(here) => differences(&format!("{path}.{key}"), value, here, wrong),
                    None => wrong.push(format!("{path}.{key} is missing: {value}")),
                }
            }
            let more = here.iter().filter(|(key, _)| !wanted.contains_key(*key) && !FREE.contains(&key.as_str()));
            wrong.extend(more.map(|(key, value)| format!("{path}.{key} is too much: {value}")));
        }
        (Value::Array(wanted), Value::Array(here)) if path.ends_with(".Statement") => {
            wrong.extend(wanted.iter().filter(|s| !here.contains(s)).map(|s| format!("{path} lacks {s}")));
            wrong.extend(here.iter().filter(|s| !wanted.contains(s)).map(|s| format!("{path} has too much: {s}")));
        }
        (Value::Array(wanted), Value::Array(here)) if wanted.len() == here.len() => {
            for (number, (wanted, here)) in wanted.iter().zip(here).enumerate() {
                differences(&format!("{path}.{number}"), wanted, here, wrong);
            }
        }
        _ if wanted == here => {}
        _ => wrong.push(format!("{path} is {here}, but the code says {wanted}")),
    }
}

fn intrinsic(map: &Map<String, Value>) -> bool {
    map.keys().any(|key| key == "Ref" || key.starts_with("Fn::"))
}

/// How many resources SAM makes of these. `.ci/run` has SAM itself count, too.
fn count(found: &Map<String, Value>) -> usize {
    let of = |resource: &Value| match text(resource, "/Type") {
        "AWS::Serverless::Function" => {
            let events = resource.pointer("/Properties/Events").and_then(Value::as_object);
            let of = |event: &Value| match text(event, "/Type") {
                // The rule and the permission to call the function.
                "Schedule" => 2,
                // The permission or the event source mapping.
                _ => 1_usize,
            };
            let role = usize::from(resource.pointer("/Properties/Role").is_none());
            events.map_or(0, |events| events.values().map(of).sum()).saturating_add(1).saturating_add(role)
        }
        // The API, its stage, and a permission for each authoriser.
        "AWS::Serverless::HttpApi" => {
            let authorisers = resource.pointer("/Properties/Auth/Authorizers").and_then(Value::as_object);
            authorisers.map_or(0, Map::len).saturating_add(2)
        }
        _ => 1,
    };
    found.values().map(of).sum()
}

/// The alarms on a metric of something.
fn has_alarm(found: &Map<String, Value>, metric: &str, dimension: &Value) -> bool {
    found.values().any(|resource| {
        text(resource, "/Type") == "AWS::CloudWatch::Alarm"
            && text(resource, "/Properties/MetricName") == metric
            && list(resource, "/Properties/Dimensions").iter().any(|d| d.get("Value") == Some(dimension))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(path: &str, value: Value) -> Vec<String> {
        let functions = tradewind_local::functions();
        let authoriser = authoriser(&functions);
        let mut found: Map<String, Value> =
            functions.iter().flat_map(|f| resources(&expected(f, &authoriser))).collect();
        assert!(compare(&found, &functions).is_empty());
        let (id, path) = path.split_once('/').unwrap();
        *found.get_mut(id).unwrap().pointer_mut(&format!("/{path}")).unwrap() = value;
        compare(&found, &functions)
    }

    #[test]
    fn every_drift_is_found() {
        let statements = "TenantsMarketplaceReadRole/Properties/Policies/0/PolicyDocument/Statement";
        for (path, value) in [
            ("TenantsMarketplaceRead/Properties/MemorySize", json!(128)),
            ("TenantsMarketplaceRead/Properties/Events/Http/Properties/Path", json!("/v1/marketplaces")),
            ("TenantsMarketplaceOpen/Properties/Events/Http/Properties/Auth", json!({ "Authorizer": "NONE" })),
            ("TenantsMarketplaceRead/Metadata/BuildProperties/Binary", json!("tenants-marketplace-open")),
            ("TenantsMarketplaceRead/Properties/Environment/Variables", json!({})),
            (statements, json!([])),
            (&format!("{statements}/1/Action"), json!(["dynamodb:*"])),
            (&format!("{statements}/1/Resource"), json!("*")),
            ("PlatformOutboxRelay/Properties/Events/Outbox/Properties/BatchSize", json!(1)),
        ] {
            assert!(!wrong(path, value).is_empty(), "{path}");
        }
    }

    #[test]
    fn a_resource_of_no_function_is_found() {
        let functions = tradewind_local::functions();
        let stranger = Map::from_iter([("Stranger".to_owned(), json!({ "Type": "AWS::Serverless::Function" }))]);
        assert!(compare(&stranger, &functions).iter().any(|line| line.starts_with("Stranger ")));
    }
}
