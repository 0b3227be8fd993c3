//! The filter of a stream event source, as in a Lambda's `FilterCriteria`.

use serde_json::{Map, Value};

/// A pattern in the language of Lambda's event filters, such as
/// `{"eventName":["INSERT"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"EVENT#"}]}}}}`.
///
/// Every field that is named must match at least one of the conditions in its list: a plain string, number, boolean or `null`, or
/// `{"prefix": ..}`, `{"suffix": ..}`, `{"exists": bool}`, `{"anything-but": [..]}`.
#[derive(Debug, Clone)]
pub struct StreamFilter {
    pattern: Map<String, Value>,
}

/// A pattern that uses something other than what [`StreamFilter`] lists.
#[derive(Debug, thiserror::Error)]
#[error("not a stream filter pattern: {0}")]
pub struct FilterError(String);

impl StreamFilter {
    /// Parses a pattern. It refuses conditions that it does not support, rather than letting too many or too few records through.
    ///
    /// # Errors
    /// [`FilterError`] when it is not a JSON object or uses an unknown condition.
    pub fn parse(pattern: &str) -> Result<Self, FilterError> {
        let pattern: Value = serde_json::from_str(pattern).map_err(|error| FilterError(error.to_string()))?;
        let Value::Object(pattern) = pattern else {
            return Err(FilterError("it must be an object".to_owned()));
        };
        check(&pattern)?;
        Ok(Self { pattern })
    }

    /// Whether `event`, one record as Lambda sees it, matches.
    #[must_use]
    pub fn lets_through(&self, event: &Value) -> bool {
        matches_all(&self.pattern, event)
    }
}

fn check(pattern: &Map<String, Value>) -> Result<(), FilterError> {
    pattern.iter().try_for_each(|(name, wanted)| match wanted {
        Value::Object(inner) => check(inner),
        Value::Array(conditions) if !conditions.is_empty() => conditions.iter().try_for_each(check_condition),
        Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(FilterError(format!("{name} must hold an object or a list of conditions")))
        }
    })
}

fn check_condition(condition: &Value) -> Result<(), FilterError> {
    let Value::Object(rule) = condition else { return Ok(()) };
    let mut parts = rule.iter();
    let known = match (parts.next(), parts.next()) {
        (Some((name, argument)), None) => match name.as_str() {
            "prefix" | "suffix" => argument.is_string(),
            "exists" => argument.is_boolean(),
            "anything-but" => argument.is_array(),
            _ => false,
        },
        (None, _) | (_, Some(_)) => false,
    };
    if known { Ok(()) } else { Err(FilterError(format!("unknown condition {condition}"))) }
}

fn matches_all(pattern: &Map<String, Value>, value: &Value) -> bool {
    pattern.iter().all(|(name, wanted)| {
        let found = value.get(name);
        match wanted {
            Value::Object(inner) => matches_all(inner, found.unwrap_or(&Value::Null)),
            Value::Array(conditions) => conditions.iter().any(|condition| matches_one(condition, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    })
}

fn matches_one(condition: &Value, found: Option<&Value>) -> bool {
    let Value::Object(rule) = condition else { return found == Some(condition) };
    let text = found.and_then(Value::as_str);
    rule.iter().all(|(name, argument)| match (name.as_str(), argument) {
        ("prefix", Value::String(prefix)) => text.is_some_and(|text| text.starts_with(prefix)),
        ("suffix", Value::String(suffix)) => text.is_some_and(|text| text.ends_with(suffix)),
        ("exists", Value::Bool(wanted)) => found.is_some() == *wanted,
        ("anything-but", Value::Array(refused)) => found.is_some_and(|found| !refused.contains(found)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lets_through_what_matches_every_field_by_any_condition() {
        let filter = StreamFilter::parse(
            r#"{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"EVENT#"}]}}}}"#,
        )
        .unwrap();
        let event = |name: &str, sk: &str| json!({"eventName": name, "dynamodb": {"Keys": {"sk": {"S": sk}}}});
        assert!(filter.lets_through(&event("INSERT", "EVENT#1")));
        assert!(filter.lets_through(&event("MODIFY", "EVENT#1")));
        assert!(!filter.lets_through(&event("REMOVE", "EVENT#1")));
        assert!(!filter.lets_through(&event("INSERT", "ORDER#1")));
        assert!(!filter.lets_through(&json!({"eventName": "INSERT"})));
    }

    #[test]
    fn conditions_mean_what_lambda_means_by_them() {
        let matches = |condition: &str, value: Value| {
            StreamFilter::parse(&format!(r#"{{"a":[{condition}]}}"#)).unwrap().lets_through(&value)
        };
        assert!(matches(r#"{"exists":true}"#, json!({"a": null})));
        assert!(!matches(r#"{"exists":true}"#, json!({})));
        assert!(matches(r#"{"exists":false}"#, json!({})));
        assert!(matches("null", json!({"a": null})));
        assert!(!matches("null", json!({})));
        assert!(matches(r#"{"anything-but":["x"]}"#, json!({"a": "y"})));
        assert!(!matches(r#"{"anything-but":["x"]}"#, json!({"a": "x"})));
        assert!(matches(r#"{"suffix":"ng"}"#, json!({"a": "long"})));
        assert!(!matches(r#"{"suffix":"ng"}"#, json!({"a": 3})));
    }

    #[test]
    fn refuses_what_it_would_not_honour() {
        for pattern in [
            "[]",
            "{",
            r#"{"a":"b"}"#,
            r#"{"a":[]}"#,
            r#"{"a":[{"numeric":[">",1]}]}"#,
            r#"{"a":[{"prefix":"x","suffix":"y"}]}"#,
            r#"{"a":[{"prefix":1}]}"#,
        ] {
            assert!(StreamFilter::parse(pattern).is_err(), "{pattern}");
        }
    }
}
