//! Kinds of items: the version of its shape that this release writes, where it is stored, and how it is rewritten. Each noun lists
//! its own.

use crate::{
    Entity, StorageError,
    item::Item,
    shape::{self, SHAPE, Step},
    table::{decode, write},
};
use aws_sdk_dynamodb::types::AttributeValue;
use tradewind_kernel::MarketplaceId;

/// Reads an item as its entity and writes it in today's form.
type Rewrite = fn(Item, &MarketplaceId) -> Result<Item, StorageError>;

/// A kind of item, for migrations.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The shape that this release writes, such as `order.v1`.
    pub shape: &'static str,
    /// Every change of its shape that there has been.
    pub steps: &'static [Step],
    /// The word after the tenant in the partition key, and the prefix of the sort key: an item without a shape is recognised by
    /// these.
    pub place: (&'static str, &'static str),
    /// How the item is rewritten whole. `None` for counters: others may be counting at the same time.
    pub rewrite: Option<Rewrite>,
}

/// Lists the kinds of a noun, those that are written whole and those that are counted: type, shape, and key.
#[macro_export]
macro_rules! kinds {
    (
        whole { $($type:ty, $shape:literal, $noun:literal / $sort:literal $(, steps $steps:expr)?;)* }
        counted { $($counter:ty, $its:literal, $where:literal / $its_sort:literal $(, steps $its_steps:expr)?;)* }
    ) => {
        $(impl $crate::Shaped for $type {
            const SHAPE: &'static str = $shape;
            $(const STEPS: &'static [$crate::Step] = $steps;)?
        })*
        $(impl $crate::Shaped for $counter {
            const SHAPE: &'static str = $its;
            $(const STEPS: &'static [$crate::Step] = $its_steps;)?
        })*
        /// Every kind of this noun.
        pub const KINDS: &[$crate::Kind] = &[
            $($crate::Kind {
                shape: $shape,
                steps: <$type as $crate::Shaped>::STEPS,
                place: ($noun, $sort),
                rewrite: Some($crate::rewrite::<$type>),
            },)*
            $($crate::Kind {
                shape: $its,
                steps: <$counter as $crate::Shaped>::STEPS,
                place: ($where, $its_sort),
                rewrite: None,
            },)*
        ];
    };
}

impl Kind {
    /// Takes every step from the shape of an item to that of this release.
    pub fn up_to_date(&self, item: &mut Item) -> Result<(), StorageError> {
        shape::up_to_date(item, self.shape, self.steps)
    }
}

/// Writes the contents of an item in the form of this release.
pub fn rewrite<E: Entity>(item: Item, tenant: &MarketplaceId) -> Result<Item, StorageError> {
    Ok(write(&decode::<E>(item)?, tenant)?.1)
}

/// Finds the kind of a stored item among `kinds`: by its shape, or, if it has none, by its key.
pub fn kind_of<'a>(kinds: &'a [Kind], item: &Item) -> Option<&'a Kind> {
    if let Some(AttributeValue::S(shape)) = item.get(SHAPE) {
        return kinds.iter().find(|kind| shape::kind(kind.shape) == shape::kind(shape));
    }
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str);
    let (noun, sort) = (text("pk").split('#').nth(1).unwrap_or_default(), text("sk"));
    // These two are stored beside other items, under a key of another form.
    let noun = if noun == "variant" { "listing" } else { noun };
    let (noun, sort) = match (noun, sort) {
        ("listing", "stock") => ("listing", "stock#"),
        ("user", coupon) if coupon.starts_with("coupon#") => ("coupon", "uses"),
        as_it_is => as_it_is,
    };
    let fits = |kind: &&Kind| {
        let (its_noun, begin) = kind.place;
        let begins = begin.is_empty() || begin.ends_with('#');
        its_noun == noun && if begins { sort.starts_with(begin) } else { sort == begin }
    };
    kinds.iter().find(fits)
}
