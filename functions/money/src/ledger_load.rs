//! Reading many things by their keys, for an audit.

use std::collections::BTreeSet;
use tradewind_domain::{
    MarketplaceId,
    ledger::{Journal, JournalKind},
};
use tradewind_lambda::{App, Problem};
use tradewind_storage::{Key, keys};

/// Most keys of one call.
const AT_ONCE: usize = 100;

/// Everything that lies under these keys as it is now, each once. 1 read unit each.
pub(crate) async fn all<E: serde::de::DeserializeOwned>(
    app: &App,
    keys: impl IntoIterator<Item = Key<E>>,
) -> Result<Vec<E>, Problem> {
    let mut seen = BTreeSet::new();
    let wanted: Vec<_> = keys.into_iter().filter(|key| seen.insert((key.pk.clone(), key.sk.clone()))).collect();
    let mut found = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(AT_ONCE) {
        found.extend(app.table.get_all(some.to_vec()).await?);
    }
    Ok(found)
}

/// Journals that were read.
#[derive(Default)]
pub(crate) struct Journals(Vec<Journal>);

impl Journals {
    /// Reads the journals of these kinds and subjects.
    pub async fn read(app: &App, tenant: &MarketplaceId, names: Vec<(JournalKind, String)>) -> Result<Self, Problem> {
        let keys: Vec<_> = names.iter().map(|(kind, subject)| keys::journal(tenant, *kind, subject)).collect();
        Ok(Self(all(app, keys).await?))
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
