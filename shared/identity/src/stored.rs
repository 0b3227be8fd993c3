//! How each entity of this noun is stored: under which key, in which lists, in which shape.

use crate::{Challenge, EmailClaim, KnownPlace, Session, Unverified, User, keys};
use serde_json::json;
use tradewind_storage::{by_name, entity, kinds};

entity!(User, |self, tenant| keys::user(tenant, &self.id),
    gsi1 => keys::people(tenant).at(by_name(&self.name, &self.id)),
    gsi2 => keys::addresses(tenant).at(keys::by_address(&self.email, &self.id)),
    summary => Some(json!(self.id));
    version);
entity!(EmailClaim, |self, tenant| keys::email(tenant, &self.email));
entity!(Challenge, |self, tenant| keys::challenge(tenant, self.purpose, &self.subject),
    expires_at => Some(self.expires_at));
entity!(Unverified, |self, tenant| keys::unverified(tenant, &self.email, &self.slot));
entity!(KnownPlace, |self, tenant| keys::known_place(tenant, &self.user, &self.network), expires_at => Some(self.expires_at));
entity!(Session, |self, tenant| keys::session(tenant, &self.user, &self.id), expires_at => Some(self.expires_at); version);

// Sessions of version 1 lay under their own id alone, those of version 2 lie with the others of their user.
kinds! {
    whole {
        Challenge, "challenge.v1", "challenge" / "challenge";
        EmailClaim, "email_claim.v1", "email" / "email";
        KnownPlace, "known_place.v1", "place" / "place";
        Session, "session.v2", "session" / "", steps &[("session.v1", "session.v2", |_| {})];
        Unverified, "unverified.v1", "email" / "unverified#";
        User, "user.v1", "user" / "user";
    }
    counted {
    }
}
