//! Message attributes: their rules, their size, their digest, and the selection that a receive requests.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    digest::md5_hex,
    fault::{Answer, Code, Fault},
};

/// Attributes by name, in order of name because the digest needs that order.
pub(crate) type Attributes = BTreeMap<String, Attribute>;

const MAX_ATTRIBUTES: usize = 10;
const MAX_NAME: usize = 256;

/// One attribute as it goes over the wire; a binary value is base64.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    #[serde(default)]
    data_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    string_value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    binary_value: Option<String>,
}

impl Attribute {
    /// The transport type for the digest (1 text, 2 binary) and the bytes of the value.
    fn value(&self) -> Option<(u8, Vec<u8>)> {
        match (&self.string_value, &self.binary_value) {
            (Some(text), None) => Some((1, text.clone().into_bytes())),
            (None, Some(encoded)) => STANDARD.decode(encoded).ok().map(|bytes| (2, bytes)),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    pub(crate) fn string_value(&self) -> Option<&str> {
        self.string_value.as_deref()
    }
}

/// Checks AWS's rules for names, types and values; `Ok` holds the bytes the attributes add to the message's size.
pub(crate) fn check(attributes: &Attributes) -> Answer<usize> {
    if attributes.len() > MAX_ATTRIBUTES {
        return Err(Code::InvalidParameterValue.because(format!(
            "Number of message attributes [{}] exceeds the allowed maximum [{MAX_ATTRIBUTES}].",
            attributes.len()
        )));
    }
    let mut size = 0_usize;
    for (name, attribute) in attributes {
        check_name(name)?;
        let invalid = |why: &str| Code::InvalidParameterValue.because(format!("The message attribute '{name}' {why}"));
        let kind = attribute.data_type.split('.').next().unwrap_or_default();
        let (transport, value) =
            attribute.value().ok_or_else(|| invalid("must contain exactly one non-empty value of its type."))?;
        let fits = match kind {
            "String" => transport == 1,
            "Number" => {
                if transport == 1 && !is_number(&value) {
                    return Err(invalid("has a value that is not a number."));
                }
                transport == 1
            }
            "Binary" => transport == 2,
            "" => return Err(invalid("must contain non-empty message attribute type.")),
            _ => {
                return Err(invalid(
                    "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
                ));
            }
        };
        if !fits || value.is_empty() {
            return Err(invalid("must contain non-empty message attribute value for its type."));
        }
        if attribute.data_type.len() > MAX_NAME {
            return Err(invalid("has a type longer than 256 bytes."));
        }
        if let Some(text) = &attribute.string_value {
            check_characters(text)?;
        }
        size = size.saturating_add(name.len()).saturating_add(attribute.data_type.len()).saturating_add(value.len());
    }
    Ok(size)
}

fn check_name(name: &str) -> Answer<()> {
    let lower = name.to_ascii_lowercase();
    let fine = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !lower.starts_with("aws.")
        && !lower.starts_with("amazon.");
    if fine {
        return Ok(());
    }
    Err(Code::InvalidParameterValue.because(format!(
        "Message attribute name '{name}' is invalid: it can contain A-Z, a-z, 0-9, underscore, hyphen and single inner \
         periods, must not start with AWS. or Amazon., and is at most {MAX_NAME} characters long."
    )))
}

fn is_number(value: &[u8]) -> bool {
    // `f64` also parses "inf" and "nan", which SQS refuses: therefore the characters are checked first.
    std::str::from_utf8(value).is_ok_and(|text| {
        text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'))
            && text.parse::<f64>().is_ok()
    })
}

/// Refuses characters that XML 1.0 does not allow, because a message may not contain them.
pub(crate) fn check_characters(text: &str) -> Answer<()> {
    let bad = text.chars().find(
        |c| !matches!(c, '\u{9}' | '\u{A}' | '\u{D}' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..),
    );
    match bad {
        None => Ok(()),
        Some(c) => Err(Code::InvalidMessageContents.because(format!(
            "Invalid binary character '#x{:X}' was found in the message body, the set of allowed characters is \
             #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
            u32::from(c)
        ))),
    }
}

/// The digest AWS documents: for each attribute in order of name, its name, type and value, each after its length in
/// four big-endian bytes, the value also after its transport type. `None` for no attributes.
pub(crate) fn md5(attributes: &Attributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut bytes = Vec::new();
    for (name, attribute) in attributes {
        let (transport, value) = attribute.value().unwrap_or((1, Vec::new()));
        for (part, prefix) in
            [(name.as_bytes(), None), (attribute.data_type.as_bytes(), None), (value.as_slice(), Some(transport))]
        {
            bytes.extend(prefix);
            // A part is within the message limit of 1 MiB, so its length fits.
            bytes.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            bytes.extend(part);
        }
    }
    Some(md5_hex(&bytes))
}

/// Keeps the attributes that a receive requests: by name, `All` or `.*`, or a prefix as `prefix.*`.
pub(crate) fn select(mut attributes: Attributes, wanted: &[String]) -> Attributes {
    attributes.retain(|name, _| {
        wanted.iter().any(|want| {
            want == "All" || want == name || want.strip_suffix(".*").is_some_and(|prefix| name.starts_with(prefix))
        })
    });
    attributes
}

/// The system attribute a sender may set, `AWSTraceHeader`; anything else is refused.
pub(crate) fn trace_header(system: &Attributes) -> Answer<Option<String>> {
    let mut trace = None;
    for (name, attribute) in system {
        if name != "AWSTraceHeader" || attribute.data_type != "String" {
            return Err(Fault::value(
                name,
                "MessageSystemAttributes",
                "The only one a sender may set is the String AWSTraceHeader.",
            ));
        }
        trace = attribute.string_value().map(str::to_owned);
    }
    Ok(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(kind: &str, value: &str) -> Attribute {
        Attribute { data_type: kind.to_owned(), string_value: Some(value.to_owned()), binary_value: None }
    }

    #[test]
    fn the_digest_is_the_one_of_the_documented_encoding() {
        let attributes = Attributes::from([("a".to_owned(), one("String", "b"))]);
        let encoded = b"\0\0\0\x01a\0\0\0\x06String\x01\0\0\0\x01b";
        assert_eq!(md5(&attributes), Some(md5_hex(encoded)));
    }

    #[test]
    fn names_reserved_for_aws_are_refused() {
        for name in ["AWS.x", "amazon.x", ".x", "x.", "a..b", "a b", ""] {
            assert!(check(&Attributes::from([(name.to_owned(), one("String", "b"))])).is_err(), "{name}");
        }
    }

    #[test]
    fn a_number_must_be_one() {
        assert!(check(&Attributes::from([("n".to_owned(), one("Number.int", "-1.5e3"))])).is_ok());
        for value in ["nan", "inf", "1,5", "x"] {
            assert!(check(&Attributes::from([("n".to_owned(), one("Number", value))])).is_err(), "{value}");
        }
    }

    #[test]
    fn a_receive_selects_by_name_prefix_or_all() {
        let all = Attributes::from([("a.b".to_owned(), one("String", "1")), ("c".to_owned(), one("String", "2"))]);
        let names = |wanted: &str| select(all.clone(), &[wanted.to_owned()]).into_keys().collect::<Vec<_>>();
        assert_eq!(names("a.*"), ["a.b"]);
        assert_eq!(names("c"), ["c"]);
        assert_eq!(names("All").len(), 2);
        assert_eq!(names(".*").len(), 2);
    }
}
