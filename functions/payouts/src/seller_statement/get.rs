//! `GET /v1/sellers/{seller_id}/statement`: the account of a shop over a period: the opening balance, every change with the balance after
//! it, and the closing balance. Days begin and end in the marketplace's time zone.
//!
//! The stored balance keeps the sum of each month, so the amount owed at the beginning of a month in UTC is known; only what was posted
//! from there to the period is added up. So a statement of whole months costs 2 read units and 1 for each 4 KB of its entries (about 16),
//! however old the shop is. As CSV it is the whole period in one file, of at most 5.5 MB (some 40,000 entries).

use crate::{
    account_book::{AccountBook, Frame, LineView, Span},
    shop,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{
    Currency, Money, SellerId, Time,
    period::{Day, Month},
};
use tradewind_lambda::{App, AsCsv, Endpoint, Grant, Paged, Problem, Range, Reply, Request, User};
use tradewind_ledger::keys as ledger_keys;

pub const ENDPOINT: Endpoint = Endpoint::get(
    "payouts-seller-statement-get",
    "/v1/sellers/{seller_id}/statement",
    "Reads the account of a shop over a period.",
)
.grants(&[Grant::MainRead, Grant::EphemeralRead, Grant::SealingKey]);

/// Entries read at a time.
const PAGE: u16 = 1_000;
/// Most entries read to sum up the days between the beginning of a month and the period.
const MOST_SUMMED: u32 = 100_000;

/// The shop, the period and the currency of a statement.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct OfPeriod {
    /// The id of the shop.
    seller_id: SellerId,
    /// The first day, like 2026-01-01, in the marketplace's time zone; the first of this month if left out.
    from: Option<Day>,
    /// The last day, inclusive, with at most 366 days in all; today if left out.
    to: Option<Day>,
    /// The currency; the marketplace's own if left out.
    currency: Option<Currency>,
}

/// The account of a shop over a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementView {
    /// The shop.
    seller: SellerId,
    /// The currency of all amounts.
    currency: Currency,
    /// The first day.
    from: Day,
    /// The last day, inclusive.
    to: Day,
    /// What the shop was owed before the period.
    opening_balance: Money,
    /// What the shop was owed after the period, or is owed now if the period is not over.
    closing_balance: Money,
    /// The changes, oldest first.
    data: Vec<LineView>,
    /// Send it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub async fn handle(
    app: App,
    request: Request<User, (), Paged<AsCsv<OfPeriod>>>,
) -> Result<Reply<StatementView>, Problem> {
    let seller = shop::readable(&app, &request, &request.params.seller_id).await?;
    let params = &request.params;
    let zone = &request.marketplace().time_zone;
    let Range { from, to } = Range::new(params.from, params.to, request.now(), zone)?;
    let currency = params.currency.unwrap_or(request.marketplace().currency);
    let (start, end) = (zone.start(from), zone.start(to.next()));
    let book = AccountBook::of(&app, request.tenant(), &seller, currency);
    let (span, opening_balance) = (Span::between(start, end), owed_before(&book, start).await?);
    if request.params.csv() {
        let name = format!("statement-{seller}-{from}-{to}-{currency}");
        let opening = Frame { date: Some(start), balance: opening_balance };
        let file = book.file(&span, opening, end).await?;
        return Ok(Reply::csv(file, &name));
    }
    let closing_balance = owed_before(&book, end).await?;
    let (data, next_cursor) = book.page(request.params.as_ref(), &span, opening_balance).await?;
    Ok(Reply::new(StatementView { seller, currency, from, to, opening_balance, closing_balance, data, next_cursor }))
}

/// What the shop was owed before a moment: the sum of the months (in UTC) before that of the moment, and what was posted in its month
/// before it.
async fn owed_before(book: &AccountBook<'_>, moment: Time) -> Result<Money, Problem> {
    let key = ledger_keys::balance(book.tenant, &book.account.code(), 0, book.currency);
    let balance = book.app.table.get(key).await?;
    let month = Month::of(moment);
    let months = balance.iter().flat_map(|balance| balance.months());
    let before = months.filter(|(of, _)| *of < month).map(|(_, posted)| posted);
    let posted = Money::sum(book.currency, before)?.plus(posted(book, month, moment).await?)?;
    // The ledger records what is owed as a credit, which is negative.
    Ok(posted.negated()?)
}

/// The sum of what was posted from the beginning of a month to a moment.
async fn posted(book: &AccountBook<'_>, month: Month, moment: Time) -> Result<Money, Problem> {
    let mut span = Span::between(month.first_day().start(), moment);
    let (mut sum, mut read) = (Money::zero(book.currency), 0_u32);
    while month.first_day().start() < moment {
        let page = book.app.table.page(book.list(&span), PAGE, None).await?;
        for entry in &page.items {
            span.after = ledger_keys::entry(book.tenant, entry).sk;
            sum = if entry.amount.currency == book.currency { sum.plus(entry.amount)? } else { sum };
            read = read.saturating_add(1);
        }
        if page.next.is_none() {
            break;
        }
        if read > MOST_SUMMED {
            let detail = "There are too many entries in this month before that day. Begin and end with whole months.";
            return Err(Problem::invalid("from", detail));
        }
    }
    Ok(sum)
}
