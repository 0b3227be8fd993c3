//! The shape of an item: what it is and the version of its attributes, such as `order.v1`, in the attribute `shape`.
//!
//! A shape never changes under its name. A change that adds, renames or drops an attribute in a way that an older release would
//! misread is a new version, with a step in its [`Shaped::STEPS`], which its noun's `stored.rs` declares, that converts an older item. Readers apply the steps whenever they read; the
//! stored items are rewritten by a migration (see [`crate::migration`]), or when they are next changed. `golden` holds an item of
//! every shape that was ever written, as it is stored in the table; tests read them all, and compare them with what is written today.
//!
//! Items written before shapes had names have no such attribute, and are of version 1.

use crate::{StorageError, SummaryRow, item::Item};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

/// The name of the attribute that holds an item's shape.
pub const SHAPE: &str = "shape";

/// How an item of a shape becomes one of the next version: what it is called, what it becomes, and what is done to it.
pub type Step = (&'static str, &'static str, fn(&mut Item));

/// Something that is stored in an item of its own.
pub trait Shaped {
    /// The kind and the version that this release writes, such as `order.v1`.
    const SHAPE: &'static str;

    /// Every change of its shape that there has been, oldest first.
    const STEPS: &'static [Step] = &[];
}

/// What can be read from an item: something of a shape, or what an index shows, which has none.
pub trait Stored: DeserializeOwned {
    /// Takes every step from the shape of the item to that of this release.
    fn up_to_date(item: &mut Item) -> Result<(), StorageError>;
}

impl<E: Shaped + DeserializeOwned> Stored for E {
    fn up_to_date(item: &mut Item) -> Result<(), StorageError> {
        up_to_date(item, E::SHAPE, E::STEPS)
    }
}

/// What an index shows of items has no shape.
#[macro_export]
macro_rules! shown {
    ($($type:ty),+) => {
        $(impl $crate::Stored for $type {
            fn up_to_date(_: &mut $crate::Item) -> Result<(), $crate::StorageError> {
                Ok(())
            }
        })+
    };
}

impl<T: DeserializeOwned> Stored for SummaryRow<T> {
    fn up_to_date(_: &mut Item) -> Result<(), StorageError> {
        Ok(())
    }
}

// An item as it lies there, for tests and tools.
shown!(serde_json::Value);

/// A shape as an attribute value.
pub fn text(shape: &str) -> AttributeValue {
    AttributeValue::S(shape.to_owned())
}

/// Takes every step from the shape of a stored item to this one, and refuses what a newer release wrote: half understood, it would be written
/// back without what is new in it. What is read as something else than it is, such as an event that lies in another item, stays as it is.
pub fn up_to_date(item: &mut Item, newest: &str, steps: &[Step]) -> Result<(), StorageError> {
    let stored = match (item.get(SHAPE), steps.first()) {
        (Some(AttributeValue::S(stored)), _) => stored.clone(),
        (_, Some((first, ..))) => (*first).to_owned(),
        (_, None) => return Ok(()),
    };
    if kind(&stored) != kind(newest) {
        return Ok(());
    }
    let reached = climb(&stored, steps, item);
    if version(&reached) > version(newest) {
        return Err(StorageError::Newer(stored));
    }
    item.insert(SHAPE.into(), text(&reached));
    Ok(())
}

fn climb(stored: &str, steps: &[Step], item: &mut Item) -> String {
    let mut shape = stored;
    while let Some((_, next, step)) = steps.iter().find(|(from, _, _)| *from == shape) {
        step(item);
        shape = next;
    }
    shape.to_owned()
}

/// `order.v1` is of the kind `order`.
pub fn kind(shape: &str) -> &str {
    shape.rsplit_once(".v").map_or(shape, |(kind, _)| kind)
}

fn version(shape: &str) -> u16 {
    shape.rsplit_once(".v").and_then(|(_, version)| version.parse().ok()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    /// Two changes of one kind, and one of another.
    const CHANGES: &[Step] = &[
        ("lamp.v1", "lamp.v2", |item| {
            let watts = item.remove("power");
            item.extend(watts.map(|watts| ("watts".to_owned(), watts)));
        }),
        ("shade.v1", "shade.v2", |_| {}),
        ("lamp.v2", "lamp.v3", |item| {
            item.insert("dimmable".into(), AttributeValue::Bool(false));
        }),
    ];

    #[test]
    fn an_old_item_takes_each_step_to_the_newest() {
        let mut item = HashMap::from([("power".to_owned(), AttributeValue::N("40".into()))]);
        assert_eq!(climb("lamp.v1", CHANGES, &mut item), "lamp.v3");
        let now =
            [("watts".to_owned(), AttributeValue::N("40".into())), ("dimmable".into(), AttributeValue::Bool(false))];
        assert_eq!(item, HashMap::from(now));
        assert_eq!(climb("bulb.v1", CHANGES, &mut item), "bulb.v1");
    }

    #[test]
    fn what_a_newer_release_wrote_is_refused() {
        let of = |shape: &str| HashMap::from([(SHAPE.to_owned(), text(shape))]);
        let to_today = |item: &mut Item| up_to_date(item, "lamp.v3", CHANGES);
        for (older, newest) in [("lamp.v1", "lamp.v3"), ("lamp.v3", "lamp.v3"), ("bulb.v7", "bulb.v7")] {
            let mut item = of(older);
            to_today(&mut item).unwrap();
            assert_eq!(item[SHAPE], text(newest));
        }
        let mut first = HashMap::new();
        to_today(&mut first).unwrap();
        assert_eq!(first[SHAPE], text("lamp.v3"));
        for newer in ["lamp.v4", "lamp.v-1"] {
            assert!(matches!(to_today(&mut of(newer)), Err(StorageError::Newer(shape)) if shape == newer));
        }
    }
}
