//! Reading journals by their kind and subject.

use crate::{Journal, JournalKind, keys};
use tradewind_kernel::MarketplaceId;
use tradewind_storage::{StorageError, Table};

/// A set of journals that were read.
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

    /// The journal of this kind for this subject, if it was read.
    pub fn get(&self, kind: JournalKind, subject: &str) -> Option<&Journal> {
        self.0.iter().find(|journal| journal.kind == kind && journal.subject == subject)
    }

    /// All journals that were read.
    pub fn iter(&self) -> impl Iterator<Item = &Journal> {
        self.0.iter()
    }
}
