//! `POST /v1/migrations`: brings stored items to the format of this release, in the background.
//!
//! Readers understand every earlier format, so nothing has to wait for a migration, except for new lists: a list that a release added finds
//! older items only once they were rewritten. Run a migration after each deployment whose notes ask for it, first as a dry run. It can be
//! run at any time and any number of times; one that finds nothing to do costs what reading the table costs, half a read unit for each 4
//! KB.

use crate::migrations::get::MigrationView;
use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use tradewind_kernel::MarketplaceId;
use tradewind_lambda::{App, Endpoint, Grant, Operator, Problem, Reply, Request};
use tradewind_migrations::{
    MigrationEvent,
    entities::{Migration, Segment},
};
use tradewind_storage::migration::Tally;
use tradewind_tenancy::keys as tenancy_keys;

pub const ENDPOINT: Endpoint = Endpoint::post(
    "platform-migrations-create",
    "/v1/migrations",
    "Has what is stored brought to the shapes of this release.",
)
.success(202)
.idempotent()
.grants(&[Grant::MainRead, Grant::MainWrite, Grant::EphemeralRead, Grant::EphemeralWrite]);

/// The number of segments into which the table is split. Each is handled by one message at a time.
const SEGMENTS: u16 = 8;

/// The migration to start.
#[derive(Debug, Clone, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateMigration {
    /// The marketplace whose items are migrated; if left out, those of all marketplaces and of the platform are.
    #[serde(default)]
    #[garde(skip)]
    marketplace: Option<MarketplaceId>,
    /// Whether to count only what would be changed.
    #[serde(default)]
    #[garde(skip)]
    dry_run: bool,
}

pub async fn handle(app: App, request: Request<Operator, CreateMigration>) -> Result<Reply<MigrationView>, Problem> {
    let CreateMigration { marketplace, dry_run } = request.body.clone();
    if let Some(one) = &marketplace
        && app.table.get(tenancy_keys::marketplace(one)).await?.is_none()
    {
        return Err(Problem::invalid("marketplace", "There is no marketplace with this id."));
    }
    let migration = Migration { id: app.id(), marketplace, dry_run, segments: SEGMENTS, created_at: request.now() };
    let tenant = migration.marketplace.clone().unwrap_or_else(MarketplaceId::platform);
    let mut commit = request.commit_in(&tenant).create_fresh(&migration);
    let mut segments = vec![];
    for number in 0..SEGMENTS {
        let segment = Segment {
            migration: migration.id.clone(),
            number,
            step: 0,
            after: None,
            done: false,
            tally: Tally::default(),
            version: 1,
        };
        let step = MigrationEvent::Step { migration: migration.id.clone(), segment: number, step: 0 };
        commit = commit.create_fresh(&segment).emit(step);
        segments.push(segment);
    }
    let reply = Reply::new(MigrationView::of(&migration, &segments));
    request.finish(&app, commit, reply.location(format!("/v1/migrations/{}", migration.id))).await
}
