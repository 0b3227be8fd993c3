//! Migrations of what is stored, and how far they are.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{MarketplaceId, MigrationId, time::Time};
use tradewind_storage::{Position, migration::Tally};

/// A migration, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Migration {
    /// The migration's id.
    pub id: MigrationId,
    /// Whose items; everybody's if it is none.
    pub marketplace: Option<MarketplaceId>,
    /// Whether it only counts.
    pub dry_run: bool,
    /// Into how many segments the table is split for it.
    pub segments: u16,
    /// When it was asked for.
    pub created_at: Time,
}

/// How far a migration is in one segment of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// The migration.
    pub migration: MigrationId,
    /// Which segment, from 0.
    pub number: u16,
    /// How many messages were worked off.
    pub step: u32,
    /// Behind which item it goes on.
    pub behind: Option<Position>,
    /// Whether it is at its end.
    pub done: bool,
    /// What it did so far.
    #[serde(flatten)]
    pub tally: Tally,
    /// Counts the changes.
    pub version: u64,
}
