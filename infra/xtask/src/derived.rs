//! The smallest value that a schema accepts: it is used in a sample where nothing better is written down.

use crate::samples::ULID;
use serde_json::{Map, Value, json};

/// The smallest value of a schema: the first of its forms, with required members only. `None` if a pattern or a format requires a value
/// that cannot be guessed.
pub fn least(schema: &Value, components: &Map<String, Value>) -> Option<Value> {
    deep(schema, components, 0)
}

fn deep(schema: &Value, components: &Map<String, Value>, depth: u8) -> Option<Value> {
    // A schema that refers to itself without end has no smallest value.
    let deeper = depth.checked_add(1).filter(|depth| *depth < 32)?;
    let inside = |schema: &Value| deep(schema, components, deeper);
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return inside(components.get(name.rsplit('/').next()?)?);
    }
    let list = |name: &str| schema.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if let Some(only) = schema.get("const").or_else(|| list("enum").first()) {
        return Some(only.clone());
    }
    let mut forms = list("oneOf").iter().chain(list("anyOf")).chain(list("allOf"));
    if let Some(form) = forms.find_map(inside) {
        return Some(form);
    }
    let kind = schema.get("type")?;
    let kind =
        kind.as_str().or_else(|| kind.as_array()?.iter().filter_map(Value::as_str).find(|kind| *kind != "null"))?;
    let number = |name: &str| schema.get(name).and_then(Value::as_u64);
    match kind {
        "object" => {
            let names = list("required").iter().filter_map(Value::as_str);
            let member = |name: &str| Some((name.to_owned(), inside(schema.get("properties")?.get(name)?)?));
            names.map(member).collect::<Option<Map<_, _>>>().map(Value::Object)
        }
        "array" => {
            let count = usize::try_from(number("minItems").unwrap_or(0)).ok()?;
            if count == 0 { Some(json!([])) } else { Some(json!(vec![inside(schema.get("items")?)?; count])) }
        }
        "integer" | "number" => Some(schema.get("minimum").cloned().unwrap_or_else(|| json!(0))),
        "boolean" => Some(json!(false)),
        "string" => string(schema, number("minLength"), number("maxLength")).map(Value::String),
        _ => None,
    }
}

fn string(schema: &Value, least: Option<u64>, most: Option<u64>) -> Option<String> {
    let rule = |name: &str| schema.get(name).and_then(Value::as_str);
    match (rule("pattern"), rule("format")) {
        // The pattern of an id: `^lst_[0-9a-z]{26}$`.
        (Some(pattern), _) => {
            let prefix = pattern.strip_prefix('^')?.strip_suffix("_[0-9a-z]{26}$")?;
            Some(format!("{prefix}_{ULID}"))
        }
        (None, Some(_)) => None,
        (None, None) => {
            let (least, most) =
                (usize::try_from(least.unwrap_or(0)).ok()?, usize::try_from(most.unwrap_or(u64::MAX)).ok()?);
            Some("sample".chars().cycle().take(6.max(least).min(most)).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_of_a_schema_has_what_must_be_there() {
        let id = json!({ "type": "string", "pattern": "^lmp_[0-9a-z]{26}$" });
        let components = Map::from_iter([("LampId".to_owned(), id)]);
        let schema = json!({
            "type": "object", "required": ["lamp", "name", "count", "of", "rest", "on"],
            "properties": {
                "lamp": { "$ref": "#/components/schemas/LampId" }, "name": { "type": "string", "minLength": 8 },
                "count": { "type": ["null", "integer"], "minimum": 1 }, "of": { "anyOf": [{ "enum": ["shop", "all"] }] },
                "rest": { "type": "array", "minItems": 2, "items": { "type": "string", "maxLength": 3 } },
                "on": { "type": "boolean" }, "left_out": { "type": "string" },
            },
        });
        let least = least(&schema, &components).unwrap();
        assert_eq!(
            least,
            json!({
                "lamp": format!("lmp_{ULID}"), "name": "samplesa", "count": 1, "of": "shop", "rest": ["sam", "sam"], "on": false,
            })
        );
    }

    #[test]
    fn what_cannot_be_guessed_is_not() {
        let none = Map::new();
        assert_eq!(least(&json!({ "type": "string", "pattern": "^[A-Z]{3}$" }), &none), None);
        assert_eq!(least(&json!({ "type": "string", "format": "email" }), &none), None);
        let endless = Map::from_iter([("Lamp".to_owned(), json!({ "$ref": "#/components/schemas/Lamp" }))]);
        assert_eq!(least(&json!({ "$ref": "#/components/schemas/Lamp" }), &endless), None);
    }
}
