//! The second step of an import: the products of one part.
//!
//! Each product is one transaction: listing, handle, stock, and the part's progress, which moves on by one. The progress is written
//! conditionally, so a part that is delivered again, or twice at once, continues where it stopped: no product is created twice, no stock is
//! set back to the number in the file after units were sold, and the counts are right. They are added to the import's counts once, at the
//! end.

use crate::{
    consumers::{import_note, import_split::part_key},
    csv::{
        columns::Headings,
        merge::{self, Merged, Refusal},
        product::{self, Draft, Reading},
        rows::{Product, RowError},
        split::Part,
    },
};
use tradewind_catalog::{
    SetStock,
    entities::{Import, ImportError, ImportPart},
    import::{NoteKind, Tally},
    keys as catalog_keys,
    listing::HandleClaim,
    stock::Stock,
};
use tradewind_kernel::{ImportId, MarketplaceId};
use tradewind_lambda::{App, Handled, JobError};
use tradewind_storage::Commit;
use tradewind_tenancy::{Marketplace, keys as tenancy_keys};

/// Row errors written by one transaction.
const ERRORS: usize = 90;

/// The notes about a product: each kind with the variants that it is about.
type Notes = Vec<(NoteKind, Vec<String>)>;

/// An import while it works on one part.
struct Run<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    import: Import,
    marketplace: Marketplace,
    headings: &'a Headings,
    trace: Option<String>,
}

pub(crate) async fn run(
    app: &App,
    tenant: &MarketplaceId,
    id: &ImportId,
    number: u32,
    trace: Option<String>,
) -> Result<Handled, JobError> {
    let missing = |what: &str| JobError::internal(format!("there is no {what} of import {id}, part {number}"));
    let mut progress = match app.table.get(catalog_keys::import_part(tenant, id, number)).await? {
        Some(progress) if progress.finished => return Ok(Handled::Duplicate),
        Some(progress) => progress,
        None => begin(app, tenant, id, number, trace.clone()).await?,
    };
    let import = app.table.get(catalog_keys::import::<Import>(tenant, id)).await?.ok_or_else(|| missing("item"))?;
    let marketplace = app.table.peek(tenancy_keys::marketplace(tenant)).await?.ok_or_else(|| missing("marketplace"))?;
    let bytes = app.uploads.get(&part_key(id, number)).await?.ok_or_else(|| missing("file"))?;
    let part: Part = serde_json::from_slice(&bytes).map_err(JobError::internal)?;
    let run = Run { app, tenant, import, marketplace, headings: &part.headings, trace };

    if progress.next == 0 {
        run.record(&part.errors).await?;
    }
    let done = usize::try_from(progress.next).unwrap_or(usize::MAX);
    for product in part.products.iter().skip(done) {
        run.product(product, &mut progress).await?;
    }

    progress.finished = true;
    progress.tally.failed_rows = progress.tally.failed_rows.saturating_add(part.failed_rows);
    let mut counts = progress.tally.counters();
    counts.extend([("parts_done", 1), ("version", 1)]);
    run.commit()
        .count(catalog_keys::import::<Import>(tenant, id), &counts)
        .update(&mut progress)
        .send(&app.table)
        .await?;
    Ok(Handled::Done)
}

async fn begin(
    app: &App,
    tenant: &MarketplaceId,
    id: &ImportId,
    part: u32,
    trace: Option<String>,
) -> Result<ImportPart, JobError> {
    let progress =
        ImportPart { import: id.clone(), part, next: 0, finished: false, tally: Tally::default(), version: 1 };
    app.commit(tenant, trace).create_fresh(&progress).send(&app.table).await?;
    Ok(progress)
}

impl Run<'_> {
    fn commit(&self) -> Commit {
        self.app.commit(self.tenant, self.trace.clone())
    }

    /// Stores the errors of rows. It uses the same keys each time, so that it can be repeated.
    async fn record(&self, errors: &[RowError]) -> Result<(), JobError> {
        for batch in errors.chunks(ERRORS) {
            let mut commit = self.commit();
            for error in batch {
                commit = commit.replace(&ImportError {
                    import: self.import.id.clone(),
                    row: error.row,
                    column: error.column.map(|column| column.heading(self.headings)),
                    message: error.message.clone(),
                });
            }
            commit.send(&self.app.table).await?;
        }
        Ok(())
    }

    /// Stores the notes about a product, likewise.
    async fn tell(&self, row: u32, handle: &str, notes: &Notes) -> Result<(), JobError> {
        let mut commit = self.commit();
        for (kind, about) in notes {
            commit = commit.replace(&import_note::note(&self.import.id, row, handle, *kind, about));
        }
        commit.send(&self.app.table).await?;
        Ok(())
    }

    /// Handles one product completely: it is created, changed or left out.
    async fn product(&self, product: &Product, progress: &mut ImportPart) -> Result<(), JobError> {
        let currency = self.import.currency.unwrap_or(self.marketplace.currency);
        let Reading { draft, mut errors, gift_card } = product::read(product, self.headings, currency);
        let mut tally = Tally { gift_cards: u32::from(gift_card), ..Tally::default() };
        let mut written = None;
        if let Some(draft) = draft {
            let row = draft.row;
            match self.write(draft).await? {
                Ok((commit, new, notes)) => {
                    self.tell(row, &product.handle, &notes).await?;
                    (tally.created, tally.updated) = (u32::from(new), u32::from(!new));
                    written = Some(commit);
                    import_note::count(&mut tally, &notes);
                }
                Err(Refusal { row, column, message }) => {
                    // This replaces an error in the same row: a row has only one.
                    errors.retain(|known| known.row != row);
                    let message = format!("{message} The whole product is left out.");
                    errors.push(RowError { row, column: Some(column), message });
                }
            }
        }
        self.record(&errors).await?;
        let failed = match &written {
            Some(_) => errors.len(),
            None => product.rows.len(),
        };
        tally.left_out = u32::from(written.is_none());
        tally.failed_rows = u32::try_from(failed).unwrap_or(u32::MAX);
        progress.next = progress.next.saturating_add(1);
        progress.tally = progress.tally.plus(&tally);
        written.unwrap_or_else(|| self.commit()).update(progress).send(&self.app.table).await?;
        Ok(())
    }

    /// The writes for a product (listing, handle and stock), whether it is new, and the notes about it.
    async fn write(&self, draft: Draft) -> Result<Result<(Commit, bool, Notes), Refusal>, JobError> {
        let (app, tenant, seller) = (self.app, self.tenant, &self.import.seller);
        let claim = app.table.get(catalog_keys::handle(tenant, seller, &draft.handle)).await?;
        let before = match &claim {
            Some(claim) => app.table.get(catalog_keys::listing(tenant, &claim.listing)).await?,
            None => None,
        };
        let new = before.is_none();
        let before = before.unwrap_or_else(|| merge::blank(app.id(), seller.clone(), app.now()));
        let (handle, row) = (draft.handle.clone(), draft.row);
        let sold_in = self.marketplace.sells_in();
        let merged = merge::merge(before, draft, app.now(), || app.id()).and_then(|merged| {
            merged.listing.check(&sold_in).map_err(|error| merge::refusal(row, error)).map(|()| merged)
        });
        let Merged { mut listing, changed, stock: set, spread, notes } = match merged {
            Ok(merged) => merged,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut commit = self.commit();
        if new {
            let claim = HandleClaim { seller: seller.clone(), handle, listing: listing.id.clone() };
            commit = commit.create_fresh(&listing).create_fresh(&claim);
        } else if changed {
            commit = commit.update(&mut listing);
        }
        for (variant, available) in set {
            let buckets = listing.variant(&variant).map(|variant| variant.buckets).unwrap_or_default();
            let (listing, variant, seen) = (&listing.id, &variant, None);
            commit = commit.with(SetStock { listing, variant, before: buckets, after: buckets, available, seen });
        }
        for variant in spread {
            let buckets = listing.variant(&variant).map(|variant| variant.buckets).unwrap_or_default();
            let read = tradewind_catalog::buckets::load(&app.table, tenant, [(&listing.id, &variant, buckets)]).await?;
            let now = Stock::available(&read, &variant);
            let (listing, variant, available, seen) = (&listing.id, &variant, now, Some(read.as_slice()));
            commit = commit.with(SetStock { listing, variant, before: buckets, after: buckets, available, seen });
        }
        Ok(Ok((commit, new, notes)))
    }
}
