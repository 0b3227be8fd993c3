//! Amounts of money: whole minor units of one currency, with arithmetic that fails instead of wrapping.

use crate::Currency;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

/// The largest amount a client may give: ten billion units of a two-decimal currency. Sums of a million of them fit.
pub const LARGEST: i64 = 1_000_000_000_000;

/// Why an amount could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies were mixed.
    #[error("cannot mix {0} and {1}")]
    Currencies(Currency, Currency),
    /// The result does not fit into the range of an amount.
    #[error("the amount is too large")]
    Overflow,
    /// It cannot be divided: there are no parts, or the divisor is zero or negative.
    #[error("the amount cannot be divided like this")]
    Indivisible,
}

/// An amount in minor units: 1299 EUR is twelve euros and ninety-nine cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Money {
    /// Minor units: cents for EUR, yen for JPY.
    pub amount: i64,
    /// The ISO 4217 currency.
    pub currency: Currency,
}

/// The JSON schema of an amount that a client sets: from `LEAST` minor units to [`LARGEST`].
#[derive(Debug)]
pub enum AmountFrom<const LEAST: i64> {}

impl<const LEAST: i64> JsonSchema for AmountFrom<LEAST> {
    fn schema_name() -> Cow<'static, str> {
        format!("AmountFrom{LEAST}").into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let money = generator.subschema_for::<Money>();
        let rules = json_schema!({ "minimum": LEAST, "maximum": LARGEST, "description": "Minor units." });
        json_schema!({ "type": "object", "allOf": [money], "properties": { "amount": rules } })
    }
}

impl Money {
    /// Makes an amount of `amount` minor units of `currency`.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// An amount of zero in `currency`.
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

    /// The amount with the opposite sign.
    pub fn negated(self) -> Result<Money, MoneyError> {
        self.amount.checked_neg().map(|a| Self::new(a, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// The sum of amounts of `currency`; zero if there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Money>) -> Result<Money, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Money::plus)
    }

    /// The smaller of two amounts of one currency.
    pub fn lesser(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        Ok(Self::new(self.amount.min(other.amount), self.currency))
    }

    /// The amount multiplied by `quantity`.
    pub fn times(self, quantity: u32) -> Result<Money, MoneyError> {
        self.amount.checked_mul(i64::from(quantity)).map(|a| Self::new(a, self.currency)).ok_or(MoneyError::Overflow)
    }

    /// The share of the amount in basis points (ten-thousandths), rounded half away from zero to the minor unit.
    ///
    /// Invoices are commonly rounded half away from zero. What is left after taking a fee is computed by subtraction, so the parts
    /// always add up to the whole.
    pub fn basis_points(self, basis_points: u16) -> Result<Money, MoneyError> {
        self.share(i64::from(basis_points), 10_000)
    }

    /// `part` out of `whole` equal shares of the amount, rounded half away from zero to the minor unit. `whole` must be more than
    /// zero.
    pub fn share(self, part: i64, whole: i64) -> Result<Money, MoneyError> {
        if whole <= 0 {
            return Err(MoneyError::Indivisible);
        }
        let product = i128::from(self.amount).checked_mul(i128::from(part)).ok_or(MoneyError::Overflow)?;
        let whole = i128::from(whole);
        let half = if product < 0 { whole.checked_neg() } else { Some(whole) };
        // Computes (2 * product + whole) / (2 * whole): this adds one half before the division truncates.
        let rounded = product
            .checked_mul(2)
            .zip(half)
            .and_then(|(twice, half)| twice.checked_add(half)?.checked_div(whole.checked_mul(2)?))
            .ok_or(MoneyError::Overflow)?;
        i64::try_from(rounded).map(|a| Self::new(a, self.currency)).map_err(|_| MoneyError::Overflow)
    }

    /// Splits the amount into one part for each weight, in proportion, so that the parts add up to it to the minor unit.
    ///
    /// Every part is first rounded towards zero. The minor units that are left over go, one each, to the parts that lost most by the
    /// rounding; among parts that lost the same, to the earlier ones (the method of largest remainders). So a part is never a whole
    /// unit away from its exact share, a weight of zero gets nothing, and where the weights add up to at least the amount, no part is
    /// larger than its weight. If all weights are zero, the first part is the whole amount. Weights must not be negative; without any
    /// weights, only zero can be split.
    pub fn allocate(self, weights: &[i64]) -> Result<Vec<Money>, MoneyError> {
        if weights.iter().any(|weight| *weight < 0) || (weights.is_empty() && self.amount != 0) {
            return Err(MoneyError::Indivisible);
        }
        let add = |sum: i128, part: i128| sum.checked_add(part).ok_or(MoneyError::Overflow);
        let total = weights.iter().map(|weight| i128::from(*weight)).try_fold(0, add)?;
        if total == 0 {
            let first = |(place, _)| if place == 0 { self } else { Self::zero(self.currency) };
            return Ok(weights.iter().enumerate().map(first).collect());
        }
        let whole = i128::from(self.amount).checked_abs().ok_or(MoneyError::Overflow)?;
        let mut parts = Vec::with_capacity(weights.len());
        for (place, weight) in weights.iter().enumerate() {
            let product = whole.checked_mul(i128::from(*weight)).ok_or(MoneyError::Overflow)?;
            let part = product.checked_div(total).ok_or(MoneyError::Overflow)?;
            let lost = product.checked_rem(total).ok_or(MoneyError::Overflow)?;
            parts.push((place, part, lost));
        }
        let given = parts.iter().map(|(_, part, _)| *part).try_fold(0, add)?;
        let left = whole.checked_sub(given).and_then(|left| usize::try_from(left).ok()).ok_or(MoneyError::Overflow)?;
        // The sort is stable: among equal losses the earlier part stays first.
        parts.sort_by_key(|(_, _, lost)| std::cmp::Reverse(*lost));
        for (_, part, _) in parts.iter_mut().take(left) {
            *part = add(*part, 1)?;
        }
        parts.sort_by_key(|(place, _, _)| *place);
        let sign = i128::from(self.amount.signum());
        let signed = |(_, part, _): (usize, i128, i128)| {
            let amount = part.checked_mul(sign).and_then(|part| i64::try_from(part).ok());
            amount.map(|amount| Self::new(amount, self.currency)).ok_or(MoneyError::Overflow)
        };
        parts.into_iter().map(signed).collect()
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
    /// Writes `12.99 EUR`, with as many decimals as the currency has.
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
#[allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]
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
    fn a_share_rounds_half_away_from_zero() {
        let share = |amount, part, whole| of(amount, "EUR").share(part, whole).map(|m| m.amount);
        assert_eq!((share(1, 1, 2), share(-1, 1, 2), share(1, 1, 3), share(2, 1, 3)), (Ok(1), Ok(-1), Ok(0), Ok(1)));
        assert_eq!((share(7, 3, 3), share(7, 0, 3), share(3, 1, 1)), (Ok(7), Ok(0), Ok(3)));
        assert_eq!(
            (share(i64::MAX, i64::MAX, i64::MAX), share(i64::MAX, 2, 1)),
            (Ok(i64::MAX), Err(MoneyError::Overflow))
        );
        assert_eq!((share(1, 1, 0), share(1, 1, -1)), (Err(MoneyError::Indivisible), Err(MoneyError::Indivisible)));
    }

    #[test]
    fn a_sum_and_the_lesser_keep_to_one_currency() {
        let eur = Currency::parse("EUR").unwrap();
        assert_eq!(Money::sum(eur, [of(1, "EUR"), of(2, "EUR")]), Ok(of(3, "EUR")));
        assert_eq!(Money::sum(eur, []), Ok(of(0, "EUR")));
        assert!(Money::sum(eur, [of(1, "USD")]).is_err());
        assert_eq!(of(3, "EUR").lesser(of(2, "EUR")), Ok(of(2, "EUR")));
        assert_eq!(of(2, "EUR").lesser(of(3, "EUR")), Ok(of(2, "EUR")));
        assert!(of(2, "EUR").lesser(of(3, "USD")).is_err());
    }

    fn parts(amount: i64, weights: &[i64]) -> Result<Vec<i64>, MoneyError> {
        let parts = of(amount, "EUR").allocate(weights)?;
        Ok(parts.into_iter().map(|part| part.amount).collect())
    }

    #[test]
    fn the_largest_remainder_gets_the_odd_unit_and_of_equals_the_earlier() {
        assert_eq!(parts(100, &[1, 1, 1]), Ok(vec![34, 33, 33]));
        assert_eq!(parts(101, &[1, 1, 1]), Ok(vec![34, 34, 33]));
        assert_eq!(parts(-100, &[1, 1, 1]), Ok(vec![-34, -33, -33]));
        assert_eq!(parts(700, &[5000, 1999]), Ok(vec![500, 200]));
        assert_eq!(parts(1, &[0, 1, 0, 1]), Ok(vec![0, 1, 0, 0]));
        assert_eq!(parts(i64::MAX, &[i64::MAX, 0]), Ok(vec![i64::MAX, 0]));
        assert_eq!(parts(i64::MIN, &[0, 1]), Ok(vec![0, i64::MIN]));
    }

    #[test]
    fn without_weight_the_first_part_is_the_whole() {
        assert_eq!(parts(7, &[0, 0]), Ok(vec![7, 0]));
        assert_eq!(parts(0, &[]), Ok(vec![]));
        assert_eq!(parts(1, &[]), Err(MoneyError::Indivisible));
        assert_eq!(parts(1, &[2, -1]), Err(MoneyError::Indivisible));
        assert_eq!(parts(0, &[-1]), Err(MoneyError::Indivisible));
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
        assert_eq!(of(0, "EUR").to_string(), "0.00 EUR");
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
        fn parts_make_the_whole_and_are_within_a_unit_of_their_share(
            amount in any::<i64>(),
            weights in proptest::collection::vec(prop_oneof![0..5_i64, 0..=i64::MAX], 1..40),
        ) {
            let parts = parts(amount, &weights).unwrap();
            let whole: i128 = parts.iter().map(|part| i128::from(*part)).sum();
            prop_assert_eq!(whole, i128::from(amount));
            let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| total > 0) {
                let exact = i128::from(amount) * i128::from(*weight);
                // Compared by division, as part times total may not fit. The share is truncated, so it may be off by up to one unit.
                prop_assert!((i128::from(*part) - exact / total).abs() <= 1, "{} of {}", part, exact / total);
                prop_assert!(exact % total != 0 || i128::from(*part) == exact / total);
                prop_assert!(i128::from(*part).signum() * i128::from(amount).signum() >= 0);
            }
        }

        #[test]
        fn a_share_is_within_a_unit_and_never_more_than_the_whole(
            amount in any::<i64>(),
            (part, whole) in (1..=i64::MAX).prop_flat_map(|whole| (0..=whole, Just(whole))),
        ) {
            let share = i128::from(of(amount, "EUR").share(part, whole).unwrap().amount);
            let exact = i128::from(amount) * i128::from(part);
            prop_assert!((share - exact / i128::from(whole)).abs() <= 1);
            prop_assert!(share.abs() <= i128::from(amount).abs());
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
