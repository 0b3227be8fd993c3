//! Files that clients upload: their purpose and their state.

pub mod keys;
mod stored;

pub use stored::KINDS;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Id, ImportId, MarketplaceId, Time, UploadId, UserId, event::Queue};

/// The queue of uploaded pictures. The uploads bucket puts messages on it, not events.
pub const UPLOADED: Queue = Queue::named("media-process");

/// The sizes in which a picture is stored: their names, and the most pixels on the longest side.
pub const SIZES: [(&str, u32); 3] = [("small", 320), ("medium", 800), ("large", 1600)];
/// The most pixels of a picture that is accepted: it takes a few hundred megabytes of memory to decompress.
pub const MOST_PIXELS: u64 = 50_000_000;

/// The key of a picture in the media bucket, in one of [`SIZES`]. It is always a JPEG, so that the picture's address follows from the
/// upload's id without reading the upload.
pub fn picture_key(marketplace: &MarketplaceId, upload: &UploadId, size: &str) -> String {
    format!("{marketplace}/{upload}/{size}.jpg")
}

/// The purpose of a file. It decides which types and sizes are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadPurpose {
    /// A picture of a listing: JPEG, PNG, WebP or GIF, at most 10 MiB.
    ListingImage,
    /// A product catalogue: CSV, at most 50 MiB.
    Catalog,
    /// Evidence in a dispute: PDF, JPEG or PNG, at most 5 MiB.
    Evidence,
}

impl UploadPurpose {
    /// The largest file that is accepted, in bytes.
    pub const fn most_bytes(self) -> u64 {
        match self {
            Self::ListingImage => 10 * 1024 * 1024,
            Self::Catalog => 50 * 1024 * 1024,
            Self::Evidence => 5 * 1024 * 1024,
        }
    }

    /// The content types that are accepted.
    pub const fn content_types(self) -> &'static [&'static str] {
        match self {
            Self::ListingImage => &["image/jpeg", "image/png", "image/webp", "image/gif"],
            // The content type that browsers on Windows with Excel send for CSV.
            Self::Catalog => &["text/csv", "application/vnd.ms-excel"],
            Self::Evidence => &["application/pdf", "image/jpeg", "image/png"],
        }
    }

    /// The first part of the object's key, which distinguishes the bucket's notifications.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ListingImage => "images",
            Self::Catalog => "catalogs",
            Self::Evidence => "evidence",
        }
    }

    /// The key of a file in the uploads bucket.
    pub fn key(self, marketplace: &MarketplaceId, upload: &UploadId) -> String {
        format!("{}/{marketplace}/{upload}", self.prefix())
    }

    /// The marketplace and upload that a key of the uploads bucket names.
    pub fn owner_of_key(self, key: &str) -> Option<(MarketplaceId, UploadId)> {
        let (marketplace, upload) = key.strip_prefix(self.prefix())?.strip_prefix('/')?.split_once('/')?;
        Some((MarketplaceId::parse(marketplace).ok()?, UploadId::parse(upload).ok()?))
    }
}

/// The state of an uploaded file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum UploadState {
    /// The upload form was issued; the file has not been seen yet.
    Waiting,
    /// The catalogue was used by an import.
    Used {
        /// The import that used it.
        import: ImportId,
    },
    /// The picture is ready in these sizes.
    Ready {
        /// The sizes, smallest first.
        sizes: Vec<ImageSize>,
    },
    /// The file was refused.
    Refused {
        /// Why it was refused, for the person who sent it.
        reason: String,
    },
}

/// A picture in one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImageSize {
    /// `small`, `medium` or `large`.
    pub name: String,
    /// The width in pixels.
    pub width: u32,
    /// The height in pixels.
    pub height: u32,
    /// The object's key in the media bucket.
    pub key: String,
}

/// A file that a client uploads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// The user who uploads it.
    pub user: UserId,
    /// Its purpose.
    pub purpose: UploadPurpose,
    /// The content type that the client named; the file's content decides.
    pub content_type: String,
    /// The object's key in the uploads bucket.
    pub key: String,
    /// The state of the file.
    pub state: UploadState,
    /// The delivery of the file's message, if not the first, at which work on it began and has not ended since; 0 for none.
    #[serde(default)]
    pub begun: u32,
    /// When the upload form was issued.
    pub created_at: Time,
    /// Incremented with each change.
    pub version: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_the_marketplace_and_the_upload_and_nothing_else_does() {
        let marketplace = MarketplaceId::from_ulid("01jd0000000000000000000000");
        let upload = UploadId::from_ulid("01jd0000000000000000000001");
        let key = UploadPurpose::ListingImage.key(&marketplace, &upload);
        assert_eq!(key, "images/mkt_01jd0000000000000000000000/upl_01jd0000000000000000000001");
        assert_eq!(UploadPurpose::ListingImage.owner_of_key(&key), Some((marketplace, upload)));
        assert_eq!(UploadPurpose::Catalog.owner_of_key(&key), None);
        assert_eq!(UploadPurpose::ListingImage.owner_of_key("images/../upl_01jd0000000000000000000001"), None);
        assert_eq!(UploadPurpose::ListingImage.owner_of_key(&format!("{key}/more")), None);
    }
}
