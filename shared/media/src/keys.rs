//! The keys of this noun, and what reading and writing under them costs: see `tradewind-storage`. A test pins each key; changing one is a
//! migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | upload | main | `T#upload#U` / `upload` | `GetItem` | 1 R |

use crate::Upload;
use tradewind_kernel::{MarketplaceId, UploadId};
use tradewind_storage::Key;

/// The key of an upload.
pub fn upload(t: &MarketplaceId, id: &UploadId) -> Key<Upload> {
    Key::main(format!("{t}#upload#{id}"), "upload")
}
