//! Migrations of stored items, and their progress.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{MarketplaceId, MigrationId, time::Time};
use tradewind_storage::{Position, migration::Tally};

/// A migration, as it was requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The migration's id.
    pub id: MigrationId,
    /// The marketplace whose items are migrated; `None` for all marketplaces and the platform.
    pub marketplace: Option<MarketplaceId>,
    /// Whether it only counts and changes nothing.
    pub dry_run: bool,
    /// The number of segments into which the table is split for it.
    pub segments: u16,
    /// When the migration was requested.
    pub created_at: Time,
}

/// The progress of a migration in one segment of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The migration that the segment belongs to.
    pub migration: MigrationId,
    /// The number of the segment, from 0.
    pub number: u16,
    /// How many messages were processed.
    pub step: u32,
    /// The position of the last item that was read, after which it goes on.
    #[serde(rename = "behind")]
    pub after: Option<Position>,
    /// Whether the whole segment was processed.
    pub done: bool,
    /// The counts of what it did so far.
    #[serde(flatten)]
    pub tally: Tally,
    /// Incremented with each change.
    pub version: u64,
}
