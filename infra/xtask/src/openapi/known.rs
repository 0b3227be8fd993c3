//! The known facts about an operation, and helpers for writing the document.

use serde_json::{Value, json};
use tradewind_http::Header;
use tradewind_lambda::Route;

/// The known facts about an operation.
pub struct Operation<'a> {
    /// The route of the operation.
    pub route: &'a Route,
    /// The schema of its parameters.
    pub parameters: Value,
    /// The schema of its body.
    pub request: Option<Value>,
    /// The schema of its answer.
    pub response: Option<Value>,
}

/// Adds a member to an object, if there is a value for it.
pub fn put(object: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value);
    }
}

/// Headers as the document describes them.
pub fn headers(declared: &[Header]) -> Value {
    let header = |header: &Header| {
        let schema = json!({ "type": "string" });
        let value = json!({ "description": header.description, "required": header.always, "schema": schema });
        (header.name.to_owned(), value)
    };
    Value::Object(declared.iter().map(header).collect())
}
