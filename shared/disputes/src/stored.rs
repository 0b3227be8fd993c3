//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Dispute, keys};
use tradewind_storage::{by_time, entity, kinds};

entity!(Dispute, |self, tenant| keys::dispute(tenant, &self.id),
    gsi1 => keys::disputes(tenant).at(by_time(self.created_at, &self.id)),
    gsi2 => keys::disputes_of(tenant, &self.payment).at(by_time(self.created_at, &self.id)),
    summary => serde_json::to_value(Dispute { evidence: vec![], ..self.clone() }).ok();
    version);

kinds! {
    whole {
        Dispute, "dispute.v1", "dispute" / "dispute";
    }
    counted {
    }
}
