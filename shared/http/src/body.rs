//! Reading a body: JSON is checked against its endpoint's schema, read into its type, and checked by the rules that a schema cannot
//! express.

use crate::{
    FieldError, Problem,
    field::sentence,
    json::{self, Fault},
    shape::{Shape, words},
};
use garde::Validate;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The largest body that is accepted. API Gateway takes 10 MB; all bodies here are small documents.
const MOST_BODY_BYTES: usize = 1024 * 1024;

/// Refuses a compressed body: nothing here decompresses it.
pub fn check_encoding(encoding: Option<&str>, bytes: &[u8]) -> Result<(), Problem> {
    if bytes.is_empty() || encoding.is_none_or(|encoding| encoding.trim().eq_ignore_ascii_case("identity")) {
        return Ok(());
    }
    let detail = "Send the body as it is, without the header `Content-Encoding`.";
    Err(Problem::new(http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type_unsupported", detail))
}

/// Refuses a body whose media type is not JSON. A body without a media type is taken for JSON, the only format there is.
pub fn check_media_type(kind: Option<&str>, bytes: &[u8]) -> Result<(), Problem> {
    let Some(kind) = kind.filter(|_| !bytes.is_empty()) else { return Ok(()) };
    let mut parts = kind.split(';').map(|part| part.trim().to_ascii_lowercase());
    let name = parts.next().unwrap_or_default();
    let json = name == "application/json" || (name.starts_with("application/") && name.ends_with("+json"));
    let utf8 = parts
        .filter_map(|part| part.strip_prefix("charset=").map(|set| set.trim_matches('"').to_owned()))
        .all(|set| set == "utf-8");
    if json && utf8 {
        return Ok(());
    }
    let detail = "The body must be JSON in UTF-8: send the header `Content-Type: application/json`.";
    Err(Problem::new(http::StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type_unsupported", detail))
}

/// Reads and checks a JSON body. A body that cannot be read is 400; a wrong field is 422 and is named: all faults that the schema
/// finds, or else the first that a type finds, or else all that the type's further rules find.
pub fn parse_body<B: DeserializeOwned + Validate<Context = ()>>(shape: &Shape, bytes: &[u8]) -> Result<B, Problem> {
    if bytes.len() > MOST_BODY_BYTES {
        let detail = format!("The body may have at most {MOST_BODY_BYTES} bytes.");
        return Err(Problem::new(http::StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail));
    }
    // Many clients send `{}` with every request. It contains nothing, so nothing that it says is ignored.
    let bytes = if shape.is_nothing() && json::read(bytes) == Ok(Value::Object(Map::new())) { &[] } else { bytes };
    if shape.is_nothing() && !bytes.is_empty() {
        return Err(Problem::invalid("body", "Nothing is taken here: send no body, or `{}`."));
    }
    // A missing body is read as `null`, for endpoints that take no body or for which it is optional.
    let value = json::read(if bytes.is_empty() { b"null" } else { bytes }).map_err(|fault| match fault {
        Fault::Syntax(cause) => Problem::bad_request("body_not_json", format!("The body is not valid JSON: {cause}.")),
        Fault::Twice(field) => Problem::invalid(field, "This field is there twice: send it once."),
    })?;
    if value.is_null() && !bytes.is_empty() {
        return Err(Problem::fields(vec![missing()]));
    }
    let errors = shape.check(&value);
    if !errors.is_empty() {
        return Err(Problem::fields(if bytes.is_empty() { vec![missing()] } else { errors }));
    }
    let body: B = serde_path_to_error::deserialize(&value).map_err(|error| {
        let field = error.path().to_string();
        Problem::fields(vec![plain(if field == "." { "body" } else { &field }, &error.into_inner().to_string())])
    })?;
    body.validate().map_err(|report| {
        let error = |(path, error): &(garde::Path, garde::Error)| {
            let path = path.to_string();
            let message = rule(&error.to_string(), find(&value, &path));
            FieldError { field: if path.is_empty() { "body".to_owned() } else { path }, message }
        };
        Problem::fields(report.iter().map(error).collect())
    })?;
    Ok(body)
}

fn missing() -> FieldError {
    FieldError { field: "body".into(), message: "Send a JSON object as the body.".into() }
}

/// Rewrites serde's message about a type with its own deserialiser, without the terms of a program's internals.
pub(crate) fn plain(field: &str, said: &str) -> FieldError {
    let within = |name: &str| if field == "body" { name.to_owned() } else { format!("{field}.{name}") };
    let quoted = |prefix: &str| said.strip_prefix(prefix)?.split('`').next();
    if let Some(name) = quoted("missing field `") {
        return FieldError { field: within(name), message: words::NEEDED.to_owned() };
    }
    if let Some(name) = quoted("unknown field `") {
        return FieldError { field: within(name), message: "There is no such field.".to_owned() };
    }
    let message = match said.split_once(", expected ") {
        Some((unknown, known)) if unknown.starts_with("unknown variant") && known != "there are no variants" => {
            format!("Send {known}.")
        }
        Some((wrong, _)) if wrong.starts_with("invalid value: integer") => {
            "This number is too large or too small.".to_owned()
        }
        Some((wrong, _)) if wrong.starts_with("invalid ") => "This is not of the kind that it must be.".to_owned(),
        Some(_) | None if said.starts_with("data did not match any variant") => {
            "This has none of the forms that it can have.".to_owned()
        }
        Some(_) | None => match said.strip_prefix("expected ") {
            Some(wanted) => format!("Send {}.", wanted.trim_end_matches('.')),
            None => sentence(said),
        },
    };
    FieldError { field: field.to_owned(), message }
}

/// Rewrites garde's message about a rule that a schema cannot express, and adds units.
fn rule(said: &str, value: Option<&Value>) -> String {
    // The schema counts characters; garde counts the bytes of a text.
    let unit = if value.is_some_and(Value::is_array) { "entry" } else { "byte" };
    let number = |prefix: &str| said.strip_prefix(prefix)?.trim().parse::<u64>().ok();
    if let Some(least) = number("length is lower than ") {
        return format!("Send at least {}.", words::many(least, unit));
    }
    if let Some(most) = number("length is greater than ") {
        return format!("Send at most {}.", words::many(most, unit));
    }
    if let Some(least) = said.strip_prefix("lower than ") {
        return format!("Send at least {least}.");
    }
    if let Some(most) = said.strip_prefix("greater than ") {
        return format!("Send at most {most}.");
    }
    sentence(said)
}

/// The value at a path in garde's notation: `variants[0].price`.
fn find<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(['.', '[', ']']).filter(|step| !step.is_empty()).try_fold(value, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get(step),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, JsonSchema, Validate)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only whether they can be read matters here")]
    struct Named {
        #[garde(length(chars, min = 1, max = 3))]
        name: String,
        #[serde(default)]
        #[garde(length(bytes, max = 4), custom(no_z))]
        more: String,
    }

    fn no_z(text: &str, (): &()) -> garde::Result {
        if text.contains('z') { Err(garde::Error::new("must not contain `z`")) } else { Ok(()) }
    }

    fn read(json: &str) -> Result<Named, Problem> {
        parse_body(&Shape::of(Named::json_schema), json.as_bytes())
    }

    fn errors(json: &str) -> Vec<(String, String)> {
        let problem = read(json).unwrap_err();
        assert_eq!(problem.code, "invalid");
        problem.errors.into_iter().map(|error| (error.field, error.message)).collect()
    }

    fn said(field: &str, message: &str) -> (String, String) {
        (field.to_owned(), message.to_owned())
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once_and_in_plain_words() {
        assert_eq!(
            errors(r#"{"name": 1, "other": "x"}"#),
            [
                said("name", "Send a text, not a number."),
                said("other", "There is no such field. Known are `more`, `name`."),
            ]
        );
        assert_eq!(errors("{}"), [said("name", "Send this: it is needed.")]);
        assert_eq!(errors(r#"{"name": ""}"#), [said("name", "This is empty: send at least 1 character.")]);
        assert_eq!(errors(r#"{"name": "äöüß"}"#), [said("name", "Send at most 3 characters.")]);
        assert!(read(r#"{"name": "äöü"}"#).is_ok());
    }

    #[test]
    fn rules_that_no_schema_says_are_told_in_plain_words_too() {
        assert_eq!(errors(r#"{"name": "a", "more": "ääz"}"#).len(), 2);
        assert_eq!(errors(r#"{"name": "a", "more": "z"}"#), [said("more", "This must not contain `z`.")]);
    }

    #[test]
    fn a_body_is_json_or_says_nothing() {
        for (kind, good) in [
            (None, true),
            (Some("application/json"), true),
            (Some("Application/JSON; charset=UTF-8"), true),
            (Some("application/merge-patch+json;charset=\"utf-8\""), true),
            (Some("application/json; charset=latin1"), false),
            (Some("application/x-www-form-urlencoded"), false),
            (Some("text/plain"), false),
            (Some("application/jsonp"), false),
            (Some(""), false),
        ] {
            assert_eq!(check_media_type(kind, b"{}").is_ok(), good, "{kind:?}");
            assert!(check_media_type(kind, b"").is_ok());
        }
    }

    #[test]
    fn a_list_is_no_object_and_no_body_is_none() {
        assert_eq!(errors(r#"["a", "b"]"#), [said("body", "Send an object with named fields, not a list.")]);
        assert_eq!(errors(""), [said("body", "Send a JSON object as the body.")]);
    }

    #[test]
    fn what_is_no_json_is_400_and_a_field_twice_is_named() {
        assert_eq!(read("{").unwrap_err().code, "body_not_json");
        assert_eq!(read(r#"{"name": "ok"} x"#).unwrap_err().code, "body_not_json");
        assert_eq!(errors(r#"{"name": "a", "name": "b"}"#), [said("name", "This field is there twice: send it once.")]);
    }

    #[test]
    fn a_body_where_none_is_taken_is_refused() {
        let shape = Shape::of(<()>::json_schema);
        assert!(parse_body::<()>(&shape, b"").is_ok() && parse_body::<()>(&shape, b" {} ").is_ok());
        for body in ["[]", "null", "x", r#"{"a":1}"#, "[{}]", "{"] {
            assert_eq!(parse_body::<()>(&shape, body.as_bytes()).unwrap_err().errors[0].field, "body", "{body}");
        }
    }

    #[test]
    fn serdes_own_words_are_put_plainly() {
        let plain = |said| plain("a", said).message;
        assert_eq!(plain("expected an ISO 4217 currency code, like EUR"), "Send an ISO 4217 currency code, like EUR.");
        assert_eq!(plain("unknown variant `x`, expected `a` or `b`"), "Send `a` or `b`.");
        assert_eq!(plain("unknown variant `x`, expected one of `a`, `b`, `c`"), "Send one of `a`, `b`, `c`.");
        assert_eq!(plain("invalid type: map, expected struct Register"), "This is not of the kind that it must be.");
        assert_eq!(super::plain("a", "missing field `b`").field, "a.b");
    }
}
