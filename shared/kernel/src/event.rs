//! What happened, for those who must act on it. An event is written in the transaction of its cause and put on the queue of
//! every consumer that takes it, at least once.
//!
//! Each noun has enums of its own, made with [`events`](crate::events). The name of an event carries a version: a change of shape is a new
//! name, and consumers know both until the old ones are gone.

use crate::{MarketplaceId, Time};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Events of one kind: what one consumer takes, or what happens to one noun.
pub trait Event: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The names of all of them.
    const NAMES: &'static [&'static str];
}

/// What one consumer takes: the events of a noun, or of several.
pub trait Takes: DeserializeOwned + Clone + Send + Sync + 'static {
    /// The names of all of them, noun by noun.
    const EVENTS: &'static [&'static [&'static str]];
}

impl<E: Event> Takes for E {
    const EVENTS: &'static [&'static [&'static str]] = &[E::NAMES];
}

/// Declares an enum of events: before each variant stands the name that it travels under.
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

/// How the environment variables begin that hold the URLs of queues.
pub const QUEUE_VARIABLES: &str = "QUEUE_";

/// A queue that events are put on, by its name behind the stage. Each has a consumer and a dead-letter queue of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Queue(&'static str);

impl Queue {
    /// The queue of this name: small letters and hyphens.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The environment variable that holds its URL.
    pub fn variable(self) -> String {
        format!("{QUEUE_VARIABLES}{}", self.0.to_uppercase().replace('-', "_"))
    }
}

/// An event as it travels: on the outbox, through the relay and on every queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<E> {
    /// The event's id: the commit's, and a number. Consumers act once for each.
    pub id: String,
    /// Whose event it is.
    pub marketplace: MarketplaceId,
    /// When it happened.
    pub at: Time,
    /// The trace of the request that caused it, in the `X-Amzn-Trace-Id` format.
    pub trace: Option<String>,
    /// How long the relay lets the queue hold it back, in seconds: at most 900.
    #[serde(default)]
    pub delay_seconds: u16,
    /// What happened.
    #[serde(flatten)]
    pub event: E,
}

/// An event whose noun does not matter: to the relay, and to whoever shows what lies on a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnyEvent {
    /// Its name.
    #[serde(rename = "type")]
    pub name: String,
    /// What is to be known of it.
    pub data: serde_json::Value,
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
