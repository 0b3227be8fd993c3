//! The period that a report is asked for: `from` and `to`, days in UTC that both count.

use tradewind_domain::{Currency, period::Day};
use tradewind_lambda::{Caller, InMarketplace, Problem, Request};

/// Most days of one report.
const MOST_DAYS: u32 = 366;

/// The query parameters of every report.
pub const FROM: (&str, &str) = ("from", "The first day, like 2026-01-01, in UTC; the first of this month if left out.");
/// The last day.
pub const TO: (&str, &str) = ("to", "The last day, which counts too, at most 366 days in all; today if left out.");
/// The currency.
pub const CURRENCY: (&str, &str) = ("currency", "An ISO 4217 code; the marketplace's own currency if left out.");

/// A period of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub from: Day,
    /// The last, which counts too.
    pub to: Day,
}

impl Range {
    /// Reads the period that a request asks for.
    pub fn read<C: Caller, B>(request: &Request<C, B>) -> Result<Self, Problem> {
        let today = Day::of(request.now());
        let day = |name: &str, usual: Day| match request.head.query(name) {
            None => Ok(usual),
            Some(text) => Day::parse(text).ok_or_else(|| Problem::invalid(name, "Send a day, like 2026-01-31.")),
        };
        let to = day("to", today)?;
        let from = day("from", to.month().first_day())?;
        match from.days_to(to) {
            0 => Err(Problem::invalid("to", "Send a day that is not before `from`.")),
            days if days > MOST_DAYS => {
                Err(Problem::invalid("from", format!("Ask for at most {MOST_DAYS} days at once.")))
            }
            _ => Ok(Self { from, to }),
        }
    }
}

/// The currency that a request asks for.
pub fn currency<C: InMarketplace, B>(request: &Request<C, B>) -> Result<Currency, Problem> {
    match request.head.query("currency") {
        None => Ok(request.marketplace().currency),
        Some(code) => {
            Currency::parse(code).ok_or_else(|| Problem::invalid("currency", "Send an ISO 4217 code, like EUR."))
        }
    }
}
