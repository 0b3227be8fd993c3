//! Checks that every text, list and map that a client can send has a limit: it becomes a part of a key or of an item, and both have limits.
//! The limits in the API document are what is checked.

use serde_json::Value;
use std::{fs, path::Path};

/// Walks through everything that a client can send, and records what has no limit.
struct Walk<'a> {
    schemas: &'a Value,
    endless: Vec<String>,
}

impl<'a> Walk<'a> {
    fn follow(&mut self, schema: &'a Value, at: &str, within: &[&'a str]) {
        if !schema.is_object() {
            return;
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next())
            && !within.contains(&name)
        {
            self.follow(&self.schemas[name], &format!("{at}:{name}"), &[within, &[name]].concat());
        }
        let is = |kind: &str| {
            schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.iter().any(|it| it == kind))
        };
        let has = |rules: &[&str]| rules.iter().any(|rule| !schema[*rule].is_null());
        let named = |name: &str| schema[name].as_object().into_iter().flatten();
        let patterns: Vec<_> = named("patternProperties").collect();
        if is("string") && !has(&["maxLength", "enum", "const"]) && !bounded(&schema["pattern"]) {
            self.endless.push(format!("the text {at}"));
        }
        if is("array") && !has(&["maxItems"]) {
            self.endless.push(format!("the list {at}"));
        }
        if (schema["additionalProperties"].is_object() || !patterns.is_empty()) && !has(&["maxProperties"]) {
            self.endless.push(format!("the map {at}"));
        }
        for (name, part) in named("properties").chain(patterns) {
            self.follow(part, &format!("{at}.{name}"), within);
        }
        for part in [&schema["items"], &schema["additionalProperties"]] {
            self.follow(part, &format!("{at}[]"), within);
        }
        for part in
            ["anyOf", "oneOf", "allOf", "prefixItems"].iter().flat_map(|name| schema[*name].as_array()).flatten()
        {
            self.follow(part, at, within);
        }
    }
}

/// Whether a pattern limits the length of a text.
fn bounded(pattern: &Value) -> bool {
    let text = pattern.as_str().unwrap_or_default();
    // Within brackets `+` and `*` are ordinary characters.
    let outside: String = text.split('[').map(|part| part.rsplit(']').next().unwrap_or_default()).collect();
    let outside = outside.replace("\\*", "").replace(" *", "");
    text.starts_with('^') && text.ends_with('$') && !outside.contains(['+', '*']) && !outside.contains(",}")
}

#[test]
fn everything_that_a_client_sends_has_an_end() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/openapi.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let mut walk = Walk { schemas: &document["components"]["schemas"], endless: vec![] };
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let at = format!("{method} {path}");
            walk.follow(&operation["requestBody"]["content"]["application/json"]["schema"], &at, &[]);
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                // A tag that is not one of ours is treated as if it were missing.
                if parameter["name"] != "If-None-Match" {
                    walk.follow(&parameter["schema"], &format!("{at} {}", parameter["name"]), &[]);
                }
            }
        }
    }
    assert!(walk.endless.is_empty(), "{:#?}", walk.endless);
}

#[test]
fn what_an_update_takes_null_for_it_takes_away() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/openapi.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let (mut silent, mut checked) = (vec![], 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        let name = methods["patch"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
        let Some(name) = name.and_then(|to| to.rsplit('/').next()) else { continue };
        for (field, schema) in document["components"]["schemas"][name]["properties"].as_object().unwrap() {
            let alone = schema["type"].as_array().is_some_and(|all| all.contains(&"null".into()));
            let any = schema["anyOf"].as_array().is_some_and(|all| all.iter().any(|one| one["type"] == "null"));
            checked += 1;
            // A client that sends `null` means something by it, which the document must describe.
            if (alone || any) && !schema["description"].as_str().unwrap().contains("`null`") {
                silent.push(format!("{path} {field}"));
            }
        }
    }
    assert!(silent.is_empty() && checked > 30, "{checked} checked: {silent:#?}");
}
