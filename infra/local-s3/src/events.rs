//! Object events: rows written in the transaction that changes the object, and read back as the JSON that AWS sends.

use crate::{Error, Notification};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

/// The region named in events, and the one for which `GetBucketLocation` returns no name.
pub(crate) const REGION: &str = "us-east-1";

/// S3 encodes keys in events as a form field would be, but keeps slashes: `red flower.jpg` is `red+flower.jpg`.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/').remove(b' ');

/// A change of an object.
pub(crate) struct Event<'a> {
    /// The name as in the JSON: `ObjectCreated:Put` and so on.
    pub name: &'a str,
    pub bucket: &'a str,
    pub key: &'a str,
    /// Size in bytes and ETag; a removal has neither.
    pub object: Option<(i64, &'a str)>,
    /// The time in milliseconds since 1970.
    pub at: i64,
}

pub(crate) fn record(connection: &Connection, event: &Event<'_>) -> rusqlite::Result<()> {
    let (size, etag) = event.object.unzip();
    connection.execute(
        "INSERT INTO notifications (name, bucket, key, size, etag, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![event.name, event.bucket, event.key.as_bytes(), size, etag, event.at],
    )?;
    Ok(())
}

pub(crate) fn oldest(connection: &Connection, limit: usize) -> Result<Vec<Notification>, Error> {
    let mut query = connection
        .prepare_cached("SELECT id, name, bucket, key, size, etag, at FROM notifications ORDER BY id LIMIT ?1")?;
    let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        let (id, name, bucket): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let key = String::from_utf8_lossy(&row.get::<_, Vec<u8>>(3)?).into_owned();
        let (size, etag): (Option<i64>, Option<String>) = (row.get(4)?, row.get(5)?);
        let event =
            Event { name: &name, bucket: &bucket, key: &key, object: size.zip(etag.as_deref()), at: row.get(6)? };
        let event = message(&event, id);
        Ok(Notification { id, bucket, key, event })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn forget(connection: &Connection, ids: &[i64]) -> Result<(), Error> {
    let mut delete = connection.prepare_cached("DELETE FROM notifications WHERE id = ?1")?;
    for id in ids {
        delete.execute([id])?;
    }
    Ok(())
}

/// The row's number becomes the sequencer, so a message that is delivered twice is the same both times.
fn message(event: &Event<'_>, id: i64) -> Value {
    let mut object = json!({ "key": encode_key(event.key), "sequencer": format!("{id:018X}") });
    if let (Some((size, etag)), Some(fields)) = (event.object, object.as_object_mut()) {
        fields.insert("size".to_owned(), json!(size));
        fields.insert("eTag".to_owned(), json!(etag));
    }
    json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": iso(event.at),
        "eventName": event.name,
        "userIdentity": { "principalId": "AWS:LOCAL" },
        "requestParameters": { "sourceIPAddress": "127.0.0.1" },
        "responseElements": { "x-amz-request-id": format!("{id:016X}"), "x-amz-id-2": format!("{id:032X}") },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "local",
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": { "principalId": "LOCAL" },
                "arn": format!("arn:aws:s3:::{}", event.bucket),
            },
            "object": object,
        },
    }]})
}

fn encode_key(key: &str) -> String {
    utf8_percent_encode(key, KEY).to_string().replace(' ', "+")
}

fn iso(milliseconds: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::{encode_key, iso};

    #[test]
    fn keys_are_encoded_as_form_fields_that_keep_their_slashes() {
        assert_eq!(encode_key("photos/red flower.jpg"), "photos/red+flower.jpg");
        assert_eq!(encode_key("a+b=c&d"), "a%2Bb%3Dc%26d");
        assert_eq!(encode_key("ü(1)~"), "%C3%BC%281%29%7E");
    }

    #[test]
    fn event_time_has_milliseconds() {
        assert_eq!(iso(1_000), "1970-01-01T00:00:01.000Z");
        assert_eq!(iso(1_735_689_600_042), "2025-01-01T00:00:00.042Z");
    }
}
