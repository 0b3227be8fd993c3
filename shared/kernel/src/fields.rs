//! Problems with settings, field by field, so that all of them can be reported at once.

use crate::{
    Currency, Money,
    money::{LARGEST, MoneyError},
};
use std::fmt::Display;

/// What is wrong with one field of some settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's path: `options[0].rate.bands[1].up_to_grams`.
    pub field: String,
    /// The rule that is broken, such as "must be between 0 and 100".
    pub message: String,
}

/// Collects the problems of several fields.
#[derive(Debug, Default)]
pub struct Fields(Vec<FieldProblem>);

impl Fields {
    /// Reports a problem with a field.
    pub fn add(&mut self, field: impl Into<String>, message: impl Display) {
        self.0.push(FieldProblem { field: field.into(), message: message.to_string() });
    }

    /// Reports a problem with a field unless `holds`.
    pub fn ensure(&mut self, holds: bool, field: impl Into<String>, message: impl Display) {
        if !holds {
            self.add(field, message);
        }
    }

    /// Checks that an amount is in one of the marketplace's currencies, at least `least` minor units and at most [`LARGEST`].
    pub fn amount(&mut self, field: &str, amount: Money, least: i64, sold_in: &[Currency]) {
        let codes: Vec<_> = sold_in.iter().map(|currency| currency.code()).collect();
        let message = format_args!("must be {}, as the marketplace's", codes.join(" or "));
        self.ensure(sold_in.contains(&amount.currency), at(field, "currency"), message);
        let range = format_args!("must be between {least} and {LARGEST} minor units");
        self.ensure((least..=LARGEST).contains(&amount.amount), at(field, "amount"), range);
    }

    /// Checks that an amount is in the same currency as another with which it is compared. It reports nothing if one of them is in
    /// none of the marketplace's currencies, because that is reported already.
    pub fn alike(&mut self, field: &str, amount: Money, other: Money, sold_in: &[Currency]) {
        let known = sold_in.contains(&amount.currency) && sold_in.contains(&other.currency);
        let message = format_args!("must be {}, as the other amounts", other.currency);
        self.ensure(!known || amount.currency == other.currency, at(field, "currency"), message);
    }

    /// Adds all problems of another part of the settings.
    pub fn extend(&mut self, checked: Result<(), Vec<FieldProblem>>) {
        if let Err(problems) = checked {
            self.0.extend(problems);
        }
    }

    /// Returns the problems as an error, if there are any.
    pub fn done(self) -> Result<(), Vec<FieldProblem>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

/// The path of `name` within `field`, which is empty at the top.
pub fn at(field: &str, name: impl Display) -> String {
    if field.is_empty() { name.to_string() } else { format!("{field}.{name}") }
}

/// Whether a text is a slug: 1 to 60 lower-case letters, digits and hyphens.
pub fn is_slug(text: &str) -> bool {
    let inner = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    (1..=60).contains(&text.len()) && inner
}

/// Why an amount cannot be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// It is negative.
    #[error("{0} is negative")]
    Negative(Money),
    /// It is more than [`LARGEST`] minor units.
    #[error("{0} is more than can be charged")]
    TooLarge(Money),
    /// It is in another currency, or the result does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Returns the amount if it can be charged: it is in `currency`, not negative, and at most [`LARGEST`].
pub fn chargeable(amount: Money, currency: Currency) -> Result<Money, AmountError> {
    if amount.currency != currency {
        return Err(MoneyError::Currencies(currency, amount.currency).into());
    }
    if amount.amount < 0 {
        return Err(AmountError::Negative(amount));
    }
    if amount.amount > LARGEST { Err(AmountError::TooLarge(amount)) } else { Ok(amount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_checked_in_both_its_fields() {
        let eur = Currency::parse("EUR").unwrap();
        let paths = |amount, code| {
            let mut fields = Fields::default();
            fields.amount("rate.price", Money::new(amount, Currency::parse(code).unwrap()), 1, &[eur]);
            fields.done().err().unwrap_or_default().into_iter().map(|p| p.field).collect::<Vec<_>>()
        };
        assert_eq!(paths(1, "EUR"), Vec::<String>::new());
        assert_eq!(paths(LARGEST, "EUR"), Vec::<String>::new());
        assert_eq!(paths(0, "EUR"), ["rate.price.amount"]);
        assert_eq!(paths(LARGEST + 1, "USD"), ["rate.price.currency", "rate.price.amount"]);
    }

    #[test]
    fn what_can_be_charged_is_neither_negative_nor_too_large() {
        let eur = Currency::parse("EUR").unwrap();
        let of = |amount| Money::new(amount, eur);
        assert_eq!((chargeable(of(0), eur), chargeable(of(LARGEST), eur)), (Ok(of(0)), Ok(of(LARGEST))));
        assert_eq!(chargeable(of(-1), eur), Err(AmountError::Negative(of(-1))));
        assert_eq!(chargeable(of(LARGEST + 1), eur), Err(AmountError::TooLarge(of(LARGEST + 1))));
        let usd = Currency::parse("USD").unwrap();
        assert_eq!(chargeable(of(1), usd), Err(MoneyError::Currencies(usd, eur).into()));
    }
}
