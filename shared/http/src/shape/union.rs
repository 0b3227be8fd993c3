//! Values that may have one of several forms: enumerations, optional values, and objects in which one field names the form.

use super::{At, Errors, Shape, words};
use serde_json::Value;

impl Shape {
    /// Checks a value that may have one of these forms, and reports what is wrong with the form that is meant.
    pub(super) fn union(&self, branches: &[Value], value: &Value, at: &At<'_>, errors: &mut Errors) {
        let mut tries: Vec<(&Value, Errors)> = vec![];
        for branch in branches {
            let mut wrong = vec![];
            self.value(branch, value, at, &mut wrong);
            if wrong.is_empty() {
                return;
            }
            tries.push((branch, wrong));
        }
        let texts: Vec<_> = branches.iter().flat_map(|branch| self.constants(branch)).collect();
        if !texts.is_empty() && branches.iter().all(|branch| !self.constants(branch).is_empty() || self.is_null(branch))
        {
            return errors.push(at.error(words::one_of(&texts)));
        }
        if let Some((tag, names)) = self.tag(branches).filter(|_| value.is_object()) {
            let said = value.get(tag);
            let meant =
                |(branch, _): &&(&Value, Errors)| said.is_some_and(|said| self.tagged(branch, tag).contains(&said));
            return match (tries.iter().find(meant), said) {
                (Some((_, wrong)), _) => errors.extend(wrong.iter().cloned()),
                (None, Some(_)) => errors.push(at.field(tag).error(words::one_of(&names))),
                (None, None) => {
                    errors.push(at.field(tag).error(format!("{} {}", words::NEEDED, words::one_of(&names))));
                }
            };
        }
        // Takes the form that comes closest: a form of another kind than the value is reported only if there is no better one.
        let here = at.to_string();
        let closest = tries
            .into_iter()
            .filter(|(branch, _)| value.is_null() || !self.is_null(branch))
            .min_by_key(|(_, wrong)| (wrong.iter().any(|error| error.field == here), wrong.len()));
        errors.extend(closest.map(|(_, wrong)| wrong).unwrap_or_default());
    }

    fn is_null(&self, branch: &Value) -> bool {
        self.resolved(branch).get("type").and_then(Value::as_str) == Some("null")
    }

    /// The constant values that a form accepts.
    fn constants<'a>(&'a self, branch: &'a Value) -> Vec<&'a Value> {
        let branch = self.resolved(branch);
        let many = branch.get("enum").and_then(Value::as_array).into_iter().flatten();
        branch.get("const").into_iter().chain(many).collect()
    }

    fn tagged<'a>(&'a self, branch: &'a Value, tag: &str) -> Vec<&'a Value> {
        let field = self.resolved(branch).get("properties").and_then(|fields| fields.get(tag));
        field.map(|field| self.constants(field)).unwrap_or_default()
    }

    /// The field by which objects name their form, and all values that it can have.
    fn tag<'a>(&'a self, branches: &'a [Value]) -> Option<(&'a str, Vec<&'a Value>)> {
        let objects: Vec<_> = branches.iter().filter(|branch| !self.is_null(branch)).collect();
        let first = self.resolved(objects.first()?).get("properties")?.as_object()?;
        let says = |tag: &str| objects.iter().all(|branch| !self.tagged(branch, tag).is_empty());
        let tag = first.keys().find(|tag| says(tag))?;
        Some((tag, objects.iter().flat_map(|branch| self.tagged(branch, tag)).collect()))
    }
}
