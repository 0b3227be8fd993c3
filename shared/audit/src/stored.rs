//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{
    entities::{Found, LedgerVerification},
    keys,
};
use tradewind_storage::{entity, kinds};

entity!(LedgerVerification, |self, tenant| keys::ledger_verification(tenant, &self.id); version);
entity!(Found, |self, tenant| keys::difference(
    tenant,
    &self.verification,
    self.difference.kind,
    &self.difference.subject
));

kinds! {
    whole {
        Found, "ledger_difference.v1", "verification" / "difference#";
        LedgerVerification, "ledger_verification.v1", "verification" / "verification";
    }
    counted {
    }
}
