//! Digests and identifiers.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use md5::{Digest, Md5};
use ring::rand::{SecureRandom, SystemRandom};

use crate::fault::{Answer, Code};

/// Lower-case hexadecimal MD5: what SQS returns for bodies and attributes.
pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    hex(Md5::digest(bytes).as_slice())
}

/// Lower-case hexadecimal SHA-256: the content-based deduplication id.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(ring::digest::digest(&ring::digest::SHA256, bytes).as_ref())
}

/// A random (version 4) UUID.
pub(crate) fn uuid() -> Answer<String> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Code::InternalFailure.because("the system gave no random bytes"))?;
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
    let (g, i) = (g & 0x0f | 0x40, i & 0x3f | 0x80);
    let parts = [&[a, b, c, d][..], &[e, f], &[g, h], &[i, j], &[k, l, m, n, o, p]];
    Ok(parts.map(hex).join("-"))
}

/// An opaque token holding `text`.
pub(crate) fn seal(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// The text that was given to [`seal`]; `None` for anything else.
pub(crate) fn unseal(token: &str) -> Option<String> {
    URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_lower_case_hexadecimal() {
        assert_eq!(md5_hex(b"This is a test message"), "fafb00f5732ab283681e124bf8747ed1");
        assert_eq!(sha256_hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn uuids_have_the_version_and_the_variant() {
        let id = uuid().unwrap();
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]));
    }
}
