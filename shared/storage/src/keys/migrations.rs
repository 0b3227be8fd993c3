//! The keys of migrations, which are the platform's.

use super::{Key, List, Path, list, main};
use crate::entities::{Migration, Segment};
use tradewind_domain::MigrationId;

/// A migration.
pub fn migration(id: &MigrationId) -> Key<Migration> {
    main(format!("platform#migration#{id}"), "migration")
}

/// How far it is in one segment of the table.
pub fn migration_segment(id: &MigrationId, number: u16) -> Key<Segment> {
    main(format!("platform#migration#{id}"), format!("segment#{number:03}"))
}

/// How far it is in each.
pub fn migration_segments(id: &MigrationId) -> List<Segment> {
    list(Path::Table, format!("platform#migration#{id}"), "segment#", false)
}
