//! Lists keys in UTF-8 byte order, and folds those with a delimiter after the prefix into common prefixes.

use super::buckets;
use crate::error::Failure;
use rusqlite::{Connection, params};

/// What to list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub bucket: String,
    pub prefix: String,
    pub delimiter: Option<String>,
    /// The first key that may be listed; see [`after`].
    pub from: Vec<u8>,
    /// The most keys and common prefixes on a page, together.
    pub limit: usize,
}

/// A listed object.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub key: String,
    pub size: i64,
    pub etag: String,
    pub modified: i64,
}

/// One page of a listing.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub entries: Vec<Entry>,
    pub prefixes: Vec<String>,
    /// Where the next page starts, if there is one.
    pub next: Option<Vec<u8>>,
}

/// The first byte string after a key.
pub(crate) fn after(key: &str) -> Vec<u8> {
    let mut bytes = key.as_bytes().to_vec();
    bytes.push(0);
    bytes
}

/// The first byte string after all that begin with a prefix. UTF-8 has no byte 255, so the last byte can be increased.
fn beyond(prefix: &str) -> Option<Vec<u8>> {
    let mut bytes = prefix.as_bytes().to_vec();
    let last = bytes.last_mut()?;
    *last = last.saturating_add(1);
    Some(bytes)
}

pub(crate) fn page(connection: &Connection, query: &Query) -> Result<Page, Failure> {
    buckets::require(connection, &query.bucket)?;
    let mut page = Page::default();
    let mut from = query.from.clone().max(query.prefix.as_bytes().to_vec());
    let mut room = query.limit;
    while room > 0 {
        let rows = rows(connection, query, &from, room)?;
        if rows.is_empty() {
            return Ok(page);
        }
        for entry in rows {
            room = room.saturating_sub(1);
            if let Some(folded) = fold(&entry.key, query) {
                // The rows that follow may be folded into the same prefix: continue after it.
                from = beyond(&folded).unwrap_or_default();
                page.prefixes.push(folded);
                break;
            }
            from = after(&entry.key);
            page.entries.push(entry);
        }
    }
    if query.limit > 0 && !rows(connection, query, &from, 1)?.is_empty() {
        page.next = Some(from);
    }
    Ok(page)
}

fn fold(key: &str, query: &Query) -> Option<String> {
    let delimiter = query.delimiter.as_deref()?;
    let rest = key.strip_prefix(query.prefix.as_str())?;
    let (head, _) = rest.split_once(delimiter)?;
    Some(format!("{}{head}{delimiter}", query.prefix))
}

fn rows(connection: &Connection, query: &Query, from: &[u8], limit: usize) -> Result<Vec<Entry>, Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT key, size, etag, modified FROM objects
         WHERE bucket = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![query.bucket, from, beyond(&query.prefix), limit], |row| {
        let key = String::from_utf8_lossy(&row.get::<_, Vec<u8>>(0)?).into_owned();
        Ok(Entry { key, size: row.get(1)?, etag: row.get(2)?, modified: row.get(3)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
