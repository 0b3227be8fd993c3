//! Cursors: where a page ended, signed so that nobody can point one at another list.

use crate::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tradewind_auth::secret;
use tradewind_storage::Position;

/// The key that cursors are signed with.
#[derive(Clone)]
pub struct CursorKey(String);

impl CursorKey {
    /// A key from a secret text.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The cursor for a place in a list. `list` is the list's partition key, which begins with the tenant.
    pub fn seal(&self, list: &str, position: &Position) -> Result<String, Problem> {
        let body = serde_json::to_vec(position).map_err(Problem::internal)?;
        let body = URL_SAFE_NO_PAD.encode(body);
        let signature = secret::sign(&self.0, format!("{list}\n{body}").as_bytes());
        Ok(format!("{body}.{signature}"))
    }

    /// The place that a cursor of this list names.
    pub fn open(&self, list: &str, cursor: &str) -> Result<Position, Problem> {
        let refuse =
            || Problem::invalid("cursor", "Send the `next_cursor` of the page before, unchanged, to the same list.");
        let (body, signature) = cursor.split_once('.').ok_or_else(refuse)?;
        if !secret::verify(&self.0, format!("{list}\n{body}").as_bytes(), signature) {
            return Err(refuse());
        }
        let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| refuse())?;
        serde_json::from_slice(&body).map_err(|_| refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_its_own_list() {
        let key = CursorKey::new("k".into());
        let position: Position = serde_json::from_str(r#"{"pk":"a","sk":"b"}"#).unwrap();
        let cursor = key.seal("mkt_1#listings", &position).unwrap();
        assert_eq!(key.open("mkt_1#listings", &cursor).unwrap(), position);
        assert!(key.open("mkt_2#listings", &cursor).is_err());
        assert!(CursorKey::new("other".into()).open("mkt_1#listings", &cursor).is_err());
        assert!(key.open("mkt_1#listings", "nonsense").is_err());
    }
}
