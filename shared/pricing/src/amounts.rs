//! A setting that is an amount of money, which may differ by currency.

use crate::MOST_CURRENCIES;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::{borrow::Cow, collections::HashSet, fmt};
use tradewind_kernel::{
    Currency, Money,
    fields::{Fields, at},
    money::AmountFrom,
};

/// One amount, or a list of amounts with at most one in each currency.
///
/// In a currency without an amount it is zero: no amount is ever converted into another currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Amounts {
    /// An amount in one currency, for marketplaces that sell in only one.
    One(Money),
    /// An amount in each of some currencies.
    Each(Vec<Money>),
}

impl Amounts {
    /// The amount in a currency: zero if there is none.
    pub fn of(&self, currency: Currency) -> Money {
        self.iter().find(|amount| amount.currency == currency).unwrap_or(Money::zero(currency))
    }

    /// All amounts.
    pub fn iter(&self) -> impl Iterator<Item = Money> + '_ {
        let all = match self {
            Self::One(amount) => std::slice::from_ref(amount),
            Self::Each(amounts) => amounts.as_slice(),
        };
        all.iter().copied()
    }

    /// Checks that each amount is in one of these currencies, that no two are in the same one, and that none is negative.
    pub fn check(&self, fields: &mut Fields, field: &str, sold_in: &[Currency]) {
        match self {
            Self::One(amount) => fields.amount(field, *amount, 0, sold_in),
            Self::Each(amounts) => {
                let most = MOST_CURRENCIES.saturating_add(1);
                fields.ensure(amounts.len() <= most, field, format_args!("must be at most {most} amounts"));
                let mut seen = HashSet::new();
                for (place, amount) in amounts.iter().enumerate() {
                    let path = format!("{field}[{place}]");
                    fields.amount(&path, *amount, 0, sold_in);
                    let new = seen.insert(amount.currency);
                    fields.ensure(new, at(&path, "currency"), "there is another amount in this currency");
                }
            }
        }
    }
}

impl From<Money> for Amounts {
    fn from(amount: Money) -> Self {
        Self::One(amount)
    }
}

/// An amount is an object and a list of amounts is an array, so that errors within either can be described exactly.
struct OneOrEach;

impl<'de> de::Visitor<'de> for OneOrEach {
    type Value = Amounts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an amount with its currency, or a list of them")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Amounts, A::Error> {
        Money::deserialize(de::value::MapAccessDeserializer::new(map)).map(Amounts::One)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, seq: A) -> Result<Amounts, A::Error> {
        Vec::deserialize(de::value::SeqAccessDeserializer::new(seq)).map(Amounts::Each)
    }
}

impl<'de> Deserialize<'de> for Amounts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrEach)
    }
}

impl JsonSchema for Amounts {
    fn schema_name() -> Cow<'static, str> {
        "Amounts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let amount = generator.subschema_for::<AmountFrom<0>>();
        json_schema!({
            "description": "One amount, or a list of amounts with at most one in each of the marketplace's currencies. In a \
                currency that it does not name it is nothing; no amount is converted.",
            "anyOf": [amount, { "type": "array", "items": amount, "maxItems": MOST_CURRENCIES.saturating_add(1) }],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(amount: i64, code: &str) -> Money {
        Money::new(amount, Currency::parse(code).unwrap())
    }

    #[test]
    fn an_amount_is_nothing_in_a_currency_that_it_does_not_name() {
        let fixed = Amounts::Each(vec![of(30, "EUR"), of(50, "JPY")]);
        let code = |code| Currency::parse(code).unwrap();
        assert_eq!((fixed.of(code("EUR")), fixed.of(code("JPY"))), (of(30, "EUR"), of(50, "JPY")));
        assert_eq!(fixed.of(code("USD")), of(0, "USD"));
        assert_eq!(Amounts::One(of(30, "EUR")).of(code("JPY")), of(0, "JPY"));
    }

    #[test]
    fn it_reads_back_as_it_was_written() {
        for amounts in [Amounts::One(of(30, "EUR")), Amounts::Each(vec![]), Amounts::Each(vec![of(1, "EUR")])] {
            let text = serde_json::to_string(&amounts).unwrap();
            assert_eq!(serde_json::from_str::<Amounts>(&text).unwrap(), amounts, "{text}");
        }
        for text in ["1", "null", r#"{"amount": 1, "currency": "eur"}"#, r#"[{"amount": 1}]"#] {
            assert!(serde_json::from_str::<Amounts>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn each_wrong_amount_is_named() {
        let sold_in = ["EUR", "JPY"].map(|code| Currency::parse(code).unwrap());
        let wrong = |amounts: Amounts| {
            let mut fields = Fields::default();
            amounts.check(&mut fields, "fixed", &sold_in);
            fields.done().err().unwrap_or_default().into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(wrong(Amounts::Each(vec![of(1, "JPY"), of(0, "EUR")])), Vec::<String>::new());
        assert_eq!(wrong(Amounts::One(of(-1, "USD"))), ["fixed.currency", "fixed.amount"]);
        assert_eq!(wrong(Amounts::Each(vec![of(1, "JPY"), of(2, "JPY")])), ["fixed[1].currency"]);
        assert_eq!(wrong(Amounts::Each(vec![of(1, "JPY"), of(-2, "USD")])), ["fixed[1].currency", "fixed[1].amount"]);
        assert_eq!(wrong(Amounts::Each(vec![of(1, "EUR"); 12])).first().map(String::as_str), Some("fixed"));
    }
}
