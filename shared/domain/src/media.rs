//! Files that clients send: what they are for and what became of them.

use crate::{ImportId, Time, UploadId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a file is for. It decides which types and sizes are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadPurpose {
    /// A picture of a listing: JPEG, PNG, WebP or GIF, at most 10 MiB.
    ListingImage,
    /// A product catalogue: CSV, at most 50 MiB.
    Catalog,
}

impl UploadPurpose {
    /// The largest file in bytes.
    pub const fn most_bytes(self) -> u64 {
        match self {
            Self::ListingImage => 10 * 1024 * 1024,
            Self::Catalog => 50 * 1024 * 1024,
        }
    }

    /// The content types that are let in.
    pub const fn content_types(self) -> &'static [&'static str] {
        match self {
            Self::ListingImage => &["image/jpeg", "image/png", "image/webp", "image/gif"],
            Self::Catalog => &["text/csv"],
        }
    }

    /// The first part of the object's key, by which bucket notifications are told apart.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ListingImage => "images",
            Self::Catalog => "catalogs",
        }
    }
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum UploadState {
    /// The form was handed out; the file has not been seen yet.
    Waiting,
    /// A catalogue was taken by an import.
    Used {
        /// The import.
        import: ImportId,
    },
    /// The picture is ready in these sizes.
    Ready {
        /// Smallest first.
        sizes: Vec<ImageSize>,
    },
    /// The file was refused.
    Refused {
        /// Why, for the person who sent it.
        reason: String,
    },
}

/// A picture in one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageSize {
    /// `small`, `medium` or `large`.
    pub name: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The object's key in the media bucket.
    pub key: String,
}

/// A file that a client sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// Who sends it.
    pub user: UserId,
    /// What it is for.
    pub purpose: UploadPurpose,
    /// The type that the client named; the content decides.
    pub content_type: String,
    /// The object's key in the uploads bucket.
    pub key: String,
    /// What became of it.
    pub state: UploadState,
    /// When the form was handed out.
    pub created_at: Time,
    /// Counts the changes.
    pub version: u64,
}
