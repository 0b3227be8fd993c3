//! The reply to a request with an idempotency key, written in the transaction of its effect.
//!
//! DynamoDB bills each kilobyte of a transaction twice, and a reply consists mostly of names that occur again and again: its body is
//! stored compressed.

use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec_with_limit};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// The compression level, of 10: higher levels gain little on a few kilobytes.
const LEVEL: u8 = 6;
/// The largest body, uncompressed: API Gateway's limit for an answer.
const LARGEST: usize = 10 * 1024 * 1024;

/// A reply as it is stored and replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredReply {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to the reply, such as `location` and `etag`.
    pub headers: Vec<(String, String)>,
    /// The response body, uncompressed.
    pub body: String,
}

/// A reply as it is stored in the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReplyRecord {
    /// The fingerprint of the request: a different request with the same key is refused.
    pub fingerprint: String,
    /// The reply, without its body if that is compressed.
    reply: StoredReply,
    /// The body, compressed by DEFLATE (RFC 1951) if that is shorter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    packed: Option<ByteBuf>,
    /// When it can be deleted, in seconds since the epoch: the attribute that DynamoDB's TTL reads.
    #[serde(rename = "ttl")]
    pub expires_at: i64,
}

impl ReplyRecord {
    /// Compresses a reply for storage.
    pub fn new(fingerprint: String, mut reply: StoredReply, expires_at: i64) -> Self {
        let packed = compress_to_vec(reply.body.as_bytes(), LEVEL);
        let packed = (packed.len() < reply.body.len()).then(|| ByteBuf::from(packed));
        if packed.is_some() {
            reply.body = String::new();
        }
        Self { fingerprint, reply, packed, expires_at }
    }

    /// The reply with its body; `None` if the stored body cannot be decompressed.
    pub fn reply(&self) -> Option<StoredReply> {
        let mut reply = self.reply.clone();
        if let Some(packed) = &self.packed {
            reply.body = String::from_utf8(decompress_to_vec_with_limit(packed, LARGEST).ok()?).ok()?;
        }
        Some(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(body: &str) -> ReplyRecord {
        let reply = StoredReply { status: 201, headers: vec![], body: body.into() };
        let record = ReplyRecord::new("f".into(), reply.clone(), 1);
        assert_eq!(record.reply().unwrap(), reply);
        record
    }

    #[test]
    fn a_body_comes_back_as_it_was_and_is_packed_only_if_that_is_shorter() {
        assert!(stored("").packed.is_none() && stored("{}").packed.is_none());
        let long = format!("[{}]", r#"{"amount":1250,"currency":"EUR","name":"Öl"},"#.repeat(50));
        let record = stored(&long);
        assert!(record.reply.body.is_empty() && record.packed.unwrap().len() < long.len() / 5);
    }

    #[test]
    fn what_older_versions_stored_is_read_and_what_does_not_unpack_is_not() {
        let old = r#"{"fingerprint":"f","reply":{"status":200,"headers":[],"body":"{}"},"ttl":1}"#;
        let mut record: ReplyRecord = serde_json::from_str(old).unwrap();
        assert_eq!(record.reply().unwrap().body, "{}");
        record.packed = Some(ByteBuf::from(vec![7, 7, 7]));
        assert_eq!(record.reply(), None);
    }
}
