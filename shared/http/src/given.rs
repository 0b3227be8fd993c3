//! Fields that a client may leave out or set to `null`: an absent field leaves the value as it is, `null` removes it.

use serde::{Deserialize, Deserializer};

/// Reads a field that is present: `null` becomes `Some(None)`. Together with `#[serde(default)]`, an absent field becomes `None`.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}
