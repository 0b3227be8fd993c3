//! Whether stock is counted. An order remembers the units that it took (`taken`), and only those can return, so the setting of a
//! variant can change at any time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether the units of a variant are counted, and what happens when none is left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Units are counted, and when none is left the variant is sold out.
    #[default]
    Counted,
    /// Units are not counted, such as those of a file to download: it can always be bought.
    NotCounted,
    /// Units are counted, but it can also be bought when none is left, such as goods made to order. Units that are owed count below
    /// zero.
    BeyondZero,
}

impl Counting {
    /// Whether it can be bought however many units there are.
    pub fn never_ends(self) -> bool {
        match self {
            Self::Counted => false,
            Self::NotCounted | Self::BeyondZero => true,
        }
    }

    /// Whether it can sell out now and could not before. Then units that one bucket owes must not be sold from another one, and the
    /// stock is spread anew.
    pub fn ends_after(self, before: Self) -> bool {
        before.never_ends() && !self.never_ends()
    }

    /// The number of units, if they are counted.
    pub fn number(self, available: i64) -> Option<i64> {
        match self {
            Self::Counted | Self::BeyondZero => Some(available),
            Self::NotCounted => None,
        }
    }
}
