//! The amounts that a payment provider can process.

use super::PaymentProvider;
use tradewind_kernel::{Currency, Money};

/// The least amounts that Stripe charges, in minor units ("Minimum and maximum charge amounts" of its documentation on currencies).
/// Other currencies have no minimum of their own there.
const STRIPE_MINIMA: [(&str, i64); 26] = [
    ("AED", 200),
    ("AUD", 50),
    ("BGN", 100),
    ("BRL", 50),
    ("CAD", 50),
    ("CHF", 50),
    ("CZK", 1_500),
    ("DKK", 250),
    ("EUR", 50),
    ("GBP", 30),
    ("HKD", 400),
    ("HUF", 17_500),
    ("INR", 50),
    ("JPY", 50),
    ("MXN", 1_000),
    ("MYR", 200),
    ("NOK", 300),
    ("NZD", 50),
    ("PLN", 200),
    ("RON", 200),
    ("SEK", 300),
    ("SGD", 50),
    ("THB", 1_000),
    ("TWD", 1_000),
    ("USD", 50),
    ("ZAR", 500),
];
/// The largest amount that Stripe charges: it has at most eight digits.
const STRIPE_MAXIMUM: i64 = 99_999_999;

impl PaymentProvider {
    /// The step of which all amounts must be multiples, in minor units: at Stripe the last digit of a currency with three decimals is
    /// zero, and ariary are counted in whole ones.
    pub fn step(self, currency: Currency) -> i64 {
        match (self, currency.code(), currency.decimals()) {
            (Self::Sandbox, _, _) => 1,
            (Self::Stripe, "MGA", _) => 100,
            (Self::Stripe, _, 3) => 10,
            (Self::Stripe, _, _) => 1,
        }
    }

    /// Whether a buyer can be charged this amount: zero always can. If not, the nearest amounts that can be charged, a lower and a
    /// higher one, as far as they exist.
    pub fn chargeable(self, amount: Money) -> Result<(), Vec<Money>> {
        let currency = amount.currency;
        let (least, most) = match self {
            Self::Sandbox => (1, i64::MAX),
            Self::Stripe => {
                let minimum = STRIPE_MINIMA.iter().find(|(code, _)| *code == currency.code());
                // Stripe writes these currencies with two decimals, we with none.
                let most = if matches!(currency.code(), "ISK" | "UGX") { STRIPE_MAXIMUM / 100 } else { STRIPE_MAXIMUM };
                (minimum.map_or(1, |(_, minimum)| *minimum), most)
            }
        };
        let step = self.step(currency);
        let down = |amount: i64| amount.saturating_sub(amount.checked_rem(step).unwrap_or(0));
        let up = |amount: i64| down(amount.saturating_add(step.saturating_sub(1)));
        let fits = (least..=most).contains(&amount.amount) && down(amount.amount) == amount.amount;
        if amount.amount == 0 || fits {
            return Ok(());
        }
        let lower = down(amount.amount.min(most));
        let lower = if lower < least { 0 } else { lower };
        let higher = up(amount.amount.max(least));
        let nearest = [Some(lower), Some(higher).filter(|higher| *higher <= most && *higher != lower)];
        Err(nearest.into_iter().flatten().map(|amount| Money::new(amount, currency)).collect())
    }

    /// Whether this amount can be sent back to a buyer. If not, the nearest amounts that can be sent.
    pub fn sendable(self, amount: Money) -> Result<(), [Money; 2]> {
        multiple(amount, self.step(amount.currency))
    }

    /// The part of this amount that can be sent to a seller's bank. Stripe charges these currencies with two decimals, but pays them
    /// out without any ("Special cases" of its documentation on currencies).
    pub fn payable(self, amount: Money) -> Money {
        let step = match (self, amount.currency.code()) {
            (Self::Stripe, "HUF" | "TWD") => 100,
            _ => self.step(amount.currency),
        };
        multiple(amount, step).map_or_else(|[lower, _]| lower, |()| amount)
    }
}

/// Whether an amount is a multiple of `step`; if not, the nearest multiples.
fn multiple(amount: Money, step: i64) -> Result<(), [Money; 2]> {
    let over = amount.amount.checked_rem(step).unwrap_or(0);
    if over == 0 {
        return Ok(());
    }
    let lower = amount.amount.saturating_sub(over);
    Err([lower, lower.saturating_add(step)].map(|nearest| Money::new(nearest, amount.currency)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(amount: i64, code: &str) -> Result<(), Vec<i64>> {
        let amount = Money::new(amount, Currency::parse(code).unwrap());
        let all = |nearest: Vec<Money>| nearest.into_iter().map(|money| money.amount).collect();
        assert_eq!(PaymentProvider::Sandbox.chargeable(amount), Ok(()));
        PaymentProvider::Stripe.chargeable(amount).map_err(all)
    }

    #[test]
    fn what_stripe_cannot_charge_is_told_with_the_nearest_amounts() {
        for (amount, code) in [(0, "EUR"), (50, "EUR"), (99_999_999, "EUR"), (1_230, "KWD"), (50, "JPY"), (5, "ISK")] {
            assert_eq!(nearest(amount, code), Ok(()), "{amount} {code}");
        }
        assert_eq!(nearest(49, "EUR"), Err(vec![0, 50]));
        assert_eq!(nearest(100_000_000, "EUR"), Err(vec![99_999_999]));
        assert_eq!(nearest(1_234, "KWD"), Err(vec![1_230, 1_240]));
        assert_eq!(nearest(150, "MGA"), Err(vec![100, 200]));
        assert_eq!(nearest(1_000_000, "UGX"), Err(vec![999_999]));
    }

    #[test]
    fn what_stripe_cannot_send_is_told_with_the_nearest_amounts() {
        let dinars = |amount| Money::new(amount, Currency::parse("KWD").unwrap());
        assert_eq!(PaymentProvider::Stripe.sendable(dinars(5_120)), Ok(()));
        assert_eq!(PaymentProvider::Stripe.sendable(dinars(5_124)), Err([dinars(5_120), dinars(5_130)]));
        assert_eq!(PaymentProvider::Sandbox.sendable(dinars(5_124)), Ok(()));
        for (amount, code, sent) in [(11_110, "HUF", 11_100), (99, "TWD", 0), (5_124, "KWD", 5_120), (999, "EUR", 999)]
        {
            let money = |amount| Money::new(amount, Currency::parse(code).unwrap());
            assert_eq!(PaymentProvider::Stripe.payable(money(amount)), money(sent));
            assert_eq!(PaymentProvider::Sandbox.payable(money(amount)), money(amount));
        }
    }
}
