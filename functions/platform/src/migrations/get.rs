//! `GET /v1/migrations/{migration_id}`: the progress of a migration, and what it changed.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use tradewind_kernel::{MarketplaceId, MigrationId, Time};
use tradewind_lambda::{App, Endpoint, Grant, OfMigration, Operator, Problem, Reply, Request};
use tradewind_migrations::{
    entities::{Migration, Segment},
    keys as migrations_keys,
};
use tradewind_storage::migration::Tally;

/// 1 read unit for the migration, and 1 for its segments.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "platform-migrations-get",
    "/v1/migrations/{migration_id}",
    "Reads how far a migration of what is stored is.",
)
.grants(&[Grant::MainRead]);

/// A migration of stored items.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MigrationView {
    /// The migration's id.
    id: MigrationId,
    /// The marketplace whose items are migrated; absent if those of all are.
    marketplace: Option<MarketplaceId>,
    /// Whether it only counts what it would change.
    dry_run: bool,
    /// The state and the result of the migration.
    status: MigrationStatus,
    /// The number of segments into which the table is split.
    segments: u16,
    /// The number of segments that are done. The counts below cover what was done so far.
    segments_done: u16,
    /// Items that were examined so far.
    items: u64,
    /// Items that were changed, or would be changed if this were no dry run, by their new format, such as `order.v1`.
    changed: BTreeMap<String, u64>,
    /// Items that this release cannot read. They were left as they are.
    failed: u64,
    /// The keys of the first 20 items that cannot be read, each with the error.
    failures: Vec<String>,
    /// When the migration was requested.
    created_at: Time,
}

/// The state of a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MigrationStatus {
    /// Some segments are not done yet.
    Running,
    /// Every segment is done, without failures.
    Done,
    /// Every segment is done, but some items could not be read: see `failures`.
    Incomplete,
}

impl MigrationView {
    /// Shows a migration with the progress of its segments.
    pub fn of(migration: &Migration, segments: &[Segment]) -> Self {
        let mut tally = Tally::default();
        segments.iter().for_each(|segment| tally.add(&segment.tally));
        let done = segments.iter().filter(|segment| segment.done).count();
        let done = u16::try_from(done).unwrap_or(u16::MAX);
        let status = match (done < migration.segments, tally.failed) {
            (true, _) => MigrationStatus::Running,
            (false, 0) => MigrationStatus::Done,
            (false, _) => MigrationStatus::Incomplete,
        };
        let Tally { items, changed, failed, failures } = tally;
        Self {
            id: migration.id.clone(),
            marketplace: migration.marketplace.clone(),
            dry_run: migration.dry_run,
            status,
            segments: migration.segments,
            segments_done: done,
            items,
            changed,
            failed,
            failures,
            created_at: migration.created_at,
        }
    }
}

pub async fn handle(app: App, request: Request<Operator, (), OfMigration>) -> Result<Reply<MigrationView>, Problem> {
    let id = &request.params.migration_id;
    let migration =
        app.table.get(migrations_keys::migration(id)).await?.ok_or_else(|| Problem::not_found("migration"))?;
    let segments = app.table.page(migrations_keys::migration_segments(id).now(), migration.segments, None).await?;
    Ok(Reply::new(MigrationView::of(&migration, &segments.items)))
}
