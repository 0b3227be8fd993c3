//! An upload as its sender sees it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{ImportId, Time, UploadId};
use tradewind_media::{Upload, UploadPurpose, UploadState};
use tradewind_storage::Bucket;

/// An upload and what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadView {
    /// The upload's id.
    id: UploadId,
    /// What the file is for.
    purpose: UploadPurpose,
    /// The type that the form lets in. What the file really is decides.
    content_type: String,
    #[serde(flatten)]
    state: StateView,
    /// When it was made.
    created_at: Time,
}

/// What became of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StateView {
    /// The file has not been seen yet, or nothing was done with it yet.
    Waiting,
    /// A catalogue was taken by an import.
    Used {
        /// The import.
        import: ImportId,
    },
    /// The picture is ready in these sizes.
    Ready {
        /// Smallest first.
        sizes: Vec<SizeView>,
    },
    /// The file was refused.
    Refused {
        /// Why, for the person who sent it.
        reason: String,
    },
}

/// A picture in one size.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SizeView {
    /// `small`, `medium` or `large`.
    name: String,
    /// Pixels across.
    width: u32,
    /// Pixels down.
    height: u32,
    /// Where everybody finds it.
    url: String,
}

impl UploadView {
    /// The upload, with the addresses that its pictures have in `media`.
    pub fn new(upload: &Upload, media: &Bucket) -> Self {
        let state = match &upload.state {
            UploadState::Waiting => StateView::Waiting,
            UploadState::Used { import } => StateView::Used { import: import.clone() },
            UploadState::Refused { reason } => StateView::Refused { reason: reason.clone() },
            UploadState::Ready { sizes } => {
                let size = |size: &tradewind_media::ImageSize| SizeView {
                    name: size.name.clone(),
                    width: size.width,
                    height: size.height,
                    url: media.url(&size.key),
                };
                StateView::Ready { sizes: sizes.iter().map(size).collect() }
            }
        };
        Self {
            id: upload.id.clone(),
            purpose: upload.purpose,
            content_type: upload.content_type.clone(),
            state,
            created_at: upload.created_at,
        }
    }
}
