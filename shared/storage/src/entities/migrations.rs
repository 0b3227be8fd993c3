//! Migrations of what is stored, and how far they are.

use crate::Position;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_domain::{MarketplaceId, MigrationId, Time};

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

/// What a migration did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Items that were looked at.
    pub items: u64,
    /// Items that were changed, or would be, by their shape.
    pub changed: BTreeMap<String, u64>,
    /// Items that could not be read or written, of which nothing was changed.
    pub failed: u64,
    /// The keys of the first of those, with what was wrong.
    pub failures: Vec<String>,
}

/// Failures that are named.
const NAMED: usize = 20;

impl Tally {
    /// Counts an item that could not be changed.
    pub fn fail(&mut self, failure: String) {
        self.failed = self.failed.saturating_add(1);
        if self.failures.len() < NAMED {
            self.failures.push(failure);
        }
    }

    /// Adds what was done elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.items = self.items.saturating_add(other.items);
        for (shape, count) in &other.changed {
            let sum = self.changed.entry(shape.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.failed = self.failed.saturating_add(other.failed);
        self.failures.extend(other.failures.iter().take(NAMED.saturating_sub(self.failures.len())).cloned());
    }
}
