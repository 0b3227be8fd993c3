//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    Journal, LedgerEntry,
    entities::{BalanceShard, JournalRow, Turnover},
    keys,
};
use serde_json::json;
use tradewind_kernel::period::Month;
use tradewind_storage::{Item, by_time, entity, kinds, shard, shown};

entity!(Journal, |self, tenant| keys::journal(tenant, self.kind, &self.subject),
    gsi1 => {
        let shard = shard(&self.subject, keys::BALANCE_SHARDS);
        keys::journals(tenant, Month::of(self.at), shard).at(by_time(self.at, &self.id))
    },
    summary => Some(json!({ "kind": self.kind, "subject": self.subject })));
shown!(JournalRow);
entity!(LedgerEntry, |self, tenant| keys::entry(tenant, self));

kinds! {
    whole {
        Journal, "journal.v2", "journal" / "journal", steps &[("journal.v1", "journal.v2", name_what_it_is_of)];
        LedgerEntry, "ledger_entry.v1", "account" / "entry#";
    }
    counted {
        // Beside the balance of what a provider holds stand those of the marketplace's other accounts.
        BalanceShard, "balance.v2", "balance" / "balance#", steps &[("balance.v1", "balance.v2", |_| {})];
        Turnover, "turnover.v1", "turnover" / "";
    }
}

/// A journal can be an event as well, which its `kind` says: what it books is its `of` since.
fn name_what_it_is_of(item: &mut Item) {
    if !item.contains_key("of") {
        let kind = item.remove("kind");
        item.extend(kind.map(|kind| ("of".to_owned(), kind)));
    }
}
