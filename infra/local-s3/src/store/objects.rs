//! Rows of objects, and the one transaction that makes an upload visible.

use super::{Store, blobs::Staged, buckets, time::now};
use crate::{
    conditions::WriteConditions,
    digest::{Sum, hex},
    error::Failure,
    events::{self, Event},
    headers::Headers,
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::{Serialize, de::DeserializeOwned};

/// An object as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub blob: String,
    /// The size in bytes.
    pub size: i64,
    /// The ETag, without quotes.
    pub etag: String,
    /// The time of the last change, in milliseconds since 1970.
    pub modified: i64,
    pub headers: Headers,
    pub checksum: Option<Sum>,
}

pub(crate) fn find(connection: &Connection, bucket: &str, key: &str) -> Result<Option<Object>, Failure> {
    let mut query = connection.prepare_cached(
        "SELECT blob, size, etag, modified, headers, checksum FROM objects WHERE bucket = ?1 AND key = ?2",
    )?;
    let found = query.query_row(params![bucket, key.as_bytes()], |row| {
        Ok(Object {
            blob: row.get(0)?,
            size: row.get(1)?,
            etag: row.get(2)?,
            modified: row.get(3)?,
            headers: from_json(row, 4)?.unwrap_or_default(),
            checksum: from_json(row, 5)?,
        })
    });
    Ok(found.optional()?)
}

/// An upload about to become an object.
pub(crate) struct NewObject {
    pub bucket: String,
    pub key: String,
    pub headers: Headers,
    pub conditions: WriteConditions,
    /// The name of the event that it causes.
    pub event: &'static str,
}

/// An object that has become visible.
pub(crate) struct Committed {
    pub etag: String,
    pub checksum: Option<Sum>,
    /// The time of the change, in milliseconds since 1970.
    pub modified: i64,
}

impl Store {
    /// Turns a staged upload into the object: its row, its event and whatever `also` does, in one transaction.
    ///
    /// `etag` and `checksum` are those of the bytes unless given (a multipart upload has others). `also` returns blobs that are no longer
    /// referred to.
    pub fn commit(
        &self,
        new: &NewObject,
        staged: Staged,
        (etag, checksum): (Option<String>, Option<Sum>),
        also: impl FnOnce(&Connection) -> Result<Vec<String>, Failure>,
    ) -> Result<Committed, Failure> {
        let etag = etag.unwrap_or_else(|| hex(&staged.digest.md5));
        let checksum = checksum.or_else(|| staged.digest.sum.clone());
        let (size, modified) = (staged.size, now());
        let obsolete = self.write(|transaction| {
            buckets::require(transaction, &new.bucket)?;
            let previous = find(transaction, &new.bucket, &new.key)?;
            new.conditions.check(previous.as_ref().map(|object| object.etag.as_str()))?;
            let mut obsolete = also(transaction)?;
            obsolete.extend(previous.map(|object| object.blob));
            transaction
                .prepare_cached(
                    "REPLACE INTO objects (bucket, key, blob, size, etag, modified, headers, checksum)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    new.bucket,
                    new.key.as_bytes(),
                    staged.id,
                    size,
                    etag,
                    modified,
                    to_json(&new.headers)?,
                    checksum.as_ref().map(to_json).transpose()?,
                ])?;
            let object = Some((size, etag.as_str()));
            let event = Event { name: new.event, bucket: &new.bucket, key: &new.key, object, at: modified };
            events::record(transaction, &event)?;
            Ok::<_, Failure>(obsolete)
        })?;
        staged.keep();
        self.committed.notify_waiters();
        self.blobs.remove(obsolete);
        Ok(Committed { etag, checksum, modified })
    }

    /// Deletes an object if it exists. As on S3, deleting a missing object succeeds, and causes no event.
    pub fn delete(&self, bucket: &str, key: &str, conditions: &WriteConditions) -> Result<(), Failure> {
        let blob = self.write(|transaction| {
            buckets::require(transaction, bucket)?;
            let previous = find(transaction, bucket, key)?;
            conditions.check(previous.as_ref().map(|object| object.etag.as_str()))?;
            let Some(previous) = previous else { return Ok(None) };
            transaction
                .execute("DELETE FROM objects WHERE bucket = ?1 AND key = ?2", params![bucket, key.as_bytes()])?;
            let event = Event { name: "ObjectRemoved:Delete", bucket, key, object: None, at: now() };
            events::record(transaction, &event)?;
            Ok::<_, Failure>(Some(previous.blob))
        })?;
        self.committed.notify_waiters();
        self.blobs.remove(blob);
        Ok(())
    }
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(crate) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let Some(json) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let failed = |error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error));
    serde_json::from_str(&json).map(Some).map_err(failed)
}
