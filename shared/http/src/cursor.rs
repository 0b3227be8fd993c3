//! Cursors: the position where a page ended, signed so that a cursor cannot be used for another list.

use crate::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};
use tradewind_auth::SealingKey;
use tradewind_storage::Position;

/// Makes the cursor for a position in a list. `list` is the list's partition key, which begins with the tenant.
pub fn seal(key: &SealingKey, list: &str, position: &Position) -> Result<String, Problem> {
    seal_any(key, list, position)
}

/// Makes a cursor from any value that describes where a page ended.
pub fn seal_any<T: Serialize>(key: &SealingKey, list: &str, position: &T) -> Result<String, Problem> {
    let body = serde_json::to_vec(position).map_err(Problem::internal)?;
    let body = URL_SAFE_NO_PAD.encode(body);
    let signature = key.sign(&format!("{list}\n{body}"));
    Ok(format!("{body}.{signature}"))
}

/// Reads the position from a cursor of this list.
pub fn open(key: &SealingKey, list: &str, cursor: &str) -> Result<Position, Problem> {
    open_any(key, list, cursor)
}

/// Reads the value from a cursor made by [`seal_any`].
pub fn open_any<T: DeserializeOwned>(key: &SealingKey, list: &str, cursor: &str) -> Result<T, Problem> {
    let refuse =
        || Problem::invalid("cursor", "Send the `next_cursor` of the page before, unchanged, to the same list.");
    let (body, signature) = cursor.split_once('.').ok_or_else(refuse)?;
    if !key.verify(&format!("{list}\n{body}"), signature) {
        return Err(refuse());
    }
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| refuse())?;
    serde_json::from_slice(&body).map_err(|_| refuse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_its_own_list() {
        let key = SealingKey::new("k").unwrap();
        let position: Position = serde_json::from_str(r#"{"pk":"a","sk":"b"}"#).unwrap();
        let cursor = seal(&key, "mkt_1#listings", &position).unwrap();
        assert_eq!(open(&key, "mkt_1#listings", &cursor).unwrap(), position);
        assert!(open(&key, "mkt_2#listings", &cursor).is_err());
        assert!(open(&SealingKey::new("other").unwrap(), "mkt_1#listings", &cursor).is_err());
        assert!(open(&key, "mkt_1#listings", "nonsense").is_err());
    }
}
