//! The shape of an item: what it is and the version of its attributes, such as `order.v1`, in the attribute `shape`.
//!
//! A shape never changes under its name. A change that adds, renames or drops an attribute in a way that an older release would
//! misread is a new version, with a step in [`STEPS`] that converts an older item. Readers apply the steps whenever they read; the
//! stored items are rewritten by a migration (see [`crate::migration`]), or when they are next changed. `golden` holds an item of
//! every shape that was ever written, as it is stored in the table; tests read them all, and compare them with what is written today.
//!
//! Items written before shapes had names have no such attribute, and are of version 1.

use crate::{StorageError, item::Item};
use aws_sdk_dynamodb::types::AttributeValue;

/// The name of the attribute that holds an item's shape.
pub const SHAPE: &str = "shape";

/// Something that is stored in an item of its own.
pub trait Shaped {
    /// The kind and the version that this release writes, such as `order.v1`.
    const SHAPE: &'static str;
}

/// Converts an item of a shape to the next version: the old shape, the new shape, and the conversion.
type Step = (&'static str, &'static str, fn(&mut Item));

/// All changes of shapes so far, in order.
const STEPS: &[Step] = &[
    // The balances of the marketplace's other accounts are now stored beside the balance of what a provider holds.
    ("balance.v1", "balance.v2", |_| {}),
    // A journal can also be an event, which is what its attribute `kind` now says.
    ("journal.v1", "journal.v2", |item| {
        if !item.contains_key("of") {
            let kind = item.remove("kind");
            item.extend(kind.map(|kind| ("of".to_owned(), kind)));
        }
    }),
];

/// Shapes of items without the attribute, if their first version needs a conversion: the word after the tenant in the partition key,
/// the sort key, and the shape.
const FIRST: &[(&str, &str, &str)] = &[("journal", "journal", "journal.v1")];

/// A shape as an attribute value.
pub fn text(shape: &str) -> AttributeValue {
    AttributeValue::S(shape.to_owned())
}

/// Applies every step from a stored item's shape to that of this release. Refuses an item of a newer release: this one would
/// understand it only in part and write it back without what is new in it. The summary that an index projects has no shape.
pub fn up_to_date(item: &mut Item) -> Result<(), StorageError> {
    let stored = match item.get(SHAPE) {
        Some(AttributeValue::S(stored)) => stored.clone(),
        Some(_) | None => match first(item) {
            Some(first) => first.to_owned(),
            None => return Ok(()),
        },
    };
    let newest = climb(&stored, STEPS, item);
    if version(&newest) > known(&newest, STEPS) {
        return Err(StorageError::Newer(stored));
    }
    if newest != stored {
        item.insert(SHAPE.into(), text(&newest));
    }
    Ok(())
}

fn first(item: &Item) -> Option<&'static str> {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
    let (noun, sort) = (text("pk")?.split('#').nth(1)?, text("sk")?);
    FIRST.iter().find(|(its_noun, its_sort, _)| *its_noun == noun && *its_sort == sort).map(|(_, _, shape)| *shape)
}

fn climb(stored: &str, steps: &[Step], item: &mut Item) -> String {
    let mut shape = stored;
    while let Some((_, next, step)) = steps.iter().find(|(from, _, _)| *from == shape) {
        step(item);
        shape = next;
    }
    shape.to_owned()
}

/// The newest known version of the shape's kind: 1, plus one for each step.
fn known(shape: &str, steps: &[Step]) -> u16 {
    let kind = |shape: &str| shape.rsplit_once(".v").map(|(kind, _)| kind.to_owned());
    let steps = steps.iter().filter(|(from, _, _)| kind(from) == kind(shape)).count();
    u16::try_from(steps).unwrap_or(u16::MAX).saturating_add(1)
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
        assert_eq!((known("lamp.v9", CHANGES), known("shade.v1", CHANGES), known("bulb.v1", CHANGES)), (3, 2, 1));
    }

    #[test]
    fn what_a_newer_release_wrote_is_refused() {
        let of = |shape: &str| HashMap::from([(SHAPE.to_owned(), text(shape))]);
        assert!(up_to_date(&mut of("lamp.v1")).is_ok() && up_to_date(&mut HashMap::new()).is_ok());
        for newer in ["lamp.v2", "lamp", "lamp.v-1"] {
            assert!(matches!(up_to_date(&mut of(newer)), Err(StorageError::Newer(shape)) if shape == newer));
        }
    }
}
