//! Events: what happened, for the consumers that must act on it. An event is written in the transaction of its cause and is put on
//! the queue of every consumer that takes it, at least once.
//!
//! Each noun has its own enums, made with [`events`](crate::events). The name of an event carries a version: when its shape changes
//! it gets a new name, and consumers know both names until the old events are gone.

use crate::{MarketplaceId, Time};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A set of events: those that one consumer takes, or those of one noun.
pub trait Event: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The names of all its events, such as `order.paid.v1`.
    const NAMES: &'static [&'static str];
}

/// The events that one consumer takes, from one noun or several.
pub trait Takes: DeserializeOwned + Clone + Send + Sync + 'static {
    /// The names of all its events, grouped by noun.
    const EVENTS: &'static [&'static [&'static str]];
}

impl<E: Event> Takes for E {
    const EVENTS: &'static [&'static [&'static str]] = &[E::NAMES];
}

/// Declares an enum of events. Each variant is preceded by the name under which it is sent.
#[macro_export]
macro_rules! events {
    (
        $(#[$about:meta])*
        pub enum $enum:ident {
            $($name:literal: $(#[$what:meta])* $variant:ident { $($(#[$member:meta])* $field:ident: $type:ty),* $(,)? },)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "type", content = "data")]
        pub enum $enum {
            $($(#[$what])* #[serde(rename = $name)] $variant { $($(#[$member])* $field: $type),* },)*
        }

        impl $crate::event::Event for $enum {
            const NAMES: &'static [&'static str] = &[$($name),*];
        }
    };
}

/// A queue of events, identified by its name without the deployment stage. Each has its own consumer and dead-letter queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Queue(&'static str);

impl Queue {
    /// The queue with this name, in small letters and hyphens.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// The queue's name, without the stage.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// An event in transit: on the outbox, through the relay and on every queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<E> {
    /// The event's id: the commit's id and a number. Consumers act once for each id.
    pub id: String,
    /// The marketplace in which it happened.
    pub marketplace: MarketplaceId,
    /// When it happened.
    pub at: Time,
    /// The trace of the request that caused it, in the `X-Amzn-Trace-Id` format.
    pub trace: Option<String>,
    /// How long the queue holds it back before consumers see it, in seconds: at most 900.
    #[serde(default)]
    pub delay_seconds: u16,
    /// What happened: the event's name and data.
    #[serde(flatten)]
    pub event: E,
}

/// An event of any noun, for code that does not look into it: the relay, and the listing of dead letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnyEvent {
    /// The event's name with its version.
    #[serde(rename = "type")]
    pub name: String,
    /// The event's data, as JSON.
    pub data: serde_json::Value,
}

/// Whoever takes any event is not found by the relay: events are put on its queue by name.
impl Takes for AnyEvent {
    const EVENTS: &'static [&'static [&'static str]] = &[];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Id, OrderId};

    crate::events! {
        /// Something that happens in this test.
        pub enum Lamp {
            "lamp.lit.v1": /// It shines.
            Lit { /// For whom.
                order: OrderId },
        }
    }

    #[test]
    fn an_envelope_reads_back_and_names_its_version() {
        let envelope = Envelope {
            id: "cmt_01jd0000000000000000000000_0".into(),
            marketplace: MarketplaceId::from_ulid("01jd0000000000000000000000"),
            at: Time::from_millis(0),
            trace: None,
            delay_seconds: 0,
            event: Lamp::Lit { order: OrderId::from_ulid("01jd0000000000000000000000") },
        };
        let json = serde_json::to_value(&envelope).unwrap();
        assert_eq!((json["type"].as_str(), Lamp::NAMES), (Some("lamp.lit.v1"), ["lamp.lit.v1"].as_slice()));
        assert_eq!(serde_json::from_value::<Envelope<Lamp>>(json.clone()).unwrap(), envelope);
        let any: Envelope<AnyEvent> = serde_json::from_value(json.clone()).unwrap();
        assert_eq!((any.event.name.as_str(), serde_json::to_value(&any).unwrap()), ("lamp.lit.v1", json));
    }

    #[test]
    fn an_event_of_an_unknown_version_is_not_read() {
        assert!(serde_json::from_str::<Lamp>(r#"{"type":"lamp.lit.v99","data":{}}"#).is_err());
    }
}
