//! `GET /v1/migrations/{migration_id}`: how far a migration is, and what it changed.

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

/// What the endpoint declares. 1 read unit for the migration, and 1 for its segments.
pub const ENDPOINT: Endpoint = Endpoint::get(
    "platform-migrations-get",
    "/v1/migrations/{migration_id}",
    "Reads how far a migration of what is stored is.",
)
.grants(&[Grant::MainRead]);

/// A migration of what is stored.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MigrationView {
    /// The migration's id.
    id: MigrationId,
    /// The marketplace whose items are migrated; none if it is everybody's.
    marketplace: Option<MarketplaceId>,
    /// Whether it only counts.
    dry_run: bool,
    /// How far it is, and what came out.
    status: MigrationStatus,
    /// Into how many segments the table is split for it.
    segments: u16,
    /// Segments that are done. What follows counts what was done so far.
    segments_done: u16,
    /// Items that were looked at.
    items: u64,
    /// Items that were changed, or would be if it were no dry run, by the shape that they have then, such as `order.v1`.
    changed: BTreeMap<String, u64>,
    /// Items that this release cannot read. They were left as they are.
    failed: u64,
    /// The keys of the first 20 of those in the table, each with what is wrong.
    failures: Vec<String>,
    /// When it was asked for.
    created_at: Time,
}

/// Where a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MigrationStatus {
    /// Some segments are still to do.
    Running,
    /// Every segment is done, and so is every item.
    Done,
    /// Every segment is done, and some items could not be read: see `failures`.
    Incomplete,
}

impl MigrationView {
    /// What is told of a migration whose segments are these.
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
