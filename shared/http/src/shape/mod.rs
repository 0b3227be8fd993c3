//! Checks what a client sends against the same JSON Schema that the OpenAPI document shows. Whatever the schema forbids is refused
//! here, before any type reads the value, and all faults are reported at once.
//!
//! serde would stop at the first fault, use Rust's terms, and accept a list where a struct is meant. A shape is made once in a
//! process, when the endpoint is first called; checking a body of some kilobytes takes microseconds.

mod at;
mod kind;
mod union;
pub(crate) mod words;

pub(crate) use at::At;
pub(crate) use kind::Kind;

use crate::FieldError;
use regex_lite::Regex;
use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// A JSON Schema, prepared for checking values.
#[derive(Debug)]
pub struct Shape {
    root: Value,
    definitions: Map<String, Value>,
    patterns: HashMap<String, Regex>,
}

type Errors = Vec<FieldError>;

/// The most faults that are reported for one value.
const MOST_ERRORS: usize = 100;

impl Shape {
    /// The shape that a schema describes.
    pub fn of(schema: impl FnOnce(&mut SchemaGenerator) -> Schema) -> Self {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        let root = schema(&mut generator).to_value();
        let definitions = generator.take_definitions(true);
        let mut patterns = HashMap::new();
        collect(&root, &mut patterns);
        definitions.values().for_each(|definition| collect(definition, &mut patterns));
        Self { root, definitions, patterns }
    }

    /// Whether the schema accepts no value at all, because the endpoint takes no body.
    pub fn is_nothing(&self) -> bool {
        self.root.get("type").and_then(Value::as_str) == Some("null")
    }

    /// Finds all that is wrong with a value. Of very many faults only the first are returned, because reporting them all would cost
    /// more than sending the value.
    pub fn check(&self, value: &Value) -> Errors {
        let mut errors = vec![];
        self.value(&self.root, value, &At::ROOT, &mut errors);
        if errors.len() > MOST_ERRORS {
            errors.truncate(MOST_ERRORS);
            errors.push(At::ROOT.error("More is wrong than is listed here: mend this first."));
        }
        errors
    }

    /// Whether the outermost object can have this field.
    pub fn has(&self, field: &str) -> bool {
        self.fields().any(|(name, _)| name == field)
    }

    /// The fields of the outermost object, with their schemas.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &Value)> {
        let fields = self.resolved(&self.root).get("properties").and_then(Value::as_object);
        fields.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
    }

    /// Follows a schema's reference; a schema without one is returned itself.
    pub(crate) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
        name.and_then(|name| self.definitions.get(name)).unwrap_or(schema)
    }

    fn value(&self, schema: &Value, value: &Value, at: &At<'_>, errors: &mut Errors) {
        if errors.len() > MOST_ERRORS {
            return;
        }
        let Some(rules) = schema.as_object() else {
            if *schema == Value::Bool(false) {
                errors.push(at.error("Nothing can stand here: leave it out."));
            }
            return;
        };
        let before = errors.len();
        let target = self.resolved(schema);
        if !std::ptr::eq(target, schema) {
            self.value(target, value, at, errors);
        }
        let kinds = Kind::allowed(rules);
        if !kinds.is_empty() && !kinds.iter().any(|kind| kind.is_of(value)) {
            errors.push(at.error(words::kind(&kinds, rules, value)));
        }
        if errors.len() > before {
            return;
        }
        if let Some(message) = words::choices(rules, value) {
            return errors.push(at.error(message));
        }
        match value {
            Value::String(text) => self.text(rules, text, at, errors),
            Value::Number(_) => errors.extend(words::bounds(rules, value).map(|message| at.error(message))),
            Value::Array(items) => self.list(rules, items, at, errors),
            Value::Object(fields) => self.object(schema, rules, fields, at, errors),
            Value::Null | Value::Bool(_) => {}
        }
        for all in rules.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.value(all, value, at, errors);
        }
        for name in ["oneOf", "anyOf"] {
            if let Some(branches) = rules.get(name).and_then(Value::as_array) {
                self.union(branches, value, at, errors);
            }
        }
    }

    fn text(&self, rules: &Map<String, Value>, text: &str, at: &At<'_>, errors: &mut Errors) {
        if let Some(message) = words::length(rules, ("minLength", "maxLength"), text.chars().count(), "character") {
            return errors.push(at.error(message));
        }
        if let Some(message) = words::meant(rules, text) {
            return errors.push(at.error(message));
        }
        let pattern = rules.get("pattern").and_then(Value::as_str);
        if let Some((pattern, form)) = pattern.and_then(|pattern| Some((pattern, self.patterns.get(pattern)?)))
            && !form.is_match(text)
        {
            errors.push(at.error(words::pattern(pattern, rules)));
        }
    }

    fn list(&self, rules: &Map<String, Value>, items: &[Value], at: &At<'_>, errors: &mut Errors) {
        if let Some(message) = words::length(rules, ("minItems", "maxItems"), items.len(), "entry") {
            // If a list is too long, its entries are not checked yet.
            return errors.push(at.error(message));
        }
        if rules.get("uniqueItems") == Some(&Value::Bool(true)) {
            let mut seen = BTreeSet::new();
            let again = items.iter().enumerate().filter(|(_, item)| !seen.insert(item.to_string()));
            let told = again.map(|(place, _)| at.place(place).error("This stands here before: send it once."));
            errors.extend(told.take(MOST_ERRORS));
        }
        let first = rules.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (place, item) in items.iter().enumerate() {
            if let Some(schema) = first.get(place).or_else(|| rules.get("items")) {
                self.value(schema, item, &at.place(place), errors);
            }
        }
    }

    fn object(
        &self,
        schema: &Value,
        rules: &Map<String, Value>,
        fields: &Map<String, Value>,
        at: &At<'_>,
        errors: &mut Errors,
    ) {
        errors.extend(
            words::length(rules, ("minProperties", "maxProperties"), fields.len(), "field").map(|it| at.error(it)),
        );
        for name in rules.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(name) {
                errors.push(at.field(name).error(words::NEEDED));
            }
        }
        let known = rules.get("properties").and_then(Value::as_object);
        for (name, value) in fields {
            if let Some(names) = rules.get("propertyNames") {
                self.value(names, &Value::String(name.clone()), &at.field(name), errors);
            }
            if let Some(schema) = known.and_then(|known| known.get(name)).or_else(|| self.by_pattern(rules, name)) {
                self.value(schema, value, &at.field(name), errors);
            } else if let Some(others) = rules.get("additionalProperties").filter(|others| others.is_object()) {
                self.value(others, value, &at.field(name), errors);
            }
        }
        let closed = ["additionalProperties", "unevaluatedProperties"].map(|name| rules.get(name));
        if closed.contains(&Some(&Value::Bool(false))) {
            let mut names = BTreeSet::new();
            self.names(schema, &mut names);
            let unknown = fields.keys().filter(|name| !names.contains(name.as_str()));
            let unknown = unknown.filter(|name| self.by_pattern(rules, name).is_none());
            let named = rules.get("patternProperties").and_then(Value::as_object).and_then(|named| named.keys().next());
            let message =
                named.map_or_else(|| words::unknown("field", &names), |named| words::pattern(named, &Map::new()));
            errors.extend(unknown.take(MOST_ERRORS + 1).map(|name| at.field(name).error(message.as_str())));
        }
    }

    /// The schema of a field whose name follows a pattern, such as an id.
    fn by_pattern<'a>(&self, rules: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
        let mut named = rules.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        let fits = |pattern: &String| self.patterns.get(pattern).is_some_and(|form| form.is_match(name));
        named.find(|(pattern, _)| fits(pattern)).map(|(_, schema)| schema)
    }

    /// Collects the fields that an object can have, in any of its forms.
    fn names<'a>(&'a self, schema: &'a Value, names: &mut BTreeSet<&'a str>) {
        let schema = self.resolved(schema);
        let own = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        names.extend(own.map(|(name, _)| name.as_str()));
        for parts in ["allOf", "oneOf", "anyOf"] {
            let parts = schema.get(parts).and_then(Value::as_array).into_iter().flatten();
            parts.for_each(|part| self.names(part, names));
        }
    }
}

/// Compiles the patterns of a schema. A pattern that this engine cannot read is checked only by the type.
fn collect(schema: &Value, patterns: &mut HashMap<String, Regex>) {
    match schema {
        Value::Object(rules) => {
            let own = rules.get("pattern").and_then(Value::as_str);
            let names = rules.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
            for text in own.into_iter().chain(names.map(|(name, _)| name.as_str())) {
                // Most are the patterns of ids, which occur in many places.
                if !patterns.contains_key(text) {
                    patterns.extend(Regex::new(text).ok().map(|pattern| (text.to_owned(), pattern)));
                }
            }
            rules.values().for_each(|part| collect(part, patterns));
        }
        Value::Array(parts) => parts.iter().for_each(|part| collect(part, patterns)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests;
