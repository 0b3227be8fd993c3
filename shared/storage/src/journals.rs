//! Reading many things by their keys, and journals by what they are about.

use crate::{Key, StorageError, Table, keys};
use std::collections::BTreeSet;
use tradewind_domain::{
    MarketplaceId,
    ledger::{Journal, JournalKind},
};

/// Most keys of one call.
const AT_ONCE: usize = 100;

/// Everything that lies under these keys as it is now, each once. 1 read unit each.
pub async fn all<E: serde::de::DeserializeOwned>(
    table: &Table,
    keys: impl IntoIterator<Item = Key<E>>,
) -> Result<Vec<E>, StorageError> {
    let mut seen = BTreeSet::new();
    let wanted: Vec<_> = keys.into_iter().filter(|key| seen.insert((key.pk.clone(), key.sk.clone()))).collect();
    let mut found = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(AT_ONCE) {
        found.extend(table.get_all(some.to_vec()).await?);
    }
    Ok(found)
}

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
        Ok(Self(all(table, keys).await?))
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
