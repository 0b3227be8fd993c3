//! The results of catalogue imports: counts and notes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! tally {
    ($($(#[doc = $doc:literal])* $name:ident,)*) => {
        /// Counts of what an import did.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        pub struct Tally {
            $($(#[doc = $doc])* #[serde(default)] pub $name: u32,)*
        }

        impl Tally {
            /// Each number with its name.
            pub fn counters(&self) -> Vec<(&'static str, u32)> {
                vec![$((stringify!($name), self.$name),)*]
            }

            /// The sum of both, count by count.
            #[must_use]
            pub fn plus(&self, other: &Self) -> Self {
                Self { $($name: self.$name.saturating_add(other.$name),)* }
            }
        }
    };
}

tally! {
    /// Listings that were created.
    created,
    /// Listings that were found by their handle and updated.
    updated,
    /// Products that were left out entirely; see the import's errors.
    left_out,
    /// Gift cards among the products that were left out.
    gift_cards,
    /// Rows that were refused entirely or in part: each row of a product that was left out, and each row with a picture that was left
    /// out.
    failed_rows,
    /// Listings of the file that are drafts after the import.
    drafts,
    /// Variants of the file that are sold out, because there are no units of them.
    sold_out,
    /// Variants of the file whose units are not counted, so that they can always be bought.
    not_counted,
    /// Variants that the file does not name, and that were left unchanged.
    variants_kept,
}

/// The kind of a note about an imported product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Its listing is a draft, and so cannot be bought yet.
    Draft,
    /// These variants are sold out.
    SoldOut,
    /// The units of these variants are not counted.
    NotCounted,
    /// The listing has these variants, but the file does not name them; they were left unchanged.
    VariantsKept,
    /// These variants were removed from the listing, because they do not fit its new options.
    VariantsRemoved,
    /// These variants have different options than before.
    VariantsRenamed,
}

impl NoteKind {
    /// The kind's name in keys and answers.
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
