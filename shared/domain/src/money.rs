//! Amounts of money: whole minor units of one currency, with arithmetic that fails instead of wrapping.

use crate::Currency;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest amount a client may give: ten billion units of a two-decimal currency. Sums of a million of them fit.
pub const LARGEST: i64 = 1_000_000_000_000;

/// Why an amount could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies were mixed.
    #[error("cannot mix {0} and {1}")]
    Currencies(Currency, Currency),
    /// The result does not fit.
    #[error("the amount is too large")]
    Overflow,
}

/// An amount in minor units: 1299 EUR is twelve euros and ninety-nine cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Money {
    /// Minor units: cents for EUR, yen for JPY.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// `amount` minor units of `currency`.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Nothing, in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// The sum of two amounts of one currency.
    pub fn plus(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        self.amount.checked_add(other.amount).map(|a| Self::new(a, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// The difference of two amounts of one currency.
    pub fn minus(self, other: Money) -> Result<Money, MoneyError> {
        self.plus(other.negated()?)
    }

    /// The amount with its sign turned.
    pub fn negated(self) -> Result<Money, MoneyError> {
        self.amount.checked_neg().map(|a| Self::new(a, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// The amount `quantity` times over.
    pub fn times(self, quantity: u32) -> Result<Money, MoneyError> {
        self.amount.checked_mul(i64::from(quantity)).map(|a| Self::new(a, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// `basis_points` ten-thousandths of the amount, rounded half away from zero to the minor unit.
    ///
    /// Half away from zero is what invoices are commonly rounded by; what is left after taking the fee is a subtraction, so
    /// the parts always add up to the whole.
    pub fn basis_points(self, basis_points: u16) -> Result<Money, MoneyError> {
        let product = i128::from(self.amount).checked_mul(i128::from(basis_points)).ok_or(MoneyError::Overflow)?;
        let half = if product < 0 { -5_000 } else { 5_000 };
        let rounded = product.checked_add(half).and_then(|p| p.checked_div(10_000)).ok_or(MoneyError::Overflow)?;
        i64::try_from(rounded).map(|a| Self::new(a, self.currency)).map_err(|_| MoneyError::Overflow)
    }

    /// Reads a price as a shop's export writes it: `12`, `12.5`, `12.99`. More decimals than the currency has are refused,
    /// unless they are zeros.
    pub fn parse_decimal(text: &str, currency: Currency) -> Option<Money> {
        let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let decimals = usize::try_from(currency.decimals()).ok()?;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > decimals {
            return None;
        }
        let amount = format!("{whole}{fraction:0<decimals$}").parse::<i64>().ok()?;
        (amount <= LARGEST).then_some(Self::new(amount, currency))
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::Currencies(self.currency, other.currency))
        }
    }
}

impl fmt::Display for Money {
    /// `12.99 EUR`, with as many decimals as the currency has.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let digits = self.amount.unsigned_abs().to_string();
        let decimals = usize::try_from(self.currency.decimals()).unwrap_or(2);
        let digits = format!("{digits:0>width$}", width = decimals.saturating_add(1));
        match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
            Some((whole, fraction)) if !fraction.is_empty() => write!(f, "{sign}{whole}.{fraction} {}", self.currency),
            _ => write!(f, "{sign}{digits} {}", self.currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(amount: i64, code: &str) -> Money {
        Money::new(amount, Currency::parse(code).unwrap())
    }

    #[test]
    fn currencies_do_not_mix() {
        assert!(of(1, "EUR").plus(of(1, "USD")).is_err());
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(of(i64::MAX, "EUR").plus(of(1, "EUR")), Err(MoneyError::Overflow));
        assert_eq!(of(i64::MIN, "EUR").negated(), Err(MoneyError::Overflow));
        assert_eq!(of(i64::MAX, "EUR").times(2), Err(MoneyError::Overflow));
    }

    #[test]
    fn a_fee_rounds_half_away_from_zero() {
        assert_eq!(of(50, "EUR").basis_points(100).unwrap().amount, 1);
        assert_eq!(of(49, "EUR").basis_points(100).unwrap().amount, 0);
        assert_eq!(of(-50, "EUR").basis_points(100).unwrap().amount, -1);
        assert_eq!(of(10_000, "EUR").basis_points(10_000).unwrap().amount, 10_000);
    }

    #[test]
    fn decimal_prices_are_read_in_the_currencys_units() {
        let read = |text, code| Money::parse_decimal(text, Currency::parse(code).unwrap()).map(|m| m.amount);
        assert_eq!(read("12.99", "EUR"), Some(1299));
        assert_eq!(read("12.9", "EUR"), Some(1290));
        assert_eq!(read("12", "EUR"), Some(1200));
        assert_eq!(read("12.00", "JPY"), Some(12));
        assert_eq!(read("1.250", "KWD"), Some(1250));
        assert_eq!(read("12.999", "EUR"), None);
        assert_eq!(read("-1", "EUR"), None);
        assert_eq!(read("1e3", "EUR"), None);
        assert_eq!(read("", "EUR"), None);
        assert_eq!(read("99999999999999999999", "EUR"), None);
    }

    #[test]
    fn amounts_read_well() {
        assert_eq!(of(1299, "EUR").to_string(), "12.99 EUR");
        assert_eq!(of(-5, "EUR").to_string(), "-0.05 EUR");
        assert_eq!(of(500, "JPY").to_string(), "500 JPY");
    }

    proptest! {
        #[test]
        fn a_fee_and_the_rest_make_the_whole(amount in 0..=LARGEST, bps in 0u16..=10_000) {
            let whole = of(amount, "EUR");
            let fee = whole.basis_points(bps).unwrap();
            let rest = whole.minus(fee).unwrap();
            prop_assert!(fee.amount >= 0 && rest.amount >= 0);
            prop_assert_eq!(fee.plus(rest).unwrap(), whole);
        }

        #[test]
        fn a_written_amount_reads_back(amount in 0..=LARGEST, code in prop_oneof![Just("JPY"), Just("EUR"), Just("KWD")]) {
            let money = of(amount, code);
            let text = money.to_string();
            let (number, _) = text.split_once(' ').unwrap();
            prop_assert_eq!(Money::parse_decimal(number, money.currency), Some(money));
        }
    }
}
