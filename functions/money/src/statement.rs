//! `GET /v1/sellers/{seller_id}/statement`: the account of a shop over a period: what it was owed before, every change with what it was
//! owed then, and what it is owed behind it. Days are days in UTC.
//!
//! What was owed at the beginning of a month is known from the balance, which keeps the sum of each month; only the days from there
//! to the period are added up. So a statement of whole months costs 2 read units and 1 for each 4 KB of its entries (about 16),
//! however old the shop is. As CSV it is the whole period in one file, of at most 5.5 MB (some 40,000 entries).

use crate::{
    entries::EntryView,
    range::{self, CURRENCY, FROM, Range, TO},
    shop,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_domain::{
    Currency, MarketplaceId, Money, SellerId, Time,
    ledger::Account,
    payout::LedgerEntry,
    period::{Day, Month},
};
use tradewind_lambda::{App, Cell, Csv, Endpoint, Function, Grant, Problem, Reply, Request, User, cursor};
use tradewind_storage::{List, keys};

/// What the endpoint declares.
pub const ENDPOINT: Endpoint =
    Endpoint::get("money-statement", "/v1/sellers/{seller_id}/statement", "Reads the account of a shop over a period.")
        .paged()
        .csv()
        .query(&[FROM, TO, CURRENCY])
        .grants(&[Grant::MainRead, Grant::SealingKey]);

/// Entries read at a time for a file.
const FILE_PAGE: u16 = 1_000;
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

/// A change of what a shop is owed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineView {
    #[serde(flatten)]
    entry: EntryView,
    /// What the shop was owed then.
    balance: Money,
}

/// Where a page of a statement ended: behind which entry, and what was owed there.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    behind: String,
    balance: i64,
}

/// The function.
pub fn function() -> Function {
    Function::endpoint(ENDPOINT, handle)
}

async fn handle(app: App, request: Request<User>) -> Result<Reply<StatementView>, Problem> {
    let seller = shop::readable(&app, &request).await?;
    let (range, currency) = (Range::read(&request)?, range::currency(&request)?);
    let books =
        Books { app: &app, tenant: request.tenant(), account: Account::SellerPayable(seller.clone()), currency };
    if request.head.wants_csv()? {
        let name = format!("statement-{seller}-{}-{}-{currency}", range.from, range.to);
        return Ok(Reply::csv(books.file(range).await?, &name));
    }
    let limit = request.head.limit()?;
    // A cursor is one of this account, period and currency alone.
    let scope = format!("{}#{}#{}#{currency}", books.list("", range.start(), range.end()).pk, range.from, range.to);
    let place = request.head.query("cursor").map(|it| cursor::open_any(app.sealing_key()?, &scope, it)).transpose()?;
    let opening_balance = books.owed_before(range.from).await?;
    let closing_balance = books.owed_before(range.to.next()).await?;
    let mut place = place.unwrap_or(Place { behind: String::new(), balance: opening_balance.amount });
    let (lines, more) = books.lines(&mut place, range, limit).await?;
    let next_cursor = more.then(|| cursor::seal_any(app.sealing_key()?, &scope, &place)).transpose()?;
    let Range { from, to } = range;
    let data = lines;
    Ok(Reply::new(StatementView { seller, currency, from, to, opening_balance, closing_balance, data, next_cursor }))
}

/// A shop's account in one currency.
struct Books<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    account: Account,
    currency: Currency,
}

impl Books<'_> {
    fn list(&self, behind: &str, from: Time, until: Time) -> List<LedgerEntry> {
        let behind = if behind.is_empty() { format!("entry#{from}") } else { behind.to_owned() };
        keys::entries(self.tenant, &self.account).now().span(&behind, &until.to_string())
    }

    /// What the shop was owed before a day: the months before that day's, and the days of its month before it.
    async fn owed_before(&self, day: Day) -> Result<Money, Problem> {
        let key = keys::balance(self.tenant, &self.account.code(), 0, self.currency);
        let balance = self.app.table.get(key).await?;
        let month = day.month();
        let months = balance.iter().flat_map(|balance| balance.months());
        let before = months.filter(|(of, _)| *of < month).map(|(_, posted)| posted);
        let posted = Money::sum(self.currency, before)?.plus(self.posted(month, day).await?)?;
        // The ledger holds what is owed as a credit, which is negative.
        Ok(posted.negated()?)
    }

    /// What was posted from the beginning of a month to the day before another.
    async fn posted(&self, month: Month, day: Day) -> Result<Money, Problem> {
        let (mut sum, mut behind, mut read) = (Money::zero(self.currency), String::new(), 0_u32);
        while month.first_day() < day {
            let list = self.list(&behind, month.first_day().start(), day.start());
            let page = self.app.table.page(list, FILE_PAGE, None).await?;
            for entry in &page.items {
                behind = keys::entry(self.tenant, entry).sk;
                sum = if entry.amount.currency == self.currency { sum.plus(entry.amount)? } else { sum };
                read = read.saturating_add(1);
            }
            if page.next.is_none() {
                break;
            }
            if read > MOST_SUMMED {
                let detail =
                    "There are too many entries in this month before that day. Begin and end with whole months.";
                return Err(Problem::invalid("from", detail));
            }
        }
        Ok(sum)
    }

    /// Up to so many lines behind a place, which moves on, and whether there are more.
    async fn lines(&self, place: &mut Place, range: Range, limit: u16) -> Result<(Vec<LineView>, bool), Problem> {
        let list = self.list(&place.behind, range.start(), range.end());
        let page = self.app.table.page(list, limit, None).await?;
        let mut lines = Vec::with_capacity(page.items.len());
        for entry in page.items {
            place.behind = keys::entry(self.tenant, &entry).sk;
            // Entries of another currency are another ledger's.
            if entry.amount.currency == self.currency {
                let balance = Money::new(place.balance, self.currency).minus(entry.amount)?;
                place.balance = balance.amount;
                lines.push(LineView { entry: entry.into(), balance });
            }
        }
        Ok((lines, page.next.is_some()))
    }

    /// The whole period as a file.
    async fn file(&self, range: Range) -> Result<Csv, Problem> {
        let mut csv = Csv::new(&["date", "kind", "subject", "journal", "amount", "balance", "currency"]);
        let opening = self.owed_before(range.from).await?;
        let mut place = Place { behind: String::new(), balance: opening.amount };
        let code = || Cell::text(self.currency.code());
        let frame = |day: Day, kind: &'static str, balance: Money| {
            let empty = || Cell::text("");
            let date = Cell::text(day.start().to_string());
            [date, Cell::text(kind), empty(), empty(), empty(), Cell::amount(balance), code()]
        };
        csv.row(&frame(range.from, "opening_balance", opening))?;
        loop {
            let (lines, more) = self.lines(&mut place, range, FILE_PAGE).await?;
            for LineView { entry, balance } in &lines {
                csv.row(&[
                    Cell::text(entry.at.to_string()),
                    Cell::text(entry.kind.name()),
                    Cell::text(entry.subject.as_str()),
                    Cell::text(entry.journal.as_str()),
                    Cell::amount(entry.amount),
                    Cell::amount(*balance),
                    code(),
                ])?;
            }
            if !more {
                break;
            }
        }
        csv.row(&frame(range.to.next(), "closing_balance", Money::new(place.balance, self.currency)))?;
        Ok(csv)
    }
}
