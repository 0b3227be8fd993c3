//! `GET /v1/fee-revenue`: what the marketplace earned, by day or month in its time zone and by currency. Commission that was given back
//! with a refund counts on the day of the refund, so a day may be negative.
//!
//! It is summed up as it is booked, so a report costs the same however much was sold: 8 queries of 0.5 read units for each 4 KB, which hold
//! about ten months; 4 to 8 units for a year. Currencies are never converted or summed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_kernel::{Currency, Money, period::Day};
use tradewind_lambda::{Admin, App, AsCsv, Cell, Csv, Endpoint, Grant, Problem, Range, Reply, Request};
use tradewind_ledger::{Account, keys as ledger_keys, keys::BALANCE_SHARDS};

pub const ENDPOINT: Endpoint =
    Endpoint::get("ledger-fee-revenue-get", "/v1/fee-revenue", "Reads what the marketplace earned over a period.")
        .grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// The period of a revenue report.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub struct Period {
    /// The first day, like 2026-01-01, in the marketplace's time zone; the first of this month if left out.
    from: Option<Day>,
    /// The last day, inclusive, with at most 366 days in all; today if left out.
    to: Option<Day>,
    /// `day`, or `month` for the sums over each month's days within the period.
    #[serde(default)]
    by: By,
}

/// The length of the periods for which revenue is summed up.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum By {
    /// One sum for each day.
    #[default]
    Day,
    /// One sum for each month.
    Month,
}

/// What the marketplace earned over a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RevenueView {
    /// The first day.
    from: Day,
    /// The last day, inclusive.
    to: Day,
    /// The days or months in which something was booked, oldest first.
    data: Vec<PeriodView>,
    /// The sum over the whole period, in each currency.
    total: Vec<Money>,
}

/// What the marketplace earned on one day or in one month.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PeriodView {
    /// A day like `2026-01-31`, or a month like `2026-01`.
    period: String,
    /// The commission, less what the marketplace gave back or paid for itself.
    revenue: Money,
}

pub async fn handle(app: App, request: Request<Admin, (), AsCsv<Period>>) -> Result<Reply<RevenueView>, Problem> {
    let Period { from, to, by } = *request.params;
    let range = Range::new(from, to, request.now(), &request.marketplace().time_zone)?;
    let name: fn(Day) -> String = match by {
        By::Day => |day| day.to_string(),
        By::Month => |day| day.month().to_string(),
    };
    let mut sums: BTreeMap<(String, Currency), Money> = BTreeMap::new();
    let mut totals: BTreeMap<Currency, Money> = BTreeMap::new();
    for shard in 0..BALANCE_SHARDS {
        // This reads from the first month to the last; the name of a month sorts before all that follows it in a key.
        let list = ledger_keys::turnovers(request.tenant(), &Account::PlatformFee.code(), shard);
        let list = list.span(&range.from.month().to_string(), &range.to.month().next().to_string());
        // 1 MB, which one Query reads, holds more than a year in all currencies.
        for turnover in app.table.page(list, 1_000, None).await?.items {
            for (day, posted) in turnover.days().filter(|(day, _)| (range.from..=range.to).contains(day)) {
                // The ledger records what is earned as a credit, which is negative.
                let earned = posted.negated()?;
                add(&mut sums, (name(day), earned.currency), earned)?;
                add(&mut totals, earned.currency, earned)?;
            }
        }
    }
    if request.params.csv() {
        let mut csv = Csv::new(&["period", "revenue", "currency"]);
        for ((period, currency), revenue) in &sums {
            csv.row(&[Cell::text(period.as_str()), Cell::amount(*revenue), Cell::text(currency.code())])?;
        }
        return Ok(Reply::csv(csv, &format!("fee-revenue-{}-{}", range.from, range.to)));
    }
    let data = sums.into_iter().map(|((period, _), revenue)| PeriodView { period, revenue }).collect();
    let Range { from, to } = range;
    Ok(Reply::new(RevenueView { from, to, data, total: totals.into_values().collect() }))
}

fn add<K: Ord>(sums: &mut BTreeMap<K, Money>, key: K, amount: Money) -> Result<(), Problem> {
    let sum = sums.entry(key).or_insert(Money::zero(amount.currency));
    *sum = sum.plus(amount)?;
    Ok(())
}
