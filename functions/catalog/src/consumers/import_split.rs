//! The first step of an import: the file is read and split, and each part is put in the uploads bucket and on the queue.
//!
//! Everything here may be repeated after a crash: the same file gives the same parts under the same names, and each batch of events is
//! written once, with its own mark. A part that was already handled detects that itself.

use crate::csv::split::{self, Part};
use futures::future::try_join_all;
use tradewind_catalog::{ImportEvent, entities::Import, keys as catalog_keys};
use tradewind_kernel::{ImportId, MarketplaceId};
use tradewind_lambda::{App, Handled, JobError};

/// Parts written to the bucket at once.
const AT_ONCE: usize = 16;
/// Events of one transaction.
const EVENTS: usize = 90;

/// The key of a part in the uploads bucket.
pub(crate) fn part_key(import: &ImportId, part: u32) -> String {
    format!("imports/{import}/{part}.json")
}

pub(crate) async fn run(
    app: &App,
    tenant: &MarketplaceId,
    id: &ImportId,
    trace: Option<String>,
) -> Result<Handled, JobError> {
    let import = app.table.get(catalog_keys::import::<Import>(tenant, id)).await?;
    let mut import = import.ok_or_else(|| JobError::internal(format!("there is no import {id}")))?;
    if import.failure.is_some() {
        return Ok(Handled::Duplicate);
    }
    // Once it is split, the file is not read again: it may have been replaced or have expired, and parts may be in progress.
    if import.parts.is_none() {
        let split = match app.uploads.get(&import.key).await? {
            Some(bytes) => split::split(&bytes),
            None => Err("The file is not there any more. Upload it again.".into()),
        };
        let split = match split {
            Ok(split) => split,
            Err(reason) => {
                import.failure = Some(reason);
                app.commit(tenant, trace).update(&mut import).send(&app.table).await?;
                return Ok(Handled::Done);
            }
        };
        store(app, id, &split.parts).await?;
        import.parts = u32::try_from(split.parts.len()).ok();
        import.rows = Some(split.rows);
        app.commit(tenant, trace.clone()).update(&mut import).send(&app.table).await?;
    }
    let parts: Vec<u32> = (0..import.parts.unwrap_or(0)).collect();
    for batch in parts.chunks(EVENTS) {
        let first = batch.first().copied().unwrap_or(0);
        let mut commit = app.commit(tenant, trace.clone()).once("catalog-import", &format!("{id}#{first}"));
        for part in batch {
            commit = commit.emit(ImportEvent::PartReady { import: id.clone(), part: *part });
        }
        commit.send_once(&app.table).await?;
    }
    Ok(Handled::Done)
}

async fn store(app: &App, import: &ImportId, parts: &[Part]) -> Result<(), JobError> {
    let mut number = 0_u32;
    for batch in parts.chunks(AT_ONCE) {
        let mut writes = Vec::with_capacity(batch.len());
        for part in batch {
            let (key, body) = (part_key(import, number), serde_json::to_vec(part).map_err(JobError::internal)?);
            writes.push(async move { app.uploads.put(&key, "application/json", body).await });
            number = number.saturating_add(1);
        }
        try_join_all(writes).await?;
    }
    Ok(())
}
