//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{EmailClaim, Session, User, keys};
use serde_json::json;
use tradewind_storage::{by_name, entity, kinds};

entity!(User, |self, tenant| keys::user(tenant, &self.id),
    gsi1 => keys::people(tenant).at(by_name(&self.name, &self.id)),
    gsi2 => keys::addresses(tenant).at(keys::by_address(&self.email, &self.id)),
    summary => Some(json!(self.id));
    version);
entity!(EmailClaim, |self, tenant| keys::email(tenant, &self.email));
entity!(Session, |self, tenant| keys::session(tenant, &self.id), expires_at => Some(self.expires_at); version);

kinds! {
    whole {
        EmailClaim, "email_claim.v1", "email" / "email";
        Session, "session.v1", "session" / "session";
        User, "user.v1", "user" / "user";
    }
    counted {
    }
}
