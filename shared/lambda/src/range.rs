//! The period of a report: `from` and `to`, days of the marketplace that are both included.

use tradewind_http::Problem;
use tradewind_kernel::{Time, period::Day, zone::Zone};

/// The most days that one report covers.
const MOST_DAYS: u32 = 366;

/// A period of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first day.
    pub from: Day,
    /// The last day, which is included.
    pub to: Day,
}

impl Range {
    /// The period that a request asks for; by default, this month until today.
    pub fn new(from: Option<Day>, to: Option<Day>, now: Time, zone: &Zone) -> Result<Self, Problem> {
        let to = to.unwrap_or_else(|| zone.day(now));
        let from = from.unwrap_or_else(|| to.month().first_day());
        match from.days_to(to) {
            0 => Err(Problem::invalid("to", "Send a day that is not before `from`.")),
            days if days > MOST_DAYS => {
                Err(Problem::invalid("from", format!("Ask for at most {MOST_DAYS} days at once.")))
            }
            _ => Ok(Self { from, to }),
        }
    }
}
