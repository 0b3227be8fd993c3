//! CloudFormation's YAML: parsed into its JSON form, and written as a person would write it, with short forms and related things on one
//! line.

use crate::run::Result;
use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

/// Reads a template. Short forms become long ones: `!Ref A` is `{"Ref": "A"}`, `!Sub a` is `{"Fn::Sub": "a"}`.
pub fn parse(text: &str) -> Result<Value> {
    let yaml: Yaml = serde_yaml_ng::from_str(text).map_err(|e| e.to_string())?;
    convert(yaml)
}

fn convert(yaml: Yaml) -> Result<Value> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => json!(number),
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(convert).collect::<Result<_>>()?),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = key.as_str().ok_or("a key that is not a text")?.to_owned();
                map.insert(key, convert(value)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = tag.trim_start_matches('!');
            let name = if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") };
            json!({ name: convert(tagged.value)? })
        }
    })
}

/// Keys whose values are never written on one line, however short they are.
const BLOCKS: [&str; 9] = [
    "Parameters",
    "Globals",
    "Function",
    "Properties",
    "Environment",
    "Variables",
    "Events",
    "Policies",
    "PolicyDocument",
];
/// The order of keys; all others follow by name.
const ORDER: [&str; 52] = [
    "Type",
    "Sid",
    "Effect",
    "Action",
    "Principal",
    "Resource",
    "Condition",
    "Metadata",
    "BuildMethod",
    "FunctionName",
    "AlarmName",
    "AlarmDescription",
    "DashboardName",
    "Description",
    "Role",
    "MemorySize",
    "Timeout",
    "CodeUri",
    "Handler",
    "Runtime",
    "Architectures",
    "LoggingConfig",
    "Environment",
    "Events",
    "AssumeRolePolicyDocument",
    "Policies",
    "PolicyName",
    "PolicyDocument",
    "LogGroupName",
    "QueueName",
    "Version",
    "ApiId",
    "RouteKey",
    "Target",
    "IntegrationType",
    "IntegrationUri",
    "Stream",
    "Queue",
    "BatchSize",
    "Namespace",
    "MetricNamespace",
    "MetricName",
    "Name",
    "Dimensions",
    "Statistic",
    "Period",
    "EvaluationPeriods",
    "DatapointsToAlarm",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "Properties",
];
const WIDTH: usize = 128;

/// Writes an entry of a mapping, indented by `indent` spaces.
pub fn entry(out: &mut String, indent: usize, key: &str, value: &Value) {
    let pad = " ".repeat(indent);
    if let Some(text) = value.get("Fn::Sub").and_then(Value::as_str).filter(|text| text.contains('\n')) {
        out.push_str(&format!("{pad}{key}: !Sub |\n"));
        text.lines().for_each(|line| out.push_str(&format!("{pad}  {line}\n")));
        return;
    }
    let flow = flow(value);
    let forced = BLOCKS.contains(&key) && !short(value);
    // An intrinsic function of a text cannot be broken over lines.
    let whole = matches!(value, Value::Object(map) if map.len() == 1 && map.iter().all(|(key, value)| intrinsic(key) && value.is_string()));
    if whole || !forced && indent.saturating_add(key.len()).saturating_add(flow.len()) < WIDTH {
        out.push_str(&format!("{pad}{key}: {}\n", top(value, flow)));
        return;
    }
    out.push_str(&format!("{pad}{key}:\n"));
    match value {
        Value::Array(items) => items.iter().for_each(|value| item(out, indent.saturating_add(2), value)),
        Value::Object(map) => {
            sorted(map).into_iter().for_each(|(key, value)| entry(out, indent.saturating_add(2), key, value));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&format!("{pad}  {flow}\n"));
        }
    }
}

/// An event source's properties and a log group's fit on a line.
fn short(value: &Value) -> bool {
    value.get("FunctionName").is_none()
        && value.get("Policies").is_none()
        && ["ApiId", "Queue", "Schedule", "RetentionInDays"].iter().any(|key| value.get(*key).is_some())
}

fn item(out: &mut String, indent: usize, value: &Value) {
    let pad = " ".repeat(indent);
    let flow = flow(value);
    match value {
        Value::Object(map) if indent.saturating_add(flow.len()) >= WIDTH || map.contains_key("PolicyDocument") => {
            let mut block = String::new();
            sorted(map).into_iter().for_each(|(key, value)| entry(&mut block, indent.saturating_add(2), key, value));
            out.push_str(&format!("{pad}- {}", block.trim_start()));
        }
        Value::Object(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&format!("{pad}- {flow}\n"));
        }
    }
}

fn sorted(map: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value)).collect();
    entries.sort_by_key(|(key, _)| (ORDER.iter().position(|known| known == key).unwrap_or(ORDER.len()), *key));
    entries
}

/// A text that stands alone after its key needs fewer quotes than one in a list.
fn top(value: &Value, flow: String) -> String {
    let plain = |text: &str| {
        let mut characters = text.chars();
        let first = characters.next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '/');
        first && !text.contains(": ") && !text.contains(" #") && !text.ends_with(':') && !text.ends_with(' ')
    };
    match value {
        Value::String(text) if plain(text) && flow.starts_with('"') && !ambiguous(text) => text.clone(),
        Value::Object(map) => match map.get("Fn::Sub") {
            Some(Value::String(text)) if map.len() == 1 && plain(text) => format!("!Sub {text}"),
            _ => flow,
        },
        Value::String(_) | Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) => flow,
    }
}

/// Whether YAML would not read this as a text: words, numbers and dates.
fn ambiguous(text: &str) -> bool {
    matches!(text, "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "~" | "")
        || text.starts_with(|c: char| c.is_ascii_digit())
}

fn intrinsic(key: &str) -> bool {
    key == "Ref" || key.starts_with("Fn::")
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('"') && !text.contains('\'') => format!("'{text}'"),
        Value::String(text) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-./ ():'".contains(c);
            let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '/');
            if first && text.chars().all(plain) && !text.contains(": ") && !text.ends_with(':') && !ambiguous(text) {
                text.clone()
            } else {
                json!(text).to_string()
            }
        }
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => match sorted(map).as_slice() {
            [("Ref", Value::String(name))] if name.contains(':') => format!("!Ref \"{name}\""),
            [("Ref", Value::String(name))] => format!("!Ref {name}"),
            [(name, value)] if name.starts_with("Fn::") => {
                format!("!{} {}", name.trim_start_matches("Fn::"), flow(value))
            }
            entries => {
                let entries = entries.iter().map(|(key, value)| format!("{}: {}", flow(&json!(key)), flow(value)));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_become_long_ones_and_are_written_short_again() {
        let text =
            "A:\n  Properties:\n    FunctionName: !Sub a-${Stage}\n    Role: !GetAtt B.Arn\n    Env: { C: !Ref D }\n";
        let parsed = parse(text).unwrap();
        assert_eq!(parsed.pointer("/A/Properties/Role"), Some(&json!({ "Fn::GetAtt": "B.Arn" })));
        let mut out = String::new();
        entry(&mut out, 0, "A", parsed.get("A").unwrap());
        assert_eq!(parse(&out).unwrap(), parsed);
    }
}
