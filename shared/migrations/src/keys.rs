//! The keys of this noun, and what reading and writing under them costs: see `tradewind-storage`. A test pins each key; changing one is a
//! migration.
//!
//! | what | table | key | call | units |
//! |---|---|---|---|---|
//! | migration, how far it is | main | `platform#migration#M` / `migration`, `segment#N` | `Scan`, `UpdateItem`, `Query` | 0.5 R a 4 KB of the table, 1 W a 1 KB that changes |

use crate::entities::{Migration, Segment};
use tradewind_kernel::MigrationId;
use tradewind_storage::{Key, List, Path};

/// A migration.
pub fn migration(id: &MigrationId) -> Key<Migration> {
    Key::main(format!("platform#migration#{id}"), "migration")
}

/// How far it is in one segment of the table.
pub fn migration_segment(id: &MigrationId, number: u16) -> Key<Segment> {
    Key::main(format!("platform#migration#{id}"), format!("segment#{number:03}"))
}

/// How far it is in each.
pub fn migration_segments(id: &MigrationId) -> List<Segment> {
    List::of(Path::Table, format!("platform#migration#{id}"), "segment#", false)
}
