//! Whether stock is counted. An order remembers what it took from the shelf (`taken`), and only that goes back, so
//! what holds for a variant can change at any time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the units of a variant are counted, and what happens when none is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// They are counted, and when none is left it is sold out.
    #[default]
    Counted,
    /// They are not counted, such as those of a file to download: it can always be bought.
    NotCounted,
    /// They are counted, and it can be bought when none is left, such as what is made to order. How many are owed is counted below zero.
    BeyondZero,
}

impl Counting {
    /// Whether it can be bought however many there are.
    pub fn never_ends(self) -> bool {
        match self {
            Self::Counted => false,
            Self::NotCounted | Self::BeyondZero => true,
        }
    }

    /// Whether it ends now, and did not before: then what one bucket owes must not be sold from another one, and they are spread anew.
    pub fn ends_after(self, before: Self) -> bool {
        before.never_ends() && !self.never_ends()
    }

    /// The number of units, where it means something.
    pub fn number(self, available: i64) -> Option<i64> {
        match self {
            Self::Counted | Self::BeyondZero => Some(available),
            Self::NotCounted => None,
        }
    }
}
