//! A buyer's cart: what they mean to buy, without prices. The server looks those up when it shows or sells the cart.

use crate::{ListingId, Time, UserId, VariantId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most lines of a cart. A checkout writes each line's stock, each seller's order with its event, the payment, its timer, the
/// idempotency record and the cart in one DynamoDB transaction, which takes at most 100 actions.
pub const MOST_LINES: usize = 30;
/// Most units in one line.
pub const MOST_UNITS: u32 = 1_000;

/// One line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, garde::Validate)]
pub struct CartLine {
    /// The listing.
    #[garde(skip)]
    pub listing: ListingId,
    /// Which variant of it.
    #[garde(skip)]
    pub variant: VariantId,
    /// How many: 1 to 1000.
    #[garde(range(min = 1, max = 1_000))]
    pub quantity: u32,
}

/// What a buyer means to buy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    /// Whose cart it is.
    pub owner: UserId,
    /// The lines, each variant at most once.
    pub lines: Vec<CartLine>,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}

impl Cart {
    /// A variant that stands in two lines, which would be reserved twice in one transaction.
    pub fn repeated_variant(lines: &[CartLine]) -> Option<&VariantId> {
        let mut seen = std::collections::HashSet::new();
        lines.iter().map(|line| &line.variant).find(|variant| !seen.insert(*variant))
    }
}
