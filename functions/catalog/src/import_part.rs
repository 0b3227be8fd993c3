//! The second step of an import: the products of one part.
//!
//! Each product is one transaction: listing, handle, stock, and the step of the part's progress. The step is conditional, so a part
//! that is delivered again, or twice at once, goes on where it stopped: no product is made twice, no stock is set back to what
//! the file said before sales went on, and the counts are right. Only at the end are they added to the import's, once.

use crate::{
    csv_merge::{self, Merged},
    csv_product::{self, Draft},
    csv_split::{Column, Part, RowError},
    import_split::part_key,
};
use tradewind_domain::{
    ImportId, MarketplaceId,
    listing::{HandleClaim, ListingError},
    marketplace::Marketplace,
};
use tradewind_lambda::{App, Handled, Problem};
use tradewind_storage::{
    Commit,
    entities::{Import, ImportError, ImportPart},
    keys,
};

/// Row errors of one transaction.
const ERRORS: usize = 90;

/// An import at work on one part.
struct Run<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    import: Import,
    marketplace: Marketplace,
    trace: Option<String>,
}

/// What a product came to.
enum Outcome {
    Created,
    Updated,
    LeftOut,
}

pub(crate) async fn run(
    app: &App,
    tenant: &MarketplaceId,
    id: &ImportId,
    number: u32,
    trace: Option<String>,
) -> Result<Handled, Problem> {
    let missing = |what: &str| Problem::internal(format!("there is no {what} of import {id}, part {number}"));
    let mut progress = match app.table.get(keys::import_part(tenant, id, number)).await? {
        Some(progress) if progress.finished => return Ok(Handled::Duplicate),
        Some(progress) => progress,
        None => begin(app, tenant, id, number, trace.clone()).await?,
    };
    let import = app.table.get(keys::import::<Import>(tenant, id)).await?.ok_or_else(|| missing("item"))?;
    let marketplace = app.table.peek(keys::marketplace(tenant)).await?.ok_or_else(|| missing("marketplace"))?;
    let bytes = app.uploads.get(&part_key(id, number)).await?.ok_or_else(|| missing("file"))?;
    let part: Part = serde_json::from_slice(&bytes).map_err(Problem::internal)?;
    let run = Run { app, tenant, import, marketplace, trace };

    let currency = run.import.currency.unwrap_or(run.marketplace.currency);
    if progress.next == 0 {
        run.record(&part.errors).await?;
    }
    let done = usize::try_from(progress.next).unwrap_or(usize::MAX);
    for product in part.products.iter().skip(done) {
        let (draft, errors) = csv_product::read(product, currency);
        run.product(draft, errors, &mut progress).await?;
    }

    progress.finished = true;
    let orphans = u32::try_from(part.errors.len()).unwrap_or(u32::MAX);
    progress.failed_rows = progress.failed_rows.saturating_add(orphans);
    let counts = [
        ("created", progress.created),
        ("updated", progress.updated),
        ("failed_rows", progress.failed_rows),
        ("parts_done", 1),
        ("version", 1),
    ];
    run.commit().count(keys::import::<Import>(tenant, id), &counts).update(&mut progress).send(&app.table).await?;
    Ok(Handled::Done)
}

async fn begin(
    app: &App,
    tenant: &MarketplaceId,
    id: &ImportId,
    part: u32,
    trace: Option<String>,
) -> Result<ImportPart, Problem> {
    let progress = ImportPart {
        import: id.clone(),
        part,
        next: 0,
        finished: false,
        created: 0,
        updated: 0,
        failed_rows: 0,
        version: 1,
    };
    app.commit(tenant, trace).create_fresh(&progress).send(&app.table).await?;
    Ok(progress)
}

impl Run<'_> {
    fn commit(&self) -> Commit {
        self.app.commit(self.tenant, self.trace.clone())
    }

    /// Writes down what was wrong with rows. Under the same keys each time, so that it may be done again.
    async fn record(&self, errors: &[RowError]) -> Result<(), Problem> {
        for batch in errors.chunks(ERRORS) {
            let mut commit = self.commit();
            for error in batch {
                commit = commit.replace(&ImportError {
                    import: self.import.id.clone(),
                    row: error.row,
                    column: error.column.map(|column| column.name().to_owned()),
                    message: error.message.clone(),
                });
            }
            commit.send(&self.app.table).await?;
        }
        Ok(())
    }

    /// Brings one product to its end: made, changed or left out.
    async fn product(
        &self,
        draft: Option<Draft>,
        mut errors: Vec<RowError>,
        progress: &mut ImportPart,
    ) -> Result<(), Problem> {
        let (commit, outcome) = match draft {
            None => (self.commit(), Outcome::LeftOut),
            Some(draft) => {
                let row = draft.row;
                match self.write(draft).await? {
                    Ok(written) => written,
                    Err(error) => {
                        // In place of what was wrong in the same row: a row has one fault.
                        errors.retain(|known| known.row != row);
                        errors.push(refusal(row, error));
                        (self.commit(), Outcome::LeftOut)
                    }
                }
            }
        };
        self.record(&errors).await?;
        progress.next = progress.next.saturating_add(1);
        progress.failed_rows = progress.failed_rows.saturating_add(u32::try_from(errors.len()).unwrap_or(u32::MAX));
        match outcome {
            Outcome::Created => progress.created = progress.created.saturating_add(1),
            Outcome::Updated => progress.updated = progress.updated.saturating_add(1),
            Outcome::LeftOut => {}
        }
        commit.update(progress).send(&self.app.table).await?;
        Ok(())
    }

    /// The writes for a product: listing, handle and stock.
    async fn write(&self, draft: Draft) -> Result<Result<(Commit, Outcome), ListingError>, Problem> {
        let (app, tenant, seller) = (self.app, self.tenant, &self.import.seller);
        let claim = app.table.get(keys::handle(tenant, seller, &draft.handle)).await?;
        let before = match &claim {
            Some(claim) => app.table.get(keys::listing(tenant, &claim.listing)).await?,
            None => None,
        };
        let new = before.is_none();
        let before = before.unwrap_or_else(|| csv_merge::blank(app.id(), seller.clone(), app.now()));
        let handle = draft.handle.clone();
        let merged = csv_merge::merge(before, draft, app.now(), || app.id());
        let sold_in = self.marketplace.sells_in();
        let merged = merged.and_then(|merged| merged.listing.check(&sold_in).map(|()| merged));
        let Merged { mut listing, changed, stock } = match merged {
            Ok(merged) => merged,
            Err(error) => return Ok(Err(error)),
        };
        let mut commit = self.commit();
        if new {
            let claim = HandleClaim { seller: seller.clone(), handle, listing: listing.id.clone() };
            commit = commit.create_fresh(&listing).create_fresh(&claim);
        } else if changed {
            commit = commit.update(&mut listing);
        }
        for (variant, available) in stock {
            let buckets = listing.variant(&variant).map(|variant| variant.buckets).unwrap_or_default();
            commit = commit.set_stock(&listing.id, &variant, buckets, available);
        }
        Ok(Ok((commit, if new { Outcome::Created } else { Outcome::Updated })))
    }
}

fn refusal(row: u32, error: ListingError) -> RowError {
    let (column, message) = match error {
        ListingError::Closed => {
            (Column::Handle, "The listing with this handle is closed, and a closed listing stays closed.".into())
        }
        ListingError::TooManyVariants => {
            (Column::Handle, format!("{error}, and this one has others already that the file does not name."))
        }
        ListingError::TooManyBuckets => (
            Column::Handle,
            "The stock of its variants is split over too many buckets for so many variants: at most 95 together."
                .into(),
        ),
        ListingError::NoVariants
        | ListingError::OptionsDiffer
        | ListingError::SameVariantTwice
        | ListingError::PriceOutOfRange
        | ListingError::OtherCurrency
        | ListingError::MixedCurrencies => {
            (Column::Handle, format!("The product cannot be as the file says: {error}."))
        }
    };
    RowError { row, column: Some(column), message }
}
