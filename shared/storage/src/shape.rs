//! The shape of an item: what it is and the version of its attributes, such as `order.v1`, in the attribute `shape`.
//!
//! A shape never changes under its name. What adds, renames or drops an attribute in a way that an older release would misread is a new
//! version, with a step in [`STEPS`] that makes an older item one of it. Readers take the steps whenever they read; the items themselves are
//! rewritten by a migration (see [`crate::migration`]), or when they are next changed. `golden` holds an item of every shape that was ever
//! written, as it lies in the table; tests read them all, and compare them with what is written today.
//!
//! Items of releases before shapes had names have no such attribute, and are of version 1.

use crate::{StorageError, item::Item};
use aws_sdk_dynamodb::types::AttributeValue;

/// The attribute.
pub const SHAPE: &str = "shape";

/// Something that is stored in an item of its own.
pub trait Shaped {
    /// The kind, and the version that this release writes.
    const SHAPE: &'static str;
}

/// How an item of a shape becomes one of the next version: what it is called, what it becomes, and what is done to it.
type Step = (&'static str, &'static str, fn(&mut Item));

/// Every change of a shape there has been.
const STEPS: &[Step] = &[
    // Beside the balance of what a provider holds stand those of the marketplace's other accounts.
    ("balance.v1", "balance.v2", |_| {}),
    // A journal can be an event as well, which its `kind` says.
    ("journal.v1", "journal.v2", |item| {
        if !item.contains_key("of") {
            let kind = item.remove("kind");
            item.extend(kind.map(|kind| ("of".to_owned(), kind)));
        }
    }),
];

/// What an item without a shape is, if something is to be done to its first version: the word of its partition key behind the tenant, its
/// sort key, and the shape.
const FIRST: &[(&str, &str, &str)] = &[("journal", "journal", "journal.v1")];

/// A shape as it is stored.
pub fn text(shape: &str) -> AttributeValue {
    AttributeValue::S(shape.to_owned())
}

/// Takes every step from the shape of a stored item to that of this release, and refuses what a newer one wrote: half understood, it would be
/// written back without what is new in it. What an index shows of an item has no shape.
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

/// The newest version of its kind that there is: the first, and one more for each step.
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
