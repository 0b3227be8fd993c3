//! Search terms for orders and people: the number of an order, an e-mail address, or the beginning of a name.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use tradewind_kernel::{
    email::Email,
    names::{Beginning, sought},
    order_number::OrderNumber,
};

/// A search term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// An order number: `#1042`, or `1042`.
    Number(OrderNumber),
    /// A whole e-mail address.
    Email(Email),
    /// The beginning of a name, folded.
    Name(String),
}

impl Sought {
    /// Reads a search term. A text of which nothing is left after folding is refused, because every name begins with that.
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

impl<'de> Deserialize<'de> for Sought {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let expected = "expected the number of an order, an e-mail address, or the beginning of a name";
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(expected))
    }
}

impl JsonSchema for Sought {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Sought".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        sought(254)
    }
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
}
