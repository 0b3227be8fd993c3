//! Signing and encrypting values that a deployment hands out or stores: one secret, from which a key is derived for each use.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};

/// The secret that signs cursors and encrypts stored replies.
#[derive(Clone)]
pub struct SealingKey {
    signing: hmac::Key,
    closing: LessSafeKey,
}

/// The deployment's secret cannot be used. This cannot happen, because a secret of any length can be used.
#[derive(Debug, thiserror::Error)]
#[error("the sealing key cannot be used")]
pub struct SealingKeyError;

impl SealingKey {
    /// Derives the keys from a secret text.
    ///
    /// # Errors
    /// [`SealingKeyError`], which no text leads to.
    pub fn new(secret: &str) -> Result<Self, SealingKeyError> {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        // HMAC as a key derivation from a secret that is uniformly random (RFC 5869, section 3.3).
        let own = |purpose: &str| hmac::sign(&secret, purpose.as_bytes());
        let closing = UnboundKey::new(&AES_256_GCM, own("close").as_ref()).map_err(|_| SealingKeyError)?;
        Ok(Self {
            signing: hmac::Key::new(hmac::HMAC_SHA256, own("sign").as_ref()),
            closing: LessSafeKey::new(closing),
        })
    }

    /// Signs a message; the signature is in base64url. It reveals nothing about the message, however few possible messages there are.
    pub fn sign(&self, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.signing, message.as_bytes()))
    }

    /// Whether `signature` is the one that [`SealingKey::sign`] makes for the message.
    pub fn verify(&self, message: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|tag| hmac::verify(&self.signing, message.as_bytes(), &tag).is_ok())
    }

    /// Encrypts a text for `place`; it can be decrypted only with the same `place`. The nonce must be random.
    ///
    /// # Errors
    /// [`SealingKeyError`] for a text of more than 64 GB.
    pub fn close(&self, place: &str, text: &str, nonce: [u8; NONCE_LEN]) -> Result<String, SealingKeyError> {
        let mut closed = text.as_bytes().to_vec();
        let number = Nonce::assume_unique_for_key(nonce);
        let sealed = self.closing.seal_in_place_append_tag(number, Aad::from(place.as_bytes()), &mut closed);
        sealed.map_err(|_| SealingKeyError)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &closed].concat()))
    }

    /// Decrypts what [`SealingKey::close`] returned for this `place`; `None` for anything else.
    pub fn open(&self, place: &str, closed: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(closed).ok()?;
        let (nonce, closed) = bytes.split_first_chunk()?;
        let mut closed = closed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.closing.open_in_place(nonce, Aad::from(place.as_bytes()), &mut closed).ok()?;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_closed_opens_only_in_its_place_and_with_its_key() {
        let key = SealingKey::new("secret").unwrap();
        let closed = key.close("here", "a token", [7; 12]).unwrap();
        assert_eq!(key.open("here", &closed).as_deref(), Some("a token"));
        assert_eq!(key.open("there", &closed), None);
        assert_eq!(SealingKey::new("other").unwrap().open("here", &closed), None);
        assert_eq!(key.open("here", "c2hvcnQ"), None);
        assert!(!closed.contains("token"));
    }

    #[test]
    fn a_changed_message_does_not_verify() {
        let key = SealingKey::new("secret").unwrap();
        let signature = key.sign("message");
        assert!(key.verify("message", &signature));
        assert!(!key.verify("massage", &signature));
        assert!(!SealingKey::new("other").unwrap().verify("message", &signature));
        assert!(!key.verify("message", "not base64!"));
    }
}
