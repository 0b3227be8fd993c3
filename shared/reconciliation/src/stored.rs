//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    entities::{Reconciliation, StoredFinding, StoredTransaction},
    keys,
};
use serde_json::json;
use tradewind_storage::{by_time, entity, kinds};

entity!(StoredTransaction, |self, tenant| keys::provider_transaction(tenant, &self.transaction));
entity!(Reconciliation, |self, tenant| keys::reconciliation(tenant, &self.id); version);
entity!(StoredFinding, |self, tenant| keys::finding(tenant, &self.id),
    gsi1 => keys::findings(tenant, self.resolution.is_some()).at(by_time(self.found_at, &self.id)),
    summary => Some(json!(self));
    version);

kinds! {
    whole {
        Reconciliation, "reconciliation.v1", "reconciliation" / "reconciliation";
        StoredTransaction, "provider_transaction.v1", "said" / "";
        StoredFinding, "finding.v1", "finding" / "finding";
    }
    counted {
    }
}
