//! Reading journals by what they are about.

use crate::{Journal, JournalKind, keys};
use tradewind_kernel::MarketplaceId;
use tradewind_storage::{StorageError, Table};

/// Journals that were read.
#[derive(Debug, Default)]
pub struct Journals(Vec<Journal>);

impl Journals {
    /// Reads the journals of these kinds and subjects.
    pub async fn read(
        table: &Table,
        tenant: &MarketplaceId,
        names: Vec<(JournalKind, String)>,
    ) -> Result<Self, StorageError> {
        let keys: Vec<_> = names.iter().map(|(kind, subject)| keys::journal(tenant, *kind, subject)).collect();
        Ok(Self(table.get_each(keys).await?))
    }

    /// One of them.
    pub fn get(&self, kind: JournalKind, subject: &str) -> Option<&Journal> {
        self.0.iter().find(|journal| journal.kind == kind && journal.subject == subject)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Journal> {
        self.0.iter()
    }
}
