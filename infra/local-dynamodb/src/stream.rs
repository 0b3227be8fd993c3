//! A table's stream: reading undelivered records as a Lambda would receive them, and deleting delivered ones.

use dynoxide::streams::{LOCAL_REGION, stream_arn};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value, json};

use crate::{Error, StreamFilter};

/// Turns a stored sequence number into the 21 digits the wire protocol shows for it.
const SEQUENCE_OFFSET: i128 = 100_000_000_000_000_000_000;

const READ: &str = "SELECT CAST(sequence_number AS INTEGER), event_name, keys_json, new_image, old_image, created_at, \
     user_identity, event_id FROM _stream_records WHERE table_name = ?1 \
     AND CAST(sequence_number AS INTEGER) > ?2 ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3";

const COUNT: &str =
    "SELECT COUNT(*) FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2";

const TRIM: &str = "DELETE FROM _stream_records WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2";

const TABLE: &str = "SELECT stream_label, stream_view_type FROM _tables WHERE table_name = ?1";

/// One change of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    /// Its position in the table's stream; grows with time. For [`crate::DynamoDb::trim_stream`].
    pub sequence: i64,
    /// The record as Lambda puts it into `Records` of its event.
    pub event: Value,
}

/// The result of one read of a stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamBatch {
    /// The records the filter let through, oldest first.
    pub records: Vec<StreamRecord>,
    /// The last record looked at, let through or skipped: when all of `records` are delivered, trim through this.
    /// `None` when there is nothing.
    pub through: Option<i64>,
}

pub fn read(
    side: &mut Connection,
    table: &str,
    after: i64,
    limit: usize,
    filter: Option<&StreamFilter>,
) -> Result<StreamBatch, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // This reads in one transaction, so that the table's description belongs to the records.
    let side = side.transaction()?;
    let described: Option<(Option<String>, Option<String>)> =
        side.prepare_cached(TABLE)?.query_row([table], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (label, view) = described.unwrap_or_default();
    let arn = stream_arn(table, &label.unwrap_or_default());
    let view = view.unwrap_or_else(|| "NEW_AND_OLD_IMAGES".to_owned());

    let mut batch = StreamBatch::default();
    let mut statement = side.prepare_cached(READ)?;
    let mut rows = statement.query(params![table, after, limit])?;
    while let Some(row) = rows.next()? {
        let record = record(row, &arn, &view)?;
        batch.through = Some(record.sequence);
        if filter.is_none_or(|filter| filter.lets_through(&record.event)) {
            batch.records.push(record);
        }
    }
    Ok(batch)
}

pub fn count(side: &Connection, table: &str, after: i64) -> Result<u64, Error> {
    Ok(side.prepare_cached(COUNT)?.query_row(params![table, after], |row| row.get(0))?)
}

pub fn trim(side: &mut Connection, table: &str, through: i64) -> Result<(), Error> {
    side.prepare_cached(TRIM)?.execute(params![table, through])?;
    Ok(())
}

fn record(row: &Row<'_>, arn: &str, view: &str) -> Result<StreamRecord, Error> {
    let sequence: i64 = row.get(0)?;
    let keys: String = row.get(2)?;
    let new: Option<String> = row.get(3)?;
    let old: Option<String> = row.get(4)?;
    let created: i64 = row.get(5)?;
    let identity: Option<String> = row.get(6)?;
    let id: Option<String> = row.get(7)?;

    let length = |image: &Option<String>| image.as_ref().map_or(0, String::len);
    let size = keys.len().saturating_add(length(&new)).saturating_add(length(&old));

    let mut change = Map::new();
    change.insert("ApproximateCreationDateTime".to_owned(), json!(created));
    change.insert("Keys".to_owned(), serde_json::from_str(&keys)?);
    if let Some(new) = new {
        change.insert("NewImage".to_owned(), serde_json::from_str(&new)?);
    }
    if let Some(old) = old {
        change.insert("OldImage".to_owned(), serde_json::from_str(&old)?);
    }
    change.insert("SequenceNumber".to_owned(), json!(SEQUENCE_OFFSET.saturating_add(sequence.into()).to_string()));
    change.insert("SizeBytes".to_owned(), json!(size));
    change.insert("StreamViewType".to_owned(), json!(view));

    let mut event = json!({
        "eventID": id.unwrap_or_else(|| sequence.to_string()),
        "eventName": row.get::<_, String>(1)?,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": LOCAL_REGION,
        "dynamodb": change,
        "eventSourceARN": arn,
    });
    if let (Some(identity), Some(event)) = (identity, event.as_object_mut()) {
        event.insert("userIdentity".to_owned(), serde_json::from_str(&identity)?);
    }
    Ok(StreamRecord { sequence, event })
}
