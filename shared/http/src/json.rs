//! Strict reading of JSON: a name may stand only once in an object, and `5.0` is 5.
//!
//! A value that was read this way means the same to every reader, whichever of two equal names that reader would have taken.

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use std::fmt;

/// The largest number that means the same whether it is written with decimals or without.
const LARGEST_EXACT: u64 = 9_007_199_254_740_991;
const TWICE: &str = "twice: ";

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is not valid JSON.
    Syntax(String),
    /// This field is there twice.
    Twice(String),
}

/// Reads a value.
pub(crate) fn read(bytes: &[u8]) -> Result<Value, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let Json(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        let said = error.into_inner().to_string();
        match said.strip_prefix(TWICE).map(|rest| rest.rsplit_once(" at line ").map_or(rest, |(name, _)| name)) {
            Some(name) if place == "." => Fault::Twice(name.to_owned()),
            Some(name) => Fault::Twice(format!("{place}.{name}")),
            None => Fault::Syntax(said),
        }
    })?;
    reader.end().map_err(|error| Fault::Syntax(error.to_string()))?;
    Ok(value)
}

struct Json(Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        let whole = value.to_string().parse::<i64>().ok().filter(|whole| whole.unsigned_abs() <= LARGEST_EXACT);
        let number = whole.map(Number::from).or_else(|| Number::from_f64(value));
        Ok(number.map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = vec![];
        while let Some(Json(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format!("{TWICE}{name}")));
            }
            let Json(value) = map.next_value()?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_reads_what_serde_json_reads() {
        let text = r#"{"a": [1, -2, 1.5, true, null, "x\n", {}], "b": {"c": 18446744073709551615}}"#;
        assert_eq!(read(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
        assert!(matches!(read(b"{"), Err(Fault::Syntax(_))));
        assert!(matches!(read(b"{} {}"), Err(Fault::Syntax(_))));
        assert!(matches!(read("[".repeat(200).as_bytes()), Err(Fault::Syntax(_))));
    }

    #[test]
    fn a_whole_number_may_be_written_with_decimals() {
        assert_eq!(read(b"[5.0, 1e3, -0.0, -2.0]").unwrap(), json!([5, 1000, 0, -2]));
        assert_eq!(read(b"[5.5]").unwrap(), json!([5.5]));
        // Beyond this limit it is not certain which number was meant.
        assert!(read(b"9007199254740993.0").unwrap().is_f64());
    }

    #[test]
    fn a_name_that_is_there_twice_is_told() {
        assert_eq!(read(br#"{"a": 1, "a": 1}"#), Err(Fault::Twice("a".into())));
        assert_eq!(read(br#"{"a": {"x": [{"b": 1, "b": 2}]}}"#), Err(Fault::Twice("a.x[0].b".into())));
    }
}
