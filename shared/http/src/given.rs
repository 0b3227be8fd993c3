//! What a client may leave out, and may send `null` for: one leaves it as it is, the other takes it away.

use serde::{Deserialize, Deserializer};

/// Reads a field that is there: `null` is `Some(None)`. Together with `#[serde(default)]` an absent one is `None`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}
