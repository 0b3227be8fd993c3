//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
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
