//! Rows of buckets.

use crate::{BucketUsage, Error, error::Failure};
use rusqlite::{Connection, OptionalExtension, params};
use s3s::{S3Error, dto::CORSRule, s3_error};

/// Fails with `NoSuchBucket` if there is no such bucket.
pub(crate) fn require(connection: &Connection, bucket: &str) -> Result<(), Failure> {
    let mut query = connection.prepare_cached("SELECT 1 FROM buckets WHERE name = ?1")?;
    if query.exists([bucket])? { Ok(()) } else { Err(s3_error!(NoSuchBucket).into()) }
}

/// Creates a bucket. An existing one stays as it is: other regions refuse to create it again, but this is North Virginia.
pub(crate) fn create(connection: &Connection, bucket: &str, at: i64) -> Result<(), Failure> {
    connection
        .execute("INSERT INTO buckets (name, created) VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![bucket, at])?;
    Ok(())
}

/// Removes an empty bucket and its unfinished uploads; returns the blobs of these uploads.
pub(crate) fn delete(connection: &Connection, bucket: &str) -> Result<Vec<String>, Failure> {
    require(connection, bucket)?;
    if connection.prepare("SELECT 1 FROM objects WHERE bucket = ?1 LIMIT 1")?.exists([bucket])? {
        return Err(s3_error!(BucketNotEmpty).into());
    }
    let of_bucket = "upload IN (SELECT id FROM uploads WHERE bucket = ?1)";
    let mut query = connection.prepare(&format!("SELECT blob FROM parts WHERE {of_bucket}"))?;
    let blobs = query.query_map([bucket], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    connection.execute(&format!("DELETE FROM parts WHERE {of_bucket}"), [bucket])?;
    connection.execute("DELETE FROM uploads WHERE bucket = ?1", [bucket])?;
    connection.execute("DELETE FROM buckets WHERE name = ?1", [bucket])?;
    Ok(blobs)
}

/// Names and creation times, by name.
pub(crate) fn list(connection: &Connection) -> Result<Vec<(String, i64)>, Failure> {
    let mut query = connection.prepare("SELECT name, created FROM buckets ORDER BY name")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn set_cors(connection: &Connection, bucket: &str, rules: Option<&[CORSRule]>) -> Result<(), Failure> {
    require(connection, bucket)?;
    let json = rules.map(serde_json::to_string).transpose().map_err(S3Error::internal_error)?;
    connection.execute("UPDATE buckets SET cors = ?2 WHERE name = ?1", params![bucket, json])?;
    Ok(())
}

/// The CORS rules, if there are any.
pub(crate) fn cors(connection: &Connection, bucket: &str) -> Result<Option<Vec<CORSRule>>, Failure> {
    let mut query = connection.prepare_cached("SELECT cors FROM buckets WHERE name = ?1")?;
    let found: Option<Option<String>> = query.query_row([bucket], |row| row.get(0)).optional()?;
    let Some(json) = found else { return Err(s3_error!(NoSuchBucket).into()) };
    let rules = json.map(|json| serde_json::from_str(&json)).transpose();
    Ok(rules.map_err(S3Error::internal_error)?)
}

pub(crate) fn usage(connection: &Connection) -> Result<Vec<BucketUsage>, Error> {
    let mut query = connection.prepare(
        "SELECT name, COUNT(blob), COALESCE(SUM(size), 0) FROM buckets LEFT JOIN objects ON bucket = name
         GROUP BY name ORDER BY name",
    )?;
    let rows =
        query.query_map([], |row| Ok(BucketUsage { name: row.get(0)?, objects: row.get(1)?, bytes: row.get(2)? }))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
