//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).
//!
//! There is one algorithm, one issuer and one kind of token: the header is compared as a whole, so there is nothing to negotiate, and
//! the attacks on negotiation are impossible. Crates that support every algorithm depend on RSA and its open advisory; `ring` is
//! linked for TLS already.

use crate::Principal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tradewind_kernel::Time;

/// How long an access token is valid. An ended session, or a lost role, takes effect when it expires.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
/// The most seconds by which the clocks of two machines may differ.
const LEEWAY_SECONDS: i64 = 5;
const HEADER: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;
const ISSUER: &str = "tradewind";

/// Why a token is not accepted, or the signing key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It was not made by this deployment.
    #[error("the access token is not valid")]
    Invalid,
    /// It has expired.
    #[error("the access token has expired")]
    Expired,
    /// The key is not 32 bytes in base64url.
    #[error("the signing key cannot be read")]
    Key,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    principal: Principal,
}

/// Makes access tokens.
pub struct Signer(Ed25519KeyPair);

/// Checks access tokens.
#[derive(Clone)]
pub struct Verifier(UnparsedPublicKey<Vec<u8>>);

impl Signer {
    /// A signer from the 32 bytes of an Ed25519 private key (RFC 8032) in base64url.
    pub fn new(seed: &str) -> Result<Self, TokenError> {
        let seed = URL_SAFE_NO_PAD.decode(seed.trim()).map_err(|_| TokenError::Key)?;
        Ed25519KeyPair::from_seed_unchecked(&seed).map(Self).map_err(|_| TokenError::Key)
    }

    /// The verifier for this signer's tokens.
    pub fn verifier(&self) -> Verifier {
        Verifier(UnparsedPublicKey::new(&ED25519, self.0.public_key().as_ref().to_vec()))
    }

    /// Makes a token for `principal`, valid from now for [`ACCESS_TOKEN_LIFE`].
    pub fn sign(&self, principal: Principal, now: Time) -> Result<String, TokenError> {
        let exp = now.after(ACCESS_TOKEN_LIFE).seconds();
        let claims = Claims { iss: ISSUER.into(), iat: now.seconds(), exp, principal };
        let claims = serde_json::to_vec(&claims).map_err(|_| TokenError::Invalid)?;
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(message.as_bytes()));
        Ok(format!("{message}.{signature}"))
    }
}

impl Verifier {
    /// Verifies a token and returns the caller to whom it belongs.
    pub fn verify(&self, token: &str, now: Time) -> Result<Principal, TokenError> {
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Invalid)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Invalid);
        self.0.verify(message.as_bytes(), &decode(signature)?).map_err(|_| TokenError::Invalid)?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| TokenError::Invalid)?;
        if decode(header)? != HEADER.as_bytes() || claims.iss != ISSUER {
            return Err(TokenError::Invalid);
        }
        if claims.exp.saturating_add(LEEWAY_SECONDS) < now.seconds() {
            return Err(TokenError::Expired);
        }
        Ok(claims.principal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::{Id, MarketplaceId, SessionId, UserId};

    const NOW: Time = Time::from_millis(1_800_000_000_000);

    fn signer(byte: u8) -> Signer {
        Signer::new(&URL_SAFE_NO_PAD.encode([byte; 32])).unwrap()
    }

    fn ada() -> Principal {
        Principal::User {
            marketplace: MarketplaceId::from_ulid("01jd0000000000000000000000"),
            user: UserId::from_ulid("01jd0000000000000000000000"),
            session: SessionId::from_ulid("01jd0000000000000000000000"),
            seller: None,
            admin: false,
            guest: false,
        }
    }

    #[test]
    fn a_token_says_who_it_was_made_for() {
        let token = signer(1).sign(ada(), NOW).unwrap();
        assert_eq!(signer(1).verifier().verify(&token, NOW), Ok(ada()));
    }

    #[test]
    fn a_token_ends() {
        let token = signer(1).sign(ada(), NOW).unwrap();
        let later = NOW.after(ACCESS_TOKEN_LIFE).after(Duration::from_secs(6));
        assert_eq!(signer(1).verifier().verify(&token, later), Err(TokenError::Expired));
    }

    #[test]
    fn another_key_or_a_changed_claim_is_not_accepted() {
        let token = signer(1).sign(ada(), NOW).unwrap();
        assert_eq!(signer(2).verifier().verify(&token, NOW), Err(TokenError::Invalid));
        let (message, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let claims = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap().replace("false", "true");
        let forged = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(signer(1).verifier().verify(&forged, NOW), Err(TokenError::Invalid));
    }

    #[test]
    fn a_token_without_a_signature_is_not_accepted() {
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
        let token = signer(1).sign(ada(), NOW).unwrap();
        let claims = token.split('.').nth(1).unwrap();
        for forged in [format!("{none}.{claims}."), format!("{none}.{claims}"), String::new(), "..".into()] {
            assert_eq!(signer(1).verifier().verify(&forged, NOW), Err(TokenError::Invalid));
        }
    }
}
