//! What somebody types who looks for an order or a person: the number of an order, an e-mail address, or the beginning of a name.

use crate::{email::Email, order::OrderNumber};
use icu_normalizer::{DecomposingNormalizerBorrowed, properties::CanonicalCombiningClassMapBorrowed};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// `#1042`, or `1042`.
    Number(OrderNumber),
    /// A whole address.
    Email(Email),
    /// The beginning of a name, folded.
    Name(String),
}

impl Sought {
    /// Reads it. Nothing is sought by a text of which nothing is left without accents and spaces: every name begins with that.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(number) = OrderNumber::parse(text) {
            return Some(Self::Number(number));
        }
        match Email::parse(text) {
            Ok(email) => Some(Self::Email(email)),
            Err(_) => Beginning::parse(text).map(|Beginning(name)| Self::Name(name)),
        }
    }
}

/// The beginning of a name, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning(pub String);

impl Beginning {
    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(folded(text)).filter(|name| !name.is_empty()).map(Self)
    }
}

/// A text that says something.
fn schema(most: u32) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "[^\\s\\x00-\\x1f\\x7f-\\xa0\u{300}-\u{36f}\u{2000}-\u{200f}\u{3000}]" })
}

macro_rules! queries {
    ($($name:ident, $most:literal, $expected:literal;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom($expected))
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schema($most)
            }
        }
    )*};
}

queries! {
    Sought, 254, "expected the number of an order, an e-mail address, or the beginning of a name";
    Beginning, 100, "expected the beginning of a name";
}

/// A name as it is compared: without case, accents and doubled spaces, so that `bjork` finds `Björk`. It is never shown.
pub fn folded(name: &str) -> String {
    // An accent is a mark that is combined with what stands before it: its class is another one than zero.
    let class = CanonicalCombiningClassMapBorrowed::new();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(name);
    let plain: String = apart.chars().filter(|c| class.get_u8(*c) == 0 && !c.is_control()).collect();
    plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_says_what_it_is() {
        assert_eq!(Sought::parse(" #1042 "), Some(Sought::Number(OrderNumber::parse("1042").unwrap())));
        assert_eq!(Sought::parse("Bob@Example.com"), Some(Sought::Email(Email::parse("bob@example.com").unwrap())));
        assert_eq!(Sought::parse("  Björk  Guð"), Some(Sought::Name("bjork guð".into())));
        assert_eq!((Sought::parse(" \u{a0}"), Beginning::parse("\u{301}")), (None, None));
        assert_eq!(Sought::parse("12"), Some(Sought::Name("12".into())));
    }

    #[test]
    fn names_are_found_whatever_case_and_accents_they_were_typed_with() {
        for (one, other) in [("MÜLLER", "muller"), ("Zoë", "Zoe\u{308}"), ("ﬁsh", "FISH"), ("Σίσυφος", "σισυφοσ")]
        {
            let same = folded(one).replace('ς', "σ") == folded(other).replace('ς', "σ");
            assert!(same, "{} {}", folded(one), folded(other));
        }
        assert_eq!(folded(" Ada \t Lovelace\u{0} "), "ada lovelace");
    }
}
