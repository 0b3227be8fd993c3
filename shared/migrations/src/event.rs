//! The steps of a migration.

use tradewind_kernel::{MigrationId, event::Queue, events};

/// The queue of migrations.
pub const MIGRATIONS: Queue = Queue::named("migrate");

events! {
    /// A step of a migration, for the function `platform-migrate`.
    pub enum MigrationEvent {
        "migration.step.v1":
        /// A segment of the table, or the rest of it, is to be migrated.
        Step {
            /// The migration that the step belongs to.
            migration: MigrationId,
            /// The number of the segment, from 0.
            segment: u16,
            /// The number of the step in its segment.
            step: u32,
        },
    }
}
