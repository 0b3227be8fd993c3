//! An upload as its sender sees it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{ImportId, Time, UploadId};
use tradewind_media::{Upload, UploadPurpose, UploadState};
use tradewind_storage::Bucket;

/// An upload and its state.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadView {
    /// The upload's id.
    id: UploadId,
    /// The purpose of the file.
    purpose: UploadPurpose,
    /// The type that the form accepts. Processing goes by what the file really is.
    content_type: String,
    #[serde(flatten)]
    state: StateView,
    /// When the upload was created.
    created_at: Time,
}

/// The state of a file.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum StateView {
    /// The file has not been received or not been processed yet.
    Waiting,
    /// The file is a catalogue, and an import has used it.
    Used {
        /// The import that used it.
        import: ImportId,
    },
    /// The picture is ready in these sizes.
    Ready {
        /// The sizes of the picture, smallest first.
        sizes: Vec<SizeView>,
    },
    /// The file was refused.
    Refused {
        /// The reason, for the person who sent the file.
        reason: String,
    },
}

/// A picture in one size.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SizeView {
    /// `small`, `medium` or `large`.
    name: String,
    /// The width in pixels.
    width: u32,
    /// The height in pixels.
    height: u32,
    /// The public address of the picture.
    url: String,
}

impl UploadView {
    /// Shows an upload, with the addresses of its pictures in the `media` bucket.
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
