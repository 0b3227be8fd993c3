//! The account of a shop in one currency, read from one moment to another with the balance after each entry. Statements are made of it.

use crate::seller_ledger_entries::list::EntryView;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, MarketplaceId, Money, SellerId, Time};
use tradewind_lambda::{App, Cell, Csv, Paging, Problem, cursor};
use tradewind_ledger::{Account, LedgerEntry, keys as ledger_keys};
use tradewind_storage::List;

/// Entries read at a time for a CSV file.
const FILE_PAGE: u16 = 1_000;

/// A change of what a shop is owed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineView {
    #[serde(flatten)]
    entry: EntryView,
    /// What the shop was owed after this change.
    balance: Money,
}

/// A part of the account: the entries after one sort key and before another.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub after: String,
    pub until: String,
}

impl Span {
    /// From one moment, inclusive, to another, exclusive.
    pub fn between(from: Time, until: Time) -> Self {
        Self { after: format!("entry#{from}"), until: until.to_string() }
    }

    /// After a moment, or from the beginning, up to another, inclusive.
    pub fn after(since: Option<Time>, through: Time) -> Self {
        // "$" sorts right after the "#" that follows the time in a key.
        let after = since.map_or_else(|| "entry#".to_owned(), |since| format!("entry#{since}$"));
        Self { after, until: format!("{through}$") }
    }
}

/// The position at which a page of a statement ended: the entry after which the next page begins, and the balance there.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    #[serde(rename = "behind")]
    after: String,
    balance: i64,
}

/// The first row of a file: the opening balance. It has no date in the statement of the first payout.
pub(crate) struct Frame {
    pub date: Option<Time>,
    pub balance: Money,
}

/// A shop's account in one currency.
pub(crate) struct AccountBook<'a> {
    pub app: &'a App,
    pub tenant: &'a MarketplaceId,
    pub account: Account,
    pub currency: Currency,
}

impl<'a> AccountBook<'a> {
    pub fn of(app: &'a App, tenant: &'a MarketplaceId, seller: &SellerId, currency: Currency) -> Self {
        Self { app, tenant, account: Account::SellerPayable(seller.clone()), currency }
    }

    /// The entries of a span, oldest first, in every currency.
    pub fn list(&self, span: &Span) -> List<LedgerEntry> {
        ledger_keys::entries(self.tenant, &self.account).now().span(&span.after, &span.until)
    }

    /// The requested page of a span, given the balance before the span, and the cursor for the next page.
    pub async fn page(
        &self,
        paging: &Paging,
        span: &Span,
        opening: Money,
    ) -> Result<(Vec<LineView>, Option<String>), Problem> {
        // A cursor is valid only for this account, span and currency.
        let scope = format!("{}#{}#{}#{}", self.list(span).pk, span.after, span.until, self.currency);
        let cursor = paging.cursor.as_deref();
        let place = cursor.map(|it| cursor::open_any(self.app.sealing_key()?, &scope, it)).transpose()?;
        let mut place = place.unwrap_or(Place { after: span.after.clone(), balance: opening.amount });
        let (lines, more) = self.lines(&mut place, span, paging.limit).await?;
        let next = more.then(|| cursor::seal_any(self.app.sealing_key()?, &scope, &place)).transpose()?;
        Ok((lines, next))
    }

    /// Reads up to `limit` lines after a place, moves the place on, and returns whether there are more.
    async fn lines(&self, place: &mut Place, span: &Span, limit: u16) -> Result<(Vec<LineView>, bool), Problem> {
        let rest = Span { after: place.after.clone(), until: span.until.clone() };
        let page = self.app.table.page(self.list(&rest), limit, None).await?;
        let mut lines = Vec::with_capacity(page.items.len());
        for entry in page.items {
            place.after = ledger_keys::entry(self.tenant, &entry).sk;
            // Entries in another currency belong to another statement.
            if entry.amount.currency == self.currency {
                let balance = Money::new(place.balance, self.currency).minus(entry.amount)?;
                place.balance = balance.amount;
                lines.push(LineView { entry: entry.into(), balance });
            }
        }
        Ok((lines, page.next.is_some()))
    }

    /// The whole span as a CSV file, between a row for the balance before it and one for the balance at its end.
    pub async fn file(&self, span: &Span, opening: Frame, end: Time) -> Result<Csv, Problem> {
        let mut csv = Csv::new(&["date", "kind", "subject", "journal", "amount", "balance", "currency"]);
        let code = || Cell::text(self.currency.code());
        let frame = |date: Option<Time>, kind: &'static str, balance: Money| {
            let empty = || Cell::text("");
            let date = date.map(|date| date.to_string()).unwrap_or_default();
            [Cell::text(date), Cell::text(kind), empty(), empty(), empty(), Cell::amount(balance), code()]
        };
        csv.row(&frame(opening.date, "opening_balance", opening.balance))?;
        let mut place = Place { after: span.after.clone(), balance: opening.balance.amount };
        loop {
            let (lines, more) = self.lines(&mut place, span, FILE_PAGE).await?;
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
        csv.row(&frame(Some(end), "closing_balance", Money::new(place.balance, self.currency)))?;
        Ok(csv)
    }
}
