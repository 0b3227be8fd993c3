//! Payouts: money that is owed to sellers and is sent to them.

pub mod balances;
pub mod entities;
mod explain;
pub mod keys;
mod pay;
mod stored;

pub use pay::Pay;
pub use stored::KINDS;

mod event;

pub use event::{PayoutEvent, PayoutRunEvent, RUNS};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{
    Currency, Money, PayoutId, PayoutRunId, SellerId, Time,
    fields::{FieldProblem, Fields},
    money::MoneyError,
    zone::Zone,
};
use tradewind_pricing::Amounts;

/// The state of a payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PayoutState {
    /// The provider was asked to send the money.
    Sent,
    /// The money arrived.
    Paid,
    /// The money came back; the seller is owed it again, and the next run pays it.
    Failed {
        /// The provider's reason.
        reason: String,
    },
    /// The money came back, and the marketplace paid the seller in another way.
    SettledOtherwise {
        /// The provider's reason.
        reason: String,
        /// How the seller was paid, in an administrator's words.
        note: String,
    },
}

/// Why a payout cannot be made or settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayoutError {
    /// The payout did not come back, or it was settled already.
    #[error("the payout did not fail, or was settled otherwise already")]
    NotFailed,
    /// There is nothing that a run would pay out.
    #[error("the seller is owed {owed}, of which {payable} can be paid now")]
    NothingPayable {
        /// The amount that the seller is owed.
        owed: Money,
        /// The part of it that is not held.
        payable: Money,
    },
    /// By now the seller is owed less than the amount that came back.
    #[error("the seller is owed only {owed} now, and {amount} came back")]
    OwedLess {
        /// The amount that the seller is owed.
        owed: Money,
        /// The amount that came back.
        amount: Money,
    },
}

/// Money that is sent to a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// The payout's id, under which the provider knows it too.
    pub id: PayoutId,
    /// The run that made it. A run makes at most one for a seller in each currency.
    pub run: PayoutRunId,
    /// The seller who is paid.
    pub seller: SellerId,
    /// The amount that is paid out.
    pub amount: Money,
    /// The period of the seller's account that it closes.
    pub closes: Closes,
    /// The state of the payout.
    pub state: PayoutState,
    /// When it was made: later than every earlier entry of the account.
    pub created_at: Time,
    /// When the payout last changed.
    pub updated_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

impl Payout {
    /// The reason why it failed, if it did and was not settled.
    pub fn failure(&self) -> Result<String, PayoutError> {
        match &self.state {
            PayoutState::Failed { reason } => Ok(reason.clone()),
            PayoutState::Sent | PayoutState::Paid | PayoutState::SettledOtherwise { .. } => Err(PayoutError::NotFailed),
        }
    }
}

/// The period of a seller's account that a payout closes: everything between the previous payout and itself. Entries that are posted
/// afterwards have a later time, so that every entry belongs to one payout for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closes {
    /// When the previous payout was made; `None` for a seller's first.
    #[serde(default)]
    pub since: Option<Time>,
    /// The amount that the seller was owed after that payout.
    pub opening: Money,
    /// The amount that they are owed after this one, such as money that is held.
    pub closing: Money,
}

/// The amount that a seller is owed in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// The current amount; negative if the seller owes it.
    pub now: Money,
    /// The time of the last payout, and the amount that the seller was owed after it.
    pub paid: Option<(Time, Money)>,
}

impl Owed {
    /// The period that a payout of this amount would close.
    pub fn less(&self, amount: Money) -> Result<Closes, MoneyError> {
        let (since, opening) = self.paid.map_or((None, Money::zero(amount.currency)), |(at, left)| (Some(at), left));
        Ok(Closes { since, opening, closing: self.now.minus(amount)? })
    }
}

/// The schedule by which sellers are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PayoutSchedule {
    /// Every day, soon after midnight in the marketplace's time zone.
    Daily,
    /// Once a week, on this day.
    Weekly {
        /// The day, from 1 for Monday to 7 for Sunday (ISO 8601).
        weekday: u8,
    },
    /// Only when an administrator starts a run.
    Manual,
}

impl PayoutSchedule {
    /// Whether payouts are due on the day of this moment, in the marketplace's time zone.
    pub fn is_due(self, at: Time, zone: &Zone) -> bool {
        match self {
            Self::Daily => true,
            Self::Weekly { weekday } => zone.day(at).weekday() == weekday,
            Self::Manual => false,
        }
    }

    /// Whether its weekday exists.
    pub fn is_valid(self) -> bool {
        match self {
            Self::Daily | Self::Manual => true,
            Self::Weekly { weekday } => (1..=7).contains(&weekday),
        }
    }
}

/// How a marketplace pays its sellers: in every currency in which they are owed something, separately. A debt in one currency is
/// never offset against another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutPolicy {
    /// The schedule, unless a seller chose another one.
    pub schedule: PayoutSchedule,
    /// The least amount that is paid out in each currency; a smaller one waits for more. In a currency without a minimum, every
    /// amount is paid out.
    pub minimum: Amounts,
    /// The number of days for which a released share is not paid out yet: 0 to 90.
    #[schemars(range(max = 90))]
    pub hold_days: u16,
}

/// The longest hold, in days.
pub const LONGEST_HOLD: u16 = 90;

impl PayoutPolicy {
    /// A policy without minimum and hold, with runs that are started by hand.
    pub const fn by_hand(currency: Currency) -> Self {
        Self { schedule: PayoutSchedule::Manual, minimum: Amounts::One(Money::zero(currency)), hold_days: 0 }
    }

    /// Checks the policy, field by field. The minimum may be in these currencies.
    pub fn validate(&self, field: &str, currencies: &[Currency]) -> Result<(), Vec<FieldProblem>> {
        let mut fields = Fields::default();
        let message = "must be from 1 for Monday to 7 for Sunday";
        fields.ensure(self.schedule.is_valid(), format!("{field}.schedule.weekday"), message);
        self.minimum.check(&mut fields, &format!("{field}.minimum"), currencies);
        let short = self.hold_days <= LONGEST_HOLD;
        fields.ensure(short, format!("{field}.hold_days"), format_args!("must be at most {LONGEST_HOLD}"));
        fields.done()
    }

    /// Whether this amount is paid out and does not wait for more.
    pub fn is_enough(&self, amount: Money) -> bool {
        amount.amount > 0 && amount.amount >= self.minimum.of(amount.currency).amount
    }

    /// The moment since which released shares are held.
    pub fn held_since(&self, now: Time) -> Time {
        let hold = i64::from(self.hold_days).saturating_mul(86_400_000);
        Time::from_millis(now.millis().saturating_sub(hold))
    }
}

/// When the next day begins in the marketplace's time zone: scheduled payouts run then.
pub fn next_run(now: Time, zone: &Zone) -> Time {
    zone.start(zone.day(now).next())
}

/// One run that pays all sellers of a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutRun {
    /// The run's id.
    pub id: PayoutRunId,
    /// When the run was requested.
    pub created_at: Time,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_currency_has_its_own_minimum() {
        let of = |amount, code| Money::new(amount, Currency::parse(code).unwrap());
        let eur = Currency::parse("EUR").unwrap();
        let minimum = Amounts::Each(vec![of(1_000, "EUR"), of(2_000, "JPY")]);
        let policy = PayoutPolicy { minimum, ..PayoutPolicy::by_hand(eur) };
        assert!(policy.is_enough(of(1_000, "EUR")) && !policy.is_enough(of(999, "EUR")));
        assert!(policy.is_enough(of(2_000, "JPY")) && !policy.is_enough(of(1_999, "JPY")));
        assert!(policy.is_enough(of(1, "KWD")) && !policy.is_enough(of(0, "KWD")));
        assert!(!PayoutPolicy::by_hand(eur).is_enough(of(0, "EUR")));
    }

    #[test]
    fn a_week_has_one_payday() {
        // 2026-11-24 is a Tuesday.
        let tuesday = Time::parse("2026-11-24T23:59:59Z").unwrap();
        let due = |zone: &Zone| -> Vec<u8> {
            (1..=7).filter(|weekday| PayoutSchedule::Weekly { weekday: *weekday }.is_due(tuesday, zone)).collect()
        };
        assert_eq!(due(&Zone::UTC), [2]);
        assert!(PayoutSchedule::Daily.is_due(tuesday, &Zone::UTC));
        assert!(!PayoutSchedule::Manual.is_due(tuesday, &Zone::UTC));
        assert_eq!(next_run(tuesday, &Zone::UTC).to_string(), "2026-11-25T00:00:00.000Z");
        // It is Wednesday in Berlin, where clocks go back in October, and still Tuesday in Los Angeles.
        let (berlin, los_angeles) =
            (Zone::parse("Europe/Berlin").unwrap(), Zone::parse("America/Los_Angeles").unwrap());
        assert_eq!((due(&berlin), due(&los_angeles)), (vec![3], vec![2]));
        assert_eq!(next_run(tuesday, &berlin).to_string(), "2026-11-25T23:00:00.000Z");
        assert_eq!(next_run(tuesday, &los_angeles).to_string(), "2026-11-25T08:00:00.000Z");
        let october = Time::parse("2026-10-24T22:30:00Z").unwrap();
        assert_eq!(next_run(october, &berlin).to_string(), "2026-10-25T23:00:00.000Z");
    }
}
