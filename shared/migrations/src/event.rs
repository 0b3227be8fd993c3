//! The steps of a migration.

use tradewind_kernel::{MigrationId, event::Queue, events};

/// Where migrations wait.
pub const MIGRATIONS: Queue = Queue::named("migrate");

events! {
    /// A step of a migration, for `platform-migrate`.
    pub enum MigrationEvent {
        "migration.step.v1":
        /// A segment of the table is to be migrated, or the rest of it.
        Step {
            /// The migration.
            migration: MigrationId,
            /// Which segment, from 0.
            segment: u16,
            /// Counts the steps of the segment.
            step: u32,
        },
    }
}
