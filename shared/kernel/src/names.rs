//! Names in the form in which they are searched.

use icu_normalizer::{DecomposingNormalizerBorrowed, properties::CanonicalCombiningClassMapBorrowed};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// The beginning of a name to search for, folded for comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning(pub String);

impl Beginning {
    /// Folds the text; returns `None` if nothing is left of it.
    pub fn parse(text: &str) -> Option<Self> {
        Some(folded(text)).filter(|name| !name.is_empty()).map(Self)
    }
}

/// The form of a name for comparison: without case, accents and doubled spaces, so that `bjork` finds `Björk`. It is never shown.
pub fn folded(name: &str) -> String {
    // An accent is a mark that combines with the character before it: its combining class is not zero.
    let class = CanonicalCombiningClassMapBorrowed::new();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(name);
    let plain: String = apart.chars().filter(|c| class.get_u8(*c) == 0 && !c.is_control()).collect();
    plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The schema of a text to search for, which must contain a visible character.
pub fn sought(most: u32) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "[^\\s\\x00-\\x1f\\x7f-\\xa0\u{300}-\u{36f}\u{2000}-\u{200f}\u{3000}]" })
}

impl<'de> Deserialize<'de> for Beginning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected the beginning of a name"))
    }
}

impl JsonSchema for Beginning {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Beginning".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        sought(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
