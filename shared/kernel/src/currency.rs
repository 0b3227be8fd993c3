//! ISO 4217 currencies and how many minor units make one unit.

use iso_currency::IntoEnumIterator;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt};

/// A currency in which prices can be given: one for which ISO 4217 defines a number of decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// Reads a three-letter code in capitals. Codes without defined decimals (gold, test codes) are refused.
    pub fn parse(code: &str) -> Option<Self> {
        let currency = iso_currency::Currency::from_code(code)?;
        currency.exponent().map(|_| Self(currency))
    }

    /// Every currency in which prices can be given.
    fn all() -> impl Iterator<Item = Self> {
        iso_currency::Currency::iter().filter_map(|currency| Self::parse(currency.code()))
    }

    /// The three-letter ISO 4217 code, in capitals.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals of the currency: 0 for JPY, 2 for EUR, 3 for KWD.
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(2))
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("expected an ISO 4217 currency code, like EUR"))
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut codes: Vec<_> = Self::all().map(Self::code).collect();
        codes.sort_unstable();
        json_schema!({ "type": "string", "enum": codes, "description": "A currency by its ISO 4217 code, like EUR." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_iso_4217() {
        let decimals = |code| Currency::parse(code).map(Currency::decimals);
        assert_eq!((decimals("JPY"), decimals("EUR"), decimals("KWD")), (Some(0), Some(2), Some(3)));
    }

    #[test]
    fn they_sort_by_code_and_their_schema_lists_them() {
        let of = |code| Currency::parse(code).unwrap();
        assert!(of("EUR") < of("USD") && of("USD") > of("JPY"));
        let schema = schemars::schema_for!(Currency);
        assert_eq!(schema.get("title").and_then(|title| title.as_str()), Some("Currency"));
        let codes = schema.get("enum").and_then(|codes| codes.as_array()).unwrap();
        assert!(codes.len() > 140 && codes.iter().all(|code| Currency::parse(code.as_str().unwrap()).is_some()));
    }

    #[test]
    fn unknown_and_unpriced_codes_are_refused() {
        assert_eq!(Currency::parse("eur"), None);
        assert_eq!(Currency::parse("XAU"), None);
        assert_eq!(Currency::parse("ZZZ"), None);
    }
}
