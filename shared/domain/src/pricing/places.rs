//! Where things go and what kind they are: what taxes, shipping and commissions depend on.

use super::fields::is_slug;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt};

/// A country by its ISO 3166-1 alpha-2 code: `DE`, `US`. Only the shape is checked, because the list changes: a code that is
/// no country finds no tax and no shipping.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Country(#[schemars(regex(pattern = "^[A-Z]{2}$"))] String);

impl Country {
    /// Reads a code of two capitals.
    pub fn parse(code: &str) -> Option<Self> {
        (code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())).then(|| Self(code.to_owned()))
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

/// A kind of goods that has a tax rate or a commission of its own: `books`, `used-bikes`.
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
        for code in ["", "D", "DEU", "de", "D1", "É"] {
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
