//! Messages about faults, for the sender: they say what to send instead, with units.

use super::Kind;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use tradewind_kernel::{Time, email::Email, period::Day, text, web};
use tradewind_sellers::vat;

/// The message for a required field that is missing.
pub(crate) const NEEDED: &str = "Send this: it is needed.";

/// The most values that a message lists.
const MOST_LISTED: usize = 24;

/// The message if another kind of value is needed.
pub(crate) fn kind(kinds: &[Kind], rules: &Map<String, Value>, value: &Value) -> String {
    let wanted: Vec<_> = kinds.iter().filter(|kind| **kind != Kind::Null).map(|kind| name(*kind, rules)).collect();
    let is = match value {
        Value::Null => "`null`",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() != 0.0) => {
            "a number with decimals"
        }
        Value::Number(number) if number.is_f64() => "one that is so large",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    if wanted.is_empty() { "Send nothing here.".to_owned() } else { format!("Send {}, not {is}.", wanted.join(" or ")) }
}

fn name(kind: Kind, rules: &Map<String, Value>) -> String {
    match kind {
        Kind::Text => "a text".to_owned(),
        Kind::Whole => format!("a whole number{}", range(rules)),
        Kind::Number => format!("a number{}", range(rules)),
        Kind::Truth => "`true` or `false`".to_owned(),
        Kind::List => "a list".to_owned(),
        Kind::Object => "an object with named fields".to_owned(),
        Kind::Null => "`null`".to_owned(),
    }
}

/// The message if one of a few values is needed.
pub(crate) fn one_of(values: &[&Value]) -> String {
    let said = |value: &&Value| value.as_str().map_or_else(|| format!("`{value}`"), |text| format!("`{text}`"));
    let listed: Vec<_> = values.iter().filter(|value| !value.is_null()).take(MOST_LISTED).map(said).collect();
    let more = if values.len() > MOST_LISTED { ", ..." } else { "" };
    match listed.as_slice() {
        [one] => format!("Send {one}."),
        [first, second] => format!("Send {first} or {second}."),
        many => format!("Send one of {}{more}.", many.join(", ")),
    }
}

/// What is wrong with a value that must be one of a few values.
pub(crate) fn choices(rules: &Map<String, Value>, value: &Value) -> Option<String> {
    let many = rules.get("enum").and_then(Value::as_array).into_iter().flatten();
    let values: Vec<_> = rules.get("const").into_iter().chain(many).collect();
    if values.is_empty() || values.contains(&value) {
        return None;
    }
    let described = rules.get("description").and_then(Value::as_str);
    Some(match described.filter(|_| values.len() > MOST_LISTED) {
        Some(described) => format!("This is none of the values that are known here. {described}"),
        None => one_of(&values),
    })
}

/// The message if there is no field, or no query parameter, of that name.
pub(crate) fn unknown(what: &str, known: &BTreeSet<&str>) -> String {
    if known.is_empty() {
        return format!("There is no such {what}: leave it out.");
    }
    let known: Vec<_> = known.iter().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    format!("There is no such {what}. Known are {}.", known.join(", "))
}

/// The smallest and largest allowed number, from the schema's limits or the width of its number format.
fn limits(rules: &Map<String, Value>) -> (Option<i128>, Option<i128>) {
    let whole = |name: &str| {
        rules.get(name).and_then(|value| value.as_i64().map(i128::from).or(value.as_u64().map(i128::from)))
    };
    let whole = |name: &str| {
        // Some limits are written with decimals: `1.0`.
        whole(name).or_else(|| rules.get(name)?.as_f64().and_then(|limit| format!("{limit}").parse().ok()))
    };
    let (low, high): (Option<i128>, Option<i128>) = match rules.get("format").and_then(Value::as_str) {
        Some("int32") => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        Some("int64") => (Some(i64::MIN.into()), Some(i64::MAX.into())),
        Some("uint8") => (Some(0), Some(u8::MAX.into())),
        Some("uint16") => (Some(0), Some(u16::MAX.into())),
        Some("uint32") => (Some(0), Some(u32::MAX.into())),
        Some("uint" | "uint64") => (Some(0), Some(u64::MAX.into())),
        Some(_) | None => (None, None),
    };
    let above = whole("exclusiveMinimum").map(|limit| limit.saturating_add(1));
    let below = whole("exclusiveMaximum").map(|limit| limit.saturating_sub(1));
    (
        [whole("minimum"), above, low].into_iter().flatten().max(),
        [whole("maximum"), below, high].into_iter().flatten().min(),
    )
}

/// Describes limits that are worth mentioning: ` from 1 to 100`.
fn range(rules: &Map<String, Value>) -> String {
    let (least, most) = limits(rules);
    // The width of a number format is no rule that people would think of.
    let most = most.filter(|most| *most < i128::from(u32::MAX));
    let least = least.filter(|least| *least > i128::from(i32::MIN));
    match (least, most) {
        (Some(least), Some(most)) => format!(" from {least} to {most}"),
        (Some(least), None) => format!(" of at least {least}"),
        (None, Some(most)) => format!(" of at most {most}"),
        (None, None) => String::new(),
    }
}

/// What is wrong with the size of a number.
pub(crate) fn bounds(rules: &Map<String, Value>, value: &Value) -> Option<String> {
    let number = value.as_i64().map(i128::from).or(value.as_u64().map(i128::from))?;
    let (least, most) = limits(rules);
    let within = least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
    let range = range(rules);
    (!within).then(|| match range.as_str() {
        "" => "This number is too large to be one.".to_owned(),
        range if most.is_some_and(|most| number > most) && !range.contains(" to ") && !range.contains("most") => {
            "This number is too large.".to_owned()
        }
        range => format!("Send a number{range}."),
    })
}

/// What is wrong with a number of entries or characters.
pub(crate) fn length(
    rules: &Map<String, Value>,
    (min, max): (&str, &str),
    length: usize,
    unit: &str,
) -> Option<String> {
    let limit = |name: &str| rules.get(name).and_then(Value::as_u64);
    let (least, most) = (limit(min), limit(max));
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let short = least.filter(|least| length < *least);
    let long = most.filter(|most| length > *most);
    match (short, long) {
        (Some(1), _) if length == 0 => Some(empty(unit)),
        (Some(least), _) => Some(format!("Send at least {}.", many(least, unit))),
        (None, Some(most)) => Some(format!("Send at most {}.", many(most, unit))),
        (None, None) => None,
    }
}

fn empty(unit: &str) -> String {
    match unit {
        "entry" => "This list is empty: send at least 1 entry.".to_owned(),
        "field" => "Send at least 1 field.".to_owned(),
        _ => "This is empty: send at least 1 character.".to_owned(),
    }
}

/// A number with its unit: `1 entry`, `2 entries`.
pub(crate) fn many(number: u64, unit: &str) -> String {
    match (number, unit) {
        (1, unit) => format!("1 {unit}"),
        (number, "entry") => format!("{number} entries"),
        (number, unit) => format!("{number} {unit}s"),
    }
}

/// What is wrong with a text whose meaning the schema states: an address, a day, a line. The type of that meaning explains it best.
pub(crate) fn meant(rules: &Map<String, Value>, text: &str) -> Option<String> {
    let rule = |name: &str| rules.get(name).and_then(Value::as_str);
    let pattern = rule("pattern").unwrap_or_default();
    match rule("format") {
        Some("email") => Email::parse(text).err().map(|fault| fault.to_string()),
        Some("uri") => web::fault(pattern, text),
        Some("date") => Day::parse(text).is_none().then(|| "Send a day, like 2026-01-31.".to_owned()),
        Some("date-time") => {
            Time::parse(text).is_none().then(|| "Send a time in RFC 3339, like 2026-01-31T12:00:00Z.".to_owned())
        }
        Some(_) | None => text::fault(pattern, text).or_else(|| vat::fault(pattern, text)),
    }
}

/// The message for a text that does not match its pattern.
pub(crate) fn pattern(pattern: &str, rules: &Map<String, Value>) -> String {
    let prefix = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix("_[0-9a-z]{26}$"));
    if let Some(prefix) = prefix {
        return format!("Send an id that begins with `{prefix}_`, followed by 26 small letters and digits.");
    }
    let example = rules.get("examples").and_then(Value::as_array).and_then(|all| all.first()).and_then(Value::as_str);
    let described = rules.get("description").and_then(Value::as_str);
    match (example, described) {
        (Some(example), _) => format!("This has not the form that it must have; send something like `{example}`."),
        (None, Some(described)) => format!("This has not the form that it must have: {described}"),
        (None, None) => "This has not the form that it must have.".to_owned(),
    }
}
