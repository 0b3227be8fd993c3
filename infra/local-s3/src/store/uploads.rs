//! Rows of unfinished multipart uploads and their parts.

use super::{
    blobs::Staged,
    objects::{from_json, to_json},
    time::now,
};
use crate::{
    digest::{Algorithm, Sum, hex},
    error::Failure,
    headers::Headers,
};
use rusqlite::{Connection, OptionalExtension, params};
use s3s::s3_error;

/// An unfinished upload.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub headers: Headers,
    pub algorithm: Option<Algorithm>,
    /// Whether the checksum of the finished object is made from the parts' checksums rather than from all bytes.
    pub composite: bool,
}

/// A part that has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub number: i32,
    pub blob: String,
    pub size: i64,
    pub etag: String,
    pub modified: i64,
    pub checksum: Option<Sum>,
}

pub(crate) fn create(connection: &Connection, id: &str, bucket: &str, key: &str, new: &Upload) -> Result<(), Failure> {
    let algorithm = new.algorithm.as_ref().map(to_json).transpose()?;
    connection.execute(
        "INSERT INTO uploads (id, bucket, key, headers, algorithm, composite) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![id, bucket, key.as_bytes(), to_json(&new.headers)?, algorithm, new.composite],
    )?;
    Ok(())
}

/// Fails with `NoSuchUpload`, even if the upload exists but has another key.
pub(crate) fn require(connection: &Connection, id: &str, bucket: &str, key: &str) -> Result<Upload, Failure> {
    let mut query = connection.prepare_cached(
        "SELECT headers, algorithm, composite FROM uploads WHERE id = ?1 AND bucket = ?2 AND key = ?3",
    )?;
    let found = query.query_row(params![id, bucket, key.as_bytes()], |row| {
        let headers = from_json(row, 0)?.unwrap_or_default();
        Ok(Upload { headers, algorithm: from_json(row, 1)?, composite: row.get(2)? })
    });
    found.optional()?.ok_or_else(|| s3_error!(NoSuchUpload).into())
}

/// Stores a part, replacing an earlier one with the same number; returns the blob of the replaced part.
pub(crate) fn put_part(
    connection: &Connection,
    id: &str,
    number: i32,
    staged: &Staged,
) -> Result<Option<String>, Failure> {
    let of_part = params![id, number];
    let mut query = connection.prepare_cached("SELECT blob FROM parts WHERE upload = ?1 AND number = ?2")?;
    let replaced = query.query_row(of_part, |row| row.get(0)).optional()?;
    let checksum = staged.digest.sum.as_ref().map(to_json).transpose()?;
    connection.execute(
        "REPLACE INTO parts (upload, number, blob, size, etag, modified, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id, number, staged.id, staged.size, hex(&staged.digest.md5), now(), checksum],
    )?;
    Ok(replaced)
}

/// Parts with a greater number than `after`, by number.
pub(crate) fn parts(connection: &Connection, id: &str, after: i32, limit: usize) -> Result<Vec<Part>, Failure> {
    let mut query = connection.prepare_cached(
        "SELECT number, blob, size, etag, modified, checksum FROM parts WHERE upload = ?1 AND number > ?2
         ORDER BY number LIMIT ?3",
    )?;
    let rows = query.query_map(params![id, after, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        Ok(Part {
            number: row.get(0)?,
            blob: row.get(1)?,
            size: row.get(2)?,
            etag: row.get(3)?,
            modified: row.get(4)?,
            checksum: from_json(row, 5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Deletes an upload; returns the blobs of all its parts.
pub(crate) fn remove(connection: &Connection, id: &str) -> Result<Vec<String>, Failure> {
    let mut query = connection.prepare_cached("SELECT blob FROM parts WHERE upload = ?1")?;
    let blobs = query.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    connection.execute("DELETE FROM parts WHERE upload = ?1", [id])?;
    connection.execute("DELETE FROM uploads WHERE id = ?1", [id])?;
    Ok(blobs)
}
