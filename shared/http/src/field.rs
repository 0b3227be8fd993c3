//! What is wrong with a field.

use serde::{Deserialize, Serialize};

/// What was wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field's path: `variants[0].price.amount`.
    pub field: String,
    /// What was wrong and what to do.
    pub message: String,
}

/// A sentence has a subject, begins with a capital and ends with a period.
pub(crate) fn sentence(said: &str) -> String {
    let about = ["is ", "must "].iter().any(|verb| said.starts_with(verb));
    let said = if about { format!("this {said}") } else { said.to_owned() };
    let mut letters = said.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if said.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
