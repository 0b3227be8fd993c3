//! Secrets that are compared or shown once: refresh tokens, operator keys, webhook signatures.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{digest, hmac};

/// SHA-256 of a text in base64url. It is stored in place of a secret that has enough randomness of its own.
pub fn fingerprint(text: &str) -> String {
    fingerprint_parts(&[text.as_bytes()])
}

/// SHA-256 of several parts, each preceded by its length so that they cannot run into each other.
pub fn fingerprint_parts(parts: &[&[u8]]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    URL_SAFE_NO_PAD.encode(context.finish())
}

/// Writes random bytes as text that is safe in URLs and headers.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether two secrets are equal, in a time that does not depend on where they differ: their digests are compared, which an attacker
/// cannot choose.
pub fn equal(a: &str, b: &str) -> bool {
    digest::digest(&digest::SHA256, a.as_bytes()).as_ref() == digest::digest(&digest::SHA256, b.as_bytes()).as_ref()
}

/// HMAC-SHA-256 of a message in base64url.
pub fn sign(key: &str, message: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), message))
}

/// Whether `signature` is the one that [`sign`] makes for the message.
pub fn verify(key: &str, message: &[u8], signature: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    URL_SAFE_NO_PAD.decode(signature).is_ok_and(|tag| hmac::verify(&key, message, &tag).is_ok())
}

/// Whether `signature` is HMAC-SHA-256 of the message in hexadecimal, as Stripe writes it. The comparison takes the same time
/// wherever they differ.
pub fn verify_hex(key: &str, message: &[u8], signature: &str) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(*high)?.checked_mul(16)?.saturating_add(digit(*low)?)),
        _ => None,
    };
    let tag: Option<Vec<u8>> = signature.as_bytes().chunks(2).map(pair).collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    tag.is_some_and(|tag| hmac::verify(&key, message, &tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(fingerprint_parts(&[b"ab", b"c"]), fingerprint_parts(&[b"a", b"bc"]));
    }

    #[test]
    fn a_hexadecimal_signature_is_that_of_rfc_4231() {
        // Test case 2.
        let tag = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(verify_hex("Jefe", b"what do ya want for nothing?", tag));
        assert!(!verify_hex("Jefe", b"what do ya want for something?", tag));
        for wrong in ["", "5", "zz", tag.get(2..).unwrap(), &format!("{tag}00")] {
            assert!(!verify_hex("Jefe", b"what do ya want for nothing?", wrong), "{wrong}");
        }
    }

    #[test]
    fn a_changed_message_does_not_verify() {
        let signature = sign("key", b"message");
        assert!(verify("key", b"message", &signature));
        assert!(!verify("key", b"massage", &signature));
        assert!(!verify("other", b"message", &signature));
        assert!(!verify("key", b"message", "not base64!"));
    }
}
