//! Files that clients send: what they are for and what became of them.

pub mod keys;
mod stored;

pub use stored::KINDS;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_kernel::{Id, ImportId, MarketplaceId, Time, UploadId, UserId, event::Queue};

/// Where uploaded pictures wait: fed by the uploads bucket, not by events.
pub const UPLOADED: Queue = Queue::named("media-process");

/// The sizes in which a picture is kept: their names and the pixels of the longest side at most.
pub const SIZES: [(&str, u32); 3] = [("small", 320), ("medium", 800), ("large", 1600)];
/// Most pixels of a picture. What is let in takes a few hundred megabytes to unpack.
pub const MOST_PIXELS: u64 = 50_000_000;

/// Where a picture lies in the media bucket, in one of [`SIZES`]: always a JPEG, so that whoever knows the upload's id knows the
/// picture's address without reading the upload.
pub fn picture_key(marketplace: &MarketplaceId, upload: &UploadId, size: &str) -> String {
    format!("{marketplace}/{upload}/{size}.jpg")
}

/// What a file is for. It decides which types and sizes are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UploadPurpose {
    /// A picture of a listing: JPEG, PNG, WebP or GIF, at most 10 MiB.
    ListingImage,
    /// A product catalogue: CSV, at most 50 MiB.
    Catalog,
    /// What shows how a disputed sale was: PDF, JPEG or PNG, at most 5 MiB.
    Evidence,
}

impl UploadPurpose {
    /// The largest file in bytes.
    pub const fn most_bytes(self) -> u64 {
        match self {
            Self::ListingImage => 10 * 1024 * 1024,
            Self::Catalog => 50 * 1024 * 1024,
            Self::Evidence => 5 * 1024 * 1024,
        }
    }

    /// The content types that are let in.
    pub const fn content_types(self) -> &'static [&'static str] {
        match self {
            Self::ListingImage => &["image/jpeg", "image/png", "image/webp", "image/gif"],
            // Browsers on Windows with Excel call CSV so.
            Self::Catalog => &["text/csv", "application/vnd.ms-excel"],
            Self::Evidence => &["application/pdf", "image/jpeg", "image/png"],
        }
    }

    /// The first part of the object's key, by which bucket notifications are told apart.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ListingImage => "images",
            Self::Catalog => "catalogs",
            Self::Evidence => "evidence",
        }
    }

    /// Where a file lies in the uploads bucket.
    pub fn key(self, marketplace: &MarketplaceId, upload: &UploadId) -> String {
        format!("{}/{marketplace}/{upload}", self.prefix())
    }

    /// Whose file a key of the uploads bucket names.
    pub fn owner_of_key(self, key: &str) -> Option<(MarketplaceId, UploadId)> {
        let (marketplace, upload) = key.strip_prefix(self.prefix())?.strip_prefix('/')?.split_once('/')?;
        Some((MarketplaceId::parse(marketplace).ok()?, UploadId::parse(upload).ok()?))
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
    /// At which time that the file was handed out, if not at the first, work on it began and has not ended since; 0 for none.
    #[serde(default)]
    pub begun: u32,
    /// When the form was handed out.
    pub created_at: Time,
    /// Counts the changes.
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
