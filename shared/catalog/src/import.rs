//! Imports of catalogues: what they did, in numbers and in notes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! tally {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// What an import did, counted.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct Tally {
            $($(#[doc = $doc])* #[serde(default)] pub $name: u32,)*
        }

        impl Tally {
            /// Each number with its name.
            pub fn counters(&self) -> Vec<(&'static str, u32)> {
                vec![$((stringify!($name), self.$name),)*]
            }

            /// Both together.
            #[must_use]
            pub fn plus(&self, other: &Self) -> Self {
                Self { $($name: self.$name.saturating_add(other.$name),)* }
            }
        }
    };
}

tally! {
    /// Listings that were made.
    created,
    /// Listings that were found by their handle and brought up to date.
    updated,
    /// Products that were left out whole; see the import's errors.
    left_out,
    /// Of those, gift cards.
    gift_cards,
    /// Rows that were refused, or of which something was: each row of a product that was left out, and those with a picture that was.
    failed_rows,
    /// Listings of the file that are drafts after it.
    drafts,
    /// Variants of the file of which there are none, so that they are sold out.
    sold_out,
    /// Variants of the file whose units are not counted, so that they can always be bought.
    not_counted,
    /// Variants that the file does not name, and that were left as they are.
    variants_kept,
}

/// What is to be known about a product that was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Its listing is a draft.
    Draft,
    /// There are none of these variants.
    SoldOut,
    /// The units of these variants are not counted.
    NotCounted,
    /// The listing has these variants, the file does not name them, and they were left as they are.
    VariantsKept,
    /// The listing had these variants, which do not fit the options that it has now.
    VariantsRemoved,
    /// These variants have other options than before.
    VariantsRenamed,
}

impl NoteKind {
    /// Its name in keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::SoldOut => "sold_out",
            Self::NotCounted => "not_counted",
            Self::VariantsKept => "variants_kept",
            Self::VariantsRemoved => "variants_removed",
            Self::VariantsRenamed => "variants_renamed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_add_up_number_by_number() {
        let one = Tally { created: 1, drafts: 2, ..Tally::default() };
        let both = one.plus(&Tally { created: 4, sold_out: 3, ..Tally::default() });
        assert_eq!(both, Tally { created: 5, drafts: 2, sold_out: 3, ..Tally::default() });
        assert!(both.counters().contains(&("sold_out", 3)));
    }
}
