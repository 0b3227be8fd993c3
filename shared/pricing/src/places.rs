//! Countries and categories, on which taxes, shipping and commissions depend.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt};
use tradewind_kernel::fields::is_slug;

/// A country by its ISO 3166-1 alpha-2 code: `DE`, `US`. A code of no country is refused, because no tax would be found for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Country(String);

impl JsonSchema for Country {
    fn schema_name() -> Cow<'static, str> {
        "Country".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut codes: Vec<_> = rust_iso3166::ALL.iter().map(|country| country.alpha2).collect();
        codes.sort_unstable();
        json_schema!({ "type": "string", "enum": codes, "description": "A country by its ISO 3166-1 alpha-2 code." })
    }
}

impl Country {
    /// Reads a country code of two capitals.
    pub fn parse(code: &str) -> Option<Self> {
        let capitals = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        (capitals && rust_iso3166::from_alpha2(code).is_some()).then(|| Self(code.to_owned()))
    }

    /// The two-letter code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("expected an ISO 3166-1 alpha-2 country, like DE"))
    }
}

/// A category of goods that has a tax rate or a commission of its own: `books`, `used-bikes`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Category(#[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"))] String);

impl Category {
    /// Reads 1 to 60 lower-case letters, digits and hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        is_slug(text).then(|| Self(text.to_owned()))
    }

    /// The category as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Category {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("expected 1 to 60 lower-case letters, digits and hyphens"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_two_capitals() {
        assert_eq!(Country::parse("DE").unwrap().as_str(), "DE");
        for code in ["", "D", "DEU", "de", "D1", "É", "ZZ", "UK"] {
            assert_eq!(Country::parse(code), None, "{code}");
        }
        assert!(serde_json::from_str::<Country>("\"de\"").is_err());
        assert_eq!(serde_json::to_string(&Country::parse("DE")).unwrap(), "\"DE\"");
    }

    #[test]
    fn a_category_is_a_short_slug() {
        assert_eq!(Category::parse("used-bikes-2").unwrap().to_string(), "used-bikes-2");
        let longest = "a".repeat(60);
        assert!(Category::parse(&longest).is_some());
        for text in ["", "Books", "a b", "ä", &"a".repeat(61)] {
            assert_eq!(Category::parse(text), None, "{text}");
        }
        assert!(serde_json::from_str::<Category>("\"Books\"").is_err());
    }
}
