//! How the money that a buyer pays is split. The split is frozen when it is paid, and divided when it is refunded.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Money, money::MoneyError};

/// How the money that a buyer pays for a line, for shipping, or for an order is split.
///
/// `paid + subsidy == tax + commission + commission_tax + seller`, always, and none of them is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Split {
    /// What the buyer pays.
    pub paid: Money,
    /// The tax on the sale that the marketplace keeps, to pay it to the state. Tax that the seller pays to the state is in `seller`.
    pub tax: Money,
    /// The marketplace's commission.
    pub commission: Money,
    /// The tax on the commission, which the marketplace pays to the state.
    pub commission_tax: Money,
    /// What the marketplace adds, because it bears the discount.
    pub subsidy: Money,
    /// The seller's share.
    pub seller: Money,
}

/// Why a refund cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// The refund is more than what is left of what was paid.
    #[error("at most {left} can still be refunded")]
    TooMuch {
        /// The amount that has not been refunded yet.
        left: Money,
    },
    /// An amount to refund is negative.
    #[error("a refund is not negative")]
    Negative,
    /// The parts do not add up to the whole, or one is negative: this split was not computed here.
    #[error("the split is not balanced")]
    Unbalanced,
    /// Currencies were mixed, or an amount is too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Split {
    /// The same split if the marketplace leaves its commission and the tax on it to the seller.
    pub fn without_fee(self) -> Result<Self, MoneyError> {
        let zero = Money::zero(self.paid.currency);
        let seller = self.seller.plus(self.commission)?.plus(self.commission_tax)?;
        Ok(Self { commission: zero, commission_tax: zero, seller, ..self })
    }

    /// A split of zero amounts in `currency`.
    pub const fn zero(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self { paid: zero, tax: zero, commission: zero, commission_tax: zero, subsidy: zero, seller: zero }
    }

    /// A split in which the seller gets what the other parts leave.
    pub fn of(
        paid: Money,
        subsidy: Money,
        tax: Money,
        commission: Money,
        commission_tax: Money,
    ) -> Result<Self, MoneyError> {
        let seller = paid.plus(subsidy)?.minus(tax)?.minus(commission)?.minus(commission_tax)?;
        Ok(Self { paid, tax, commission, commission_tax, subsidy, seller })
    }

    /// The sum of two splits, part by part.
    pub fn plus(&self, other: &Split) -> Result<Split, MoneyError> {
        self.each(other, Money::plus)
    }

    /// The difference of two splits, part by part: what is left after a refund.
    pub fn minus(&self, other: &Split) -> Result<Split, MoneyError> {
        self.each(other, Money::minus)
    }

    /// Whether the parts add up to the whole, in one currency.
    pub fn is_balanced(&self) -> bool {
        let seller = Self::of(self.paid, self.subsidy, self.tax, self.commission, self.commission_tax);
        seller.is_ok_and(|computed| computed.seller == self.seller)
    }

    /// The amount by which refunds of this piece are measured: what was paid for it or, if a coupon of the marketplace paid all of
    /// it, what the marketplace added.
    pub fn measure(&self) -> Money {
        if self.paid.amount == 0 { self.subsidy } else { self.paid }
    }

    /// The split of a refund, after earlier refunds of `already_refunded` in total: who gives back how much.
    ///
    /// It is the split of everything up to and including this refund, minus the split of everything refunded before. So refunds that
    /// add up to [`Split::measure`] give back exactly the whole, in whatever steps, and no part is ever negative or more than is left
    /// of it.
    ///
    /// The parts of one piece (a line, the shipping, an order) depend only on refunds of that same piece: refunds of a line cannot be
    /// used for the order's split. If nothing was paid for a piece, nothing goes to the buyer: what the marketplace had added goes
    /// back to it, from the shares of the others.
    pub fn refund_of(&self, already_refunded: Money, refund: Money) -> Result<Split, SplitError> {
        let parts = [self.paid, self.tax, self.commission, self.commission_tax, self.subsidy, self.seller];
        if !self.is_balanced() || parts.iter().any(|part| part.amount < 0) {
            return Err(SplitError::Unbalanced);
        }
        if already_refunded.amount < 0 || refund.amount < 0 {
            return Err(SplitError::Negative);
        }
        let left = self.measure().minus(already_refunded)?;
        if left.minus(refund)?.amount < 0 {
            return Err(SplitError::TooMuch { left: Money::new(left.amount.max(0), left.currency) });
        }
        let after = self.up_to(already_refunded.plus(refund)?)?;
        Ok(after.minus(&self.up_to(already_refunded)?)?)
    }

    /// The split of the first `counted` of [`Split::measure`].
    ///
    /// Each part in turn gets its share of what the parts before it left, rounded half away from zero, and the seller gets the rest.
    /// As every part is a share of a sum that only grows, with the rest growing too, none ever shrinks from one refund to the next.
    /// Rounding every part by itself, or by largest remainders, would not guarantee that.
    fn up_to(&self, counted: Money) -> Result<Split, MoneyError> {
        let (paid, subsidy) = match self.paid.amount {
            0 => (self.paid, counted),
            _ => (counted, share(self.subsidy, counted, self.paid)?),
        };
        let mut whole = self.paid.plus(self.subsidy)?;
        let mut left = paid.plus(subsidy)?;
        let mut take = |part: Money| {
            let taken = share(part, left, whole)?;
            whole = whole.minus(part)?;
            left = left.minus(taken)?;
            Ok::<_, MoneyError>(taken)
        };
        let (tax, commission, commission_tax) = (take(self.tax)?, take(self.commission)?, take(self.commission_tax)?);
        Self::of(paid, subsidy, tax, commission, commission_tax)
    }

    fn each(
        &self,
        other: &Split,
        with: impl Fn(Money, Money) -> Result<Money, MoneyError>,
    ) -> Result<Split, MoneyError> {
        Ok(Self {
            paid: with(self.paid, other.paid)?,
            tax: with(self.tax, other.tax)?,
            commission: with(self.commission, other.commission)?,
            commission_tax: with(self.commission_tax, other.commission_tax)?,
            subsidy: with(self.subsidy, other.subsidy)?,
            seller: with(self.seller, other.seller)?,
        })
    }
}

/// `part` in the proportion of `some` to `whole`; zero if `whole` is zero.
fn share(part: Money, some: Money, whole: Money) -> Result<Money, MoneyError> {
    if whole.amount == 0 { Ok(Money::zero(part.currency)) } else { part.share(some.amount, whole.amount) }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn euros(amount: i64) -> Money {
        Money::new(amount, Currency::parse("EUR").unwrap())
    }

    fn split(paid: i64, subsidy: i64, tax: i64, commission: i64, commission_tax: i64) -> Split {
        Split::of(euros(paid), euros(subsidy), euros(tax), euros(commission), euros(commission_tax)).unwrap()
    }

    fn parts(split: &Split) -> [i64; 6] {
        [split.paid, split.subsidy, split.tax, split.commission, split.commission_tax, split.seller].map(|m| m.amount)
    }

    /// The first line of the worked example in the module's documentation.
    fn worked() -> Split {
        split(4_500, 500, 718, 449, 94)
    }

    #[test]
    fn a_refund_is_taken_from_everyone_in_proportion() {
        let first = worked().refund_of(euros(0), euros(1_000)).unwrap();
        assert_eq!(parts(&first), [1_000, 111, 160, 100, 21, 830]);
        let rest = worked().refund_of(euros(1_000), euros(3_500)).unwrap();
        assert_eq!(first.plus(&rest), Ok(worked()));
        assert_eq!(worked().minus(&first), Ok(rest));
    }

    #[test]
    fn more_than_was_paid_is_never_refunded() {
        let refund = |already, refund| worked().refund_of(euros(already), euros(refund));
        assert_eq!(refund(0, 4_501), Err(SplitError::TooMuch { left: euros(4_500) }));
        assert_eq!(refund(4_400, 101), Err(SplitError::TooMuch { left: euros(100) }));
        assert_eq!(refund(4_501, 0), Err(SplitError::TooMuch { left: euros(0) }));
        assert_eq!(refund(-1, 1), Err(SplitError::Negative));
        assert_eq!(refund(1, -1), Err(SplitError::Negative));
        assert_eq!(refund(4_500, 0).map(|split| parts(&split)), Ok([0; 6]));
        assert_eq!(refund(0, 4_500), Ok(worked()));
    }

    #[test]
    fn what_a_coupon_paid_whole_goes_back_to_the_marketplace() {
        let gift = split(0, 500, 0, 50, 10);
        assert_eq!(gift.refund_of(euros(0), euros(0)), Ok(Split::zero(euros(0).currency)));
        assert_eq!(parts(&gift.refund_of(euros(0), euros(250)).unwrap()), [0, 250, 0, 25, 5, 220]);
        assert_eq!(gift.refund_of(euros(0), euros(500)), Ok(gift));
        assert_eq!(gift.refund_of(euros(250), euros(251)), Err(SplitError::TooMuch { left: euros(250) }));
    }

    #[test]
    fn what_is_not_a_partition_cannot_be_refunded() {
        let other = Split { seller: euros(1), ..worked() };
        assert!(!other.is_balanced());
        assert_eq!(other.refund_of(euros(0), euros(1)), Err(SplitError::Unbalanced));
        let dollars = Split { seller: Money::new(worked().seller.amount, Currency::parse("USD").unwrap()), ..worked() };
        assert!(!dollars.is_balanced());
        let negative = split(100, 0, 0, 101, 0);
        assert!(negative.is_balanced());
        assert_eq!(negative.refund_of(euros(0), euros(1)), Err(SplitError::Unbalanced));
        let dollar = Money::new(1, Currency::parse("USD").unwrap());
        assert!(matches!(worked().refund_of(euros(0), dollar), Err(SplitError::Money(_))));
    }

    /// Any split, with steps that refund all of it.
    fn splits() -> impl Strategy<Value = (Split, Vec<i64>)> {
        let parts =
            prop_oneof![proptest::array::uniform4(0..20_i64), proptest::array::uniform4(0..250_000_000_000_i64)];
        (parts, 0..=100_i64, proptest::collection::vec(0..10_i64, 1..12)).prop_map(|(parts, percent, weights)| {
            let [tax, commission, commission_tax, seller] = parts;
            let whole = parts.iter().sum::<i64>();
            let subsidy = whole / 100 * percent;
            let split = split(whole - subsidy, subsidy, tax, commission, commission_tax);
            assert_eq!(split.seller.amount, seller);
            (split, split.measure().allocate(&weights).unwrap().into_iter().map(|part| part.amount).collect())
        })
    }

    proptest! {
        #[test]
        fn refunds_in_any_steps_give_back_exactly_the_whole((whole, steps) in splits()) {
            let (mut refunded, mut given) = (Split::zero(whole.paid.currency), 0);
            for step in steps {
                let refund = whole.refund_of(euros(given), euros(step)).unwrap();
                given += step;
                prop_assert!(refund.is_balanced());
                // If a coupon paid all of it, the subsidy is what is measured.
                prop_assert_eq!(if whole.paid.amount > 0 { refund.paid } else { refund.subsidy }.amount, step);
                let left = whole.minus(&refunded).unwrap();
                for (part, left) in parts(&refund).into_iter().zip(parts(&left)) {
                    prop_assert!((0..=left).contains(&part), "{} of {}", part, left);
                }
                refunded = refunded.plus(&refund).unwrap();
            }
            prop_assert_eq!(refunded, if whole.measure().amount > 0 { whole } else { refunded });
        }

        #[test]
        fn every_part_of_a_refund_is_within_two_units_of_its_share((whole, steps) in splits()) {
            let refund = whole.refund_of(euros(0), euros(steps[0])).unwrap();
            for (part, of) in parts(&refund).into_iter().zip(parts(&whole)) {
                let exact = i128::from(of) * i128::from(steps[0]);
                let paid = i128::from(whole.measure().amount);
                prop_assert!((i128::from(part) * paid - exact).abs() <= 2 * paid);
            }
        }

        #[test]
        fn refunds_one_unit_at_a_time_give_back_exactly_the_whole(
            parts in proptest::array::uniform4(0..30_i64),
            subsidy in 0..30_i64,
        ) {
            let all = parts.iter().sum::<i64>();
            let subsidy = subsidy.min(all - 1).max(0);
            let whole = split(all - subsidy, subsidy, parts[0], parts[1], parts[2]);
            let mut refunded = Split::zero(whole.paid.currency);
            for already in 0..whole.paid.amount {
                let refund = whole.refund_of(euros(already), euros(1)).unwrap();
                prop_assert!(self::parts(&refund).iter().all(|part| *part >= 0));
                refunded = refunded.plus(&refund).unwrap();
            }
            prop_assert_eq!(refunded, whole);
        }
    }
}
