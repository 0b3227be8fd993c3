//! Amounts in Stripe's notation ("Supported currencies", its sections on minor units, zero-decimal and three-decimal currencies, and
//! special cases). Most are ISO 4217's minor units; where Stripe counts in another way, an amount is converted exactly or not at all.

use crate::ProviderError;
use tradewind_kernel::{Currency, Money};

/// Currencies that have no decimals at Stripe.
const WHOLE: [&str; 15] =
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"];
/// Currencies without decimals that Stripe still writes with two.
const WRITTEN_WITH_TWO: [&str; 2] = ["ISK", "UGX"];

fn decimals(currency: Currency) -> u32 {
    match currency.code() {
        code if WHOLE.contains(&code) => 0,
        code if WRITTEN_WITH_TWO.contains(&code) => 2,
        _ => currency.decimals(),
    }
}

fn shift(amount: i64, from: u32, to: u32) -> Option<i64> {
    let power = 10_i64.checked_pow(from.abs_diff(to))?;
    if from <= to {
        return amount.checked_mul(power);
    }
    (amount.checked_rem(power)? == 0).then(|| amount.checked_div(power)).flatten()
}

/// Converts an amount to Stripe's notation, where the last digit of a three-decimal currency must be zero.
pub fn to_stripe(money: Money) -> Result<i64, ProviderError> {
    let refused = || ProviderError::Refused {
        reason: "amount_not_possible".into(),
        detail: format!("Stripe does not take {} {}", money.amount, money.currency),
    };
    let amount = shift(money.amount, money.currency.decimals(), decimals(money.currency)).ok_or_else(refused)?;
    let fine = decimals(money.currency) != 3 || amount.checked_rem(10) == Some(0);
    if fine { Ok(amount) } else { Err(refused()) }
}

/// The currency's code in Stripe's notation.
pub fn code(currency: Currency) -> String {
    currency.code().to_ascii_lowercase()
}

/// Reads an amount in Stripe's notation.
pub fn from_stripe(amount: i64, currency: &str) -> Option<Money> {
    let currency = Currency::parse(&currency.to_ascii_uppercase())?;
    shift(amount, decimals(currency), currency.decimals()).map(|amount| Money::new(amount, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(amount: i64, code: &str) -> Money {
        Money::new(amount, Currency::parse(code).unwrap())
    }

    #[test]
    fn amounts_of_every_kind_of_currency_go_there_and_back() {
        for (amount, code, at_stripe) in [
            (1299, "EUR", 1299),
            (500, "JPY", 500),
            (5, "ISK", 500),
            (5, "UGX", 500),
            (5120, "KWD", 5120),
            (700, "MGA", 7),
        ] {
            let ours = money(amount, code);
            assert_eq!(to_stripe(ours), Ok(at_stripe), "{code}");
            assert_eq!(from_stripe(at_stripe, &code.to_ascii_lowercase()), Some(ours), "{code}");
        }
    }

    #[test]
    fn what_stripe_cannot_say_is_refused_and_never_rounded() {
        for (amount, code) in [(5124, "KWD"), (701, "MGA"), (i64::MAX, "ISK")] {
            assert!(matches!(to_stripe(money(amount, code)), Err(ProviderError::Refused { .. })), "{code}");
        }
        assert_eq!(from_stripe(501, "isk"), None);
        assert_eq!(from_stripe(1, "zzz"), None);
    }
}
