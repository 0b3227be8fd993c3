//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    Journal, LedgerEntry,
    entities::{BalanceShard, Turnover},
    keys,
};
use serde_json::json;
use tradewind_kernel::period::Month;
use tradewind_storage::{by_time, entity, kinds, shard};

entity!(Journal, |self, tenant| keys::journal(tenant, self.kind, &self.subject),
    gsi1 => {
        let shard = shard(&self.subject, keys::BALANCE_SHARDS);
        keys::journals(tenant, Month::of(self.at), shard).at(by_time(self.at, &self.id))
    },
    card => Some(json!({ "kind": self.kind, "subject": self.subject })));
entity!(LedgerEntry, |self, tenant| keys::entry(tenant, self));

kinds! {
    whole {
        Journal, "journal.v2", "journal" / "journal";
        LedgerEntry, "ledger_entry.v1", "account" / "entry#";
    }
    counted {
        BalanceShard, "balance.v2", "balance" / "balance#";
        Turnover, "turnover.v1", "turnover" / "";
    }
}
