//! Errors outside a request, and how a failed request reaches the client.

use s3s::S3Error;
use std::{io, path::PathBuf};

/// The reasons why the local S3 cannot be opened, served or read. Each displays as one line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be used.
    #[error("local S3: {path}: {source}")]
    Io {
        /// The path of the file or folder.
        path: PathBuf,
        /// The error from the operating system.
        source: io::Error,
    },
    /// The metadata cannot be read or written: locked by another process, damaged, or the disk is full.
    #[error("local S3: the metadata database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The data folder belongs to another version of this program.
    #[error("local S3: {path} has format {found}, this program reads format {expected}")]
    Format {
        /// The path of the database.
        path: PathBuf,
        /// The format number in the database.
        found: i64,
        /// The only format number that this program knows.
        expected: i64,
    },
    /// The listener failed.
    #[error("local S3: cannot accept connections: {0}")]
    Serve(io::Error),
}

/// The reason why a storage step failed: either a fault in the request, which is reported to the client, or an error of ours.
#[derive(Debug)]
pub(crate) enum Failure {
    Refused(S3Error),
    Database(rusqlite::Error),
    Io(io::Error),
}

impl From<S3Error> for Failure {
    fn from(error: S3Error) -> Self {
        Self::Refused(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Failure> for S3Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(error) => error,
            Failure::Database(error) => S3Error::internal_error(error),
            Failure::Io(error) => S3Error::internal_error(error),
        }
    }
}
