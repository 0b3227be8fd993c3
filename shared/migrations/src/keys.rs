//! The keys of this noun's items, and the cost of reading and writing them, in the units that `tradewind-storage` explains. A test
//! pins each key; changing one needs a migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | migration, its progress | main | `platform#migration#M` / `migration`, `segment#N` | `Scan`, `UpdateItem`, `Query` | 0.5 R a 4 KB of the table, 1 W a 1 KB that changes |

use crate::entities::{Migration, Segment};
use tradewind_kernel::MigrationId;
use tradewind_storage::{Key, List, Path};

/// The key of a migration.
pub fn migration(id: &MigrationId) -> Key<Migration> {
    Key::main(format!("platform#migration#{id}"), "migration")
}

/// The key of a migration's progress in one segment of the table.
pub fn migration_segment(id: &MigrationId, number: u16) -> Key<Segment> {
    Key::main(format!("platform#migration#{id}"), format!("segment#{number:03}"))
}

/// The list of a migration's progress in all segments.
pub fn migration_segments(id: &MigrationId) -> List<Segment> {
    List::of(Path::Table, format!("platform#migration#{id}"), "segment#", false)
}
