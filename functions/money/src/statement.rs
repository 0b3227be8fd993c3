//! `GET /v1/sellers/{seller_id}/statement`: the account of a shop over a period: what it was owed before, every change with what it was
//! owed then, and what it is owed behind it. Days are days in UTC.
//!
//! What was owed at the beginning of a month is known from the balance, which keeps the sum of each month; only the days from there
//! to the period are added up. So a statement of whole months costs 2 read units and 1 for each 4 KB of its entries (about 16),
//! however old the shop is. As CSV it is the whole period in one file, of at most 5.5 MB (some 40,000 entries).

use crate::{
    account_book::{AccountBook, Frame, LineView, Span},
    range::{self, CURRENCY, FROM, Range, TO},
    shop,
};
use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{
    Currency, Money, SellerId,
    period::{Day, Month},
};
use tradewind_lambda::{App, Endpoint, Function, Grant, Problem, Reply, Request, User};
use tradewind_storage::keys;

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("money-statement", "/v1/sellers/{seller_id}/statement", "Reads the account of a shop over a period.")
        .paged()
        .csv()
        .query(&[FROM, TO, CURRENCY])
        .grants(&[Grant::MainRead, Grant::SealingKey]);

/// Entries read at a time.
const PAGE: u16 = 1_000;
/// Most entries read to sum the days between the beginning of a month and the period.
const MOST_SUMMED: u32 = 100_000;

/// The account of a shop over a period.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StatementView {
    seller: SellerId,
    currency: Currency,
    from: Day,
    /// The last day, which counts too.
    to: Day,
    /// What the shop was owed before the period.
    opening_balance: Money,
    /// What it was owed behind it, or now if the period is not over.
    closing_balance: Money,
    /// The changes, oldest first.
    data: Vec<LineView>,
    /// Send it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User>) -> Result<Reply<StatementView>, Problem> {
    let seller = shop::readable(&app, &request).await?;
    let (Range { from, to }, currency) = (Range::read(&request)?, range::currency(&request)?);
    let book = AccountBook::of(&app, request.tenant(), &seller, currency);
    let (span, opening_balance) = (Span::days(from, to), owed_before(&book, from).await?);
    if request.head.wants_csv()? {
        let name = format!("statement-{seller}-{from}-{to}-{currency}");
        let frame = |day: Day, balance| Frame { date: Some(day.start()), balance };
        let file = book.file(&span, frame(from, opening_balance), to.next().start()).await?;
        return Ok(Reply::csv(file, &name));
    }
    let closing_balance = owed_before(&book, to.next()).await?;
    let (data, next_cursor) = book.page(&request.head, &span, opening_balance).await?;
    Ok(Reply::new(StatementView { seller, currency, from, to, opening_balance, closing_balance, data, next_cursor }))
}

/// What the shop was owed before a day: the months before that day's, and the days of its month before it.
async fn owed_before(book: &AccountBook<'_>, day: Day) -> Result<Money, Problem> {
    let key = keys::balance(book.tenant, &book.account.code(), 0, book.currency);
    let balance = book.app.table.get(key).await?;
    let month = day.month();
    let months = balance.iter().flat_map(|balance| balance.months());
    let before = months.filter(|(of, _)| *of < month).map(|(_, posted)| posted);
    let posted = Money::sum(book.currency, before)?.plus(posted(book, month, day).await?)?;
    // The ledger holds what is owed as a credit, which is negative.
    Ok(posted.negated()?)
}

/// What was posted from the beginning of a month to the day before another.
async fn posted(book: &AccountBook<'_>, month: Month, day: Day) -> Result<Money, Problem> {
    let mut span = Span::between(month.first_day().start(), day.start());
    let (mut sum, mut read) = (Money::zero(book.currency), 0_u32);
    while month.first_day() < day {
        let page = book.app.table.page(book.list(&span), PAGE, None).await?;
        for entry in &page.items {
            span.behind = keys::entry(book.tenant, entry).sk;
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
