//! The events of a commit.
//!
//! An event is stored in an item of its own, or inside another item that the same commit creates and nobody ever rewrites, such as a
//! journal or a provider's report: then it costs no extra write units, or only as many as the item grows. In the stream both look
//! alike: the insertion of an item that is an event, recognised by the attribute `kind`.

use super::{Commit, CommitError, Denial, EVENTS_KEPT, In, impossible, logical_name};
use crate::{
    item::{Item, TTL, key_item},
    keys,
    shape::{self, SHAPE, Shaped},
};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use tradewind_kernel::event::{AnyEvent, Envelope};

impl Commit {
    pub(super) fn write_events(mut self) -> Self {
        for (number, (event, delay_seconds)) in std::mem::take(&mut self.events).into_iter().enumerate() {
            let mut item = match self.envelope(number, event, delay_seconds) {
                Ok(envelope) => envelope,
                Err(fault) => return self.failed(fault),
            };
            if let Some(carrier) = self.actions.iter_mut().find_map(|(action, _)| carrier(action)) {
                carrier.extend(item);
                continue;
            }
            let key = keys::event(&self.tenant, self.id.as_str(), number);
            item.extend(key_item(key.pk, key.sk));
            item.insert(SHAPE.into(), shape::text(Envelope::<AnyEvent>::SHAPE));
            item.insert(TTL.into(), AttributeValue::N(self.now.after(EVENTS_KEPT).seconds().to_string()));
            self = self.put_item(In::Main, item, None, None, Denial::Stale);
        }
        self
    }

    /// The attributes that make an item an event, by which the outbox relay finds it.
    fn envelope(&self, number: usize, event: AnyEvent, delay_seconds: u16) -> Result<Item, CommitError> {
        let envelope = Envelope {
            id: format!("{}_{number}", self.id),
            marketplace: self.tenant.clone(),
            at: self.now,
            trace: self.trace.clone(),
            delay_seconds,
            event,
        };
        let body = serde_json::to_string(&envelope).map_err(impossible)?;
        Ok(Item::from([
            ("kind".to_owned(), AttributeValue::S("event".into())),
            ("body".to_owned(), AttributeValue::S(body)),
        ]))
    }
}

/// Returns the item of an action if an event can be stored in it: it is new, so that the stream shows it as an insertion; it has no
/// version, so that nobody overwrites the event; and it has no attributes of its own with these names.
fn carrier(action: &mut TransactWriteItem) -> Option<&mut Item> {
    let put = action.put.as_mut()?;
    let new = put.condition_expression.as_deref() == Some("attribute_not_exists(pk)");
    let lasts = new && put.table_name == logical_name(In::Main);
    let taken = ["version", "kind", "body"].iter().any(|name| put.item.contains_key(*name));
    (lasts && !taken).then_some(&mut put.item)
}
