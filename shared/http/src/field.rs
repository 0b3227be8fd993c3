//! Faults in a field.

use serde::{Deserialize, Serialize};

/// The fault in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldError {
    /// The field's path: `variants[0].price.amount`.
    pub field: String,
    /// What was wrong and what to do.
    pub message: String,
}

/// Makes a message a full sentence: with a subject, a capital at the beginning and a full stop at the end.
pub(crate) fn sentence(said: &str) -> String {
    let about = ["is ", "must "].iter().any(|verb| said.starts_with(verb));
    let said = if about { format!("this {said}") } else { said.to_owned() };
    let mut letters = said.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if said.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
