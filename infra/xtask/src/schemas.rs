//! The schemas of bodies, collected from all endpoints.
//!
//! Several areas have a `Create` or an `Owner` of their own. A name that stands for the same schema everywhere is kept; a name that stands
//! for several is appended to the endpoint's name.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PREFIX: &str = "#/components/schemas/";

/// The schema of a body, with the schemas to which it refers.
pub struct Shape {
    owner: String,
    root: Value,
    definitions: Map<String, Value>,
}

/// The schema of a body, or `None` if there is no body. `owner` is the name to which ambiguous names are appended.
pub fn shape(owner: &str, of: fn(&mut SchemaGenerator) -> Schema) -> Option<Shape> {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    let root = of(&mut generator).to_value();
    if root.get("type") == Some(&json!("null")) {
        return None;
    }
    Some(Shape { owner: owner.to_owned(), root, definitions: generator.take_definitions(true) })
}

/// All schemas by name: the definitions for which each name stands.
#[derive(Default)]
pub struct Names(BTreeMap<String, BTreeSet<String>>);

impl Names {
    /// Adds the names of a schema.
    pub fn learn(&mut self, shape: &Shape) {
        for (name, definition) in &shape.definitions {
            self.0.entry(name.clone()).or_default().insert(expand(definition, &shape.definitions, 0).to_string());
        }
    }

    /// The schema under its final names: a reference, and the components that it needs.
    pub fn settle(&self, shape: &Shape, components: &mut Map<String, Value>) -> Value {
        let rename = |name: &str| match self.0.get(name) {
            // `catalog-listings-create` takes a `CatalogListingsCreate`, not a `CatalogListingsCreateCreate`.
            Some(shapes) if shapes.len() > 1 && shape.owner.ends_with(name) => shape.owner.clone(),
            Some(shapes) if shapes.len() > 1 => {
                // `OrdersList` has an `OrdersListView`.
                let owner = shape.owner.strip_suffix("List").filter(|_| name.starts_with("List"));
                format!("{}{name}", owner.unwrap_or(&shape.owner))
            }
            Some(_) | None => name.to_owned(),
        };
        for (name, definition) in &shape.definitions {
            components.insert(rename(name), refer(definition, &rename));
        }
        refer(&shape.root, &rename)
    }
}

/// A definition with everything to which it refers, so that two of the same name can be compared.
fn expand(value: &Value, definitions: &Map<String, Value>, depth: u8) -> Value {
    let target =
        value.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(PREFIX)).and_then(|n| definitions.get(n));
    match (value, target) {
        // A definition that refers to itself is compared only to this depth.
        (_, Some(target)) if depth < 8 => expand(target, definitions, depth.saturating_add(1)),
        (Value::Object(map), _) => {
            Value::Object(map.iter().map(|(key, value)| (key.clone(), expand(value, definitions, depth))).collect())
        }
        (Value::Array(items), _) => Value::Array(items.iter().map(|value| expand(value, definitions, depth)).collect()),
        (other, _) => other.clone(),
    }
}

fn refer(value: &Value, rename: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(map) => {
            let one = |(key, value): (&String, &Value)| match value.as_str().and_then(|text| text.strip_prefix(PREFIX))
            {
                Some(name) if key == "$ref" => (key.clone(), json!(format!("{PREFIX}{}", rename(name)))),
                Some(_) | None => (key.clone(), refer(value, rename)),
            };
            let mut map: Map<_, _> = map.iter().map(one).collect();
            // A field that may be left out does not also accept `null`.
            let absent =
                map.get("type").is_some_and(Value::is_string) && map.get("default").is_some_and(Value::is_null);
            map.retain(|name, _| !absent || name != "default");
            widths(&mut map);
            map.get_mut("properties").and_then(Value::as_object_mut).map(describe_forms);
            Value::Object(map)
        }
        Value::Array(items) => Value::Array(items.iter().map(|value| refer(value, rename)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// Describes the field that distinguishes the forms of a thing, because the code has no place for such a description.
fn describe_forms(fields: &mut Map<String, Value>) {
    for rules in fields.values_mut().filter_map(Value::as_object_mut) {
        if let (Some(form), None) = (rules.get("const"), rules.get("description")) {
            let description = format!("Which of the forms this is: {form}.");
            rules.insert("description".into(), json!(description));
        }
    }
}

/// States the range of a number of so many bits in JSON Schema, which has no `uint32`.
fn widths(rules: &mut Map<String, Value>) {
    let (least, most) = match rules.get("format").and_then(Value::as_str) {
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        Some("uint8") => (json!(0), json!(u8::MAX)),
        Some("uint16") => (json!(0), json!(u16::MAX)),
        Some("uint32") => (json!(0), json!(u32::MAX)),
        Some("uint" | "uint64") => (json!(0), json!(u64::MAX)),
        Some(_) | None => return,
    };
    rules.entry("minimum").or_insert(least);
    rules.entry("maximum").or_insert(most);
}
