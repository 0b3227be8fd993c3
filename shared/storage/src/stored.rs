//! How each entity of this crate is stored: under which key, in which lists, in which shape.

use crate::{
    entities::{Attempts, Done, Notified, ReplyRecord},
    entity, keys, kinds,
};
use tradewind_kernel::{
    event::{AnyEvent, Envelope},
    timer::Timer,
};

/// An event, of whichever noun.
type Event = Envelope<AnyEvent>;

entity!(Done, |self, tenant| keys::done(tenant, &self.consumer, &self.event), expires_at => Some(self.expires_at));
entity!(Notified, |self, _tenant| keys::notified(self.of.as_ref(), &self.message), expires_at => Some(self.expires_at));
entity!(Timer, |self, _tenant| keys::timer(self));

kinds! {
    whole {
        Done, "done.v1", "done" / "done";
        Timer, "timer.v1", "due" / "";
        Notified, "told.v1", "told" / "told";
    }
    counted {
        Attempts, "attempts.v1", "attempts" / "attempts";
        Event, "event.v1", "event" / "event#";
        ReplyRecord, "reply.v1", "idempotency" / "reply";
    }
}
