//! Lists that are filtered while they are read, newest first.
//!
//! A page contains the rows that pass the filter; at most some hundreds of rows are read to find them. If that is reached before the
//! page is full, the page is shorter and its cursor goes on from there: a client reads on while there is a cursor, however short the
//! pages are.

use crate::{App, Problem, Request, caller::InMarketplace};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_http::{Paging, cursor};
use tradewind_kernel::{Time, period::Day, zone::Zone};
use tradewind_storage::{keys::END, newest::Span};

/// How many rows are read at once.
const BATCH: u16 = 100;
/// The most batches read for one page.
const ROUNDS: u8 = 5;
/// The most batches read for one file.
const FILE_ROUNDS: u8 = 50;

/// A part of a list: the rows at each sort key, newest first.
#[derive(Debug, Clone)]
pub struct Batch<R> {
    /// The sort keys with their rows; several rows may have the same sort key.
    pub groups: Vec<(String, Vec<R>)>,
    /// Whether older ones follow.
    pub more: bool,
}

/// A list of rows that can be filtered.
pub trait Rows: Sync {
    /// The type of a row.
    type Row: Send;

    /// The newest rows within a span of sort keys, for up to `limit` sort keys.
    fn read(&self, span: Span, limit: u16) -> impl Future<Output = Result<Batch<Self::Row>, Problem>> + Send;

    /// Whether a row passes the filter.
    fn wants(&self, row: &Self::Row) -> bool;
}

/// The last row that was looked at, for a cursor.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    key: String,
    /// How many of the rows at that key have been looked at.
    through: usize,
}

/// The rows that were found, and the last one looked at if more may follow.
struct Found<R> {
    rows: Vec<R>,
    next: Option<Seen>,
}

/// The period of a list's rows: from one moment, which is included, to another, which is not.
#[derive(Debug, Clone, Copy, Default)]
pub struct Period {
    /// The first moment of the period.
    pub from: Option<Time>,
    /// The first moment after the period.
    pub until: Option<Time>,
}

/// A period of days; both ends are optional.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
pub struct Days {
    /// Only entries from this day on, like 2026-01-01, in the marketplace's time zone.
    pub from: Option<Day>,
    /// Only entries up to and including this day.
    pub to: Option<Day>,
}

impl Days {
    /// The moments of these days in a time zone.
    pub fn period(self, zone: &Zone) -> Result<Period, Problem> {
        let Self { from, to } = self;
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Problem::invalid("to", "Send a day that is not before `from`."));
        }
        let until = to.map(|to| zone.start(to.next()));
        Ok(Period { from: from.map(|from| zone.start(from)), until })
    }
}

impl Period {
    /// The period's name in cursors: a position within one period may not exist within another.
    fn name(self) -> String {
        let text = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
        format!("{}-{}", text(self.from), text(self.until))
    }

    /// Whether a moment lies within the period.
    pub fn holds(self, at: Time) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    fn span(self, seen: Option<&Seen>) -> Span {
        // A row's key is its time and its id: no key is equal to a time alone, and all keys of a moment sort after its time.
        let text = |at: Option<Time>, open: &str| at.map_or_else(|| open.to_owned(), |at| at.to_string());
        let last = seen.map_or_else(|| text(self.until, END), |seen| seen.key.clone());
        Span { first: text(self.from, "0"), last }
    }
}

/// Checks that the most is not below the least. Each is given with its field's name.
pub fn least_and_most(least: (&str, Option<i64>), most: (&str, Option<i64>)) -> Result<(), Problem> {
    if least.1.zip(most.1).is_some_and(|(least, most)| most < least) {
        return Err(Problem::invalid(most.0, format!("Send an amount that is not below `{}`.", least.0)));
    }
    Ok(())
}

async fn seek<R: Rows>(
    of: &R,
    period: Period,
    mut seen: Option<Seen>,
    most: usize,
    rounds: u8,
) -> Result<Found<R::Row>, Problem> {
    let mut rows = vec![];
    // Most lists are not filtered: then the first batch fills the page and shows whether more follows.
    let mut batch = u16::try_from(most).unwrap_or(BATCH).saturating_add(2).min(BATCH);
    for _ in 0..rounds {
        let Batch { groups, more } = of.read(period.span(seen.as_ref()), batch).await?;
        for (key, group) in groups {
            let through = seen.as_ref().filter(|seen| seen.key == key).map_or(0, |seen| seen.through);
            for (place, row) in group.into_iter().enumerate().skip(through) {
                if rows.len() == most {
                    return Ok(Found { rows, next: seen });
                }
                seen = Some(Seen { key: key.clone(), through: place.saturating_add(1) });
                if of.wants(&row) {
                    rows.push(row);
                }
            }
        }
        if !more {
            return Ok(Found { rows, next: None });
        }
        batch = BATCH;
    }
    Ok(Found { rows, next: seen })
}

impl<C: InMarketplace, B, P: AsRef<Paging>> Request<C, B, P> {
    /// The page of matching rows that the client asks for. `list` names the list, so that cursors of other lists are refused.
    pub async fn seek<R: Rows>(
        &self,
        app: &App,
        list: &str,
        period: Period,
        of: &R,
    ) -> Result<(Vec<R::Row>, Option<String>), Problem> {
        let (paging, key, list) =
            (self.params.as_ref(), app.sealing_key()?, format!("{}#{list}#{}", self.tenant(), period.name()));
        let seen = paging.cursor.as_deref().map(|cursor| cursor::open_any(key, &list, cursor)).transpose()?;
        let found = seek(of, period, seen, usize::from(paging.limit), ROUNDS).await?;
        let next = found.next.as_ref().map(|next| cursor::seal_any(key, &list, next)).transpose()?;
        Ok((found.rows, next))
    }
}

/// All matching rows, for a file. If they are too many, the refusal is `csv_too_large`.
pub async fn seek_all<R: Rows>(period: Period, of: &R) -> Result<Vec<R::Row>, Problem> {
    let most = usize::from(BATCH).saturating_mul(usize::from(FILE_ROUNDS));
    let found = seek(of, period, None, most, FILE_ROUNDS).await?;
    if found.next.is_some() {
        return Err(Problem::csv_too_large());
    }
    Ok(found.rows)
}
