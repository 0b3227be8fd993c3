//! Access tokens: JSON Web Tokens (RFC 7519) signed with Ed25519 (RFC 8037).
//!
//! There is one algorithm, one issuer and one kind of token: the header is compared as a whole with those of the deployment's own keys, so
//! there is nothing to negotiate, and the attacks on negotiation are impossible. Crates that support every algorithm depend on RSA and its
//! open advisory; `ring` is linked for TLS already.
//!
//! # Keys
//!
//! A deployment has one key, or some: `<key>`, or `<key> <key>@<from>`, where `<from>` is the second since the epoch from which a key signs. The
//! last key whose time has come signs, all verify, and each is published before it signs. So a key is replaced without a token being
//! refused: `cargo xtask secrets --rotate` adds one that signs an hour later, by when every function knows it.

use crate::{Principal, secret};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tradewind_kernel::Time;

/// How long an access token is valid. Whether its session still counts, and what its user may do, is asked of the table.
pub const ACCESS_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);
/// The most seconds by which the clock of the machine that made a token may be ahead. A token that has expired has expired: nothing is
/// added to its life.
const LEEWAY_SECONDS: i64 = 5;
/// The header of tokens of a release before this one. It did not name the key, because there was only one.
const HEADER_BEFORE: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;
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
    /// The keys are not 32 bytes each in base64url.
    #[error("the signing keys cannot be read")]
    Key,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The marketplace in which it counts, or `operator`. Tokens of releases before have none; they lived for 15 minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    iat: i64,
    /// The moment before which it does not count. This product sets none, and obeys one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
    #[serde(flatten)]
    principal: Principal,
}

fn audience(principal: &Principal) -> &str {
    match principal {
        Principal::User { marketplace, .. } => marketplace.as_str(),
        Principal::Operator => "operator",
    }
}

impl Claims {
    /// The claims beside who it is: a token for another audience, for later, or for longer than any of ours is not one of ours.
    fn check(&self, now: i64) -> Result<(), TokenError> {
        let begins = self.iat.max(self.nbf.unwrap_or(self.iat));
        let life = i64::try_from(ACCESS_TOKEN_LIFE.as_secs()).unwrap_or(i64::MAX);
        let ours = self.aud.as_deref().is_none_or(|aud| aud == audience(&self.principal))
            && begins <= now.saturating_add(LEEWAY_SECONDS)
            && self.exp.saturating_sub(self.iat) <= life;
        if !ours {
            return Err(TokenError::Invalid);
        }
        if self.exp <= now { Err(TokenError::Expired) } else { Ok(()) }
    }
}

/// Makes access tokens.
pub struct Signer(Vec<SigningKey>);

struct SigningKey {
    pair: Ed25519KeyPair,
    /// The second from which it signs.
    from: i64,
}

/// Checks access tokens.
#[derive(Clone)]
pub struct Verifier(Vec<PublicKey>);

/// A key with which access tokens are verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The name of the key in the header of its tokens.
    pub id: String,
    /// Its 32 bytes.
    bytes: Vec<u8>,
}

impl PublicKey {
    fn of(pair: &Ed25519KeyPair) -> Self {
        let bytes = pair.public_key().as_ref().to_vec();
        // As long as no two keys of a deployment share it: 96 bits of the SHA-256 of the key.
        let id = secret::fingerprint(&URL_SAFE_NO_PAD.encode(&bytes)).chars().take(16).collect();
        Self { id, bytes }
    }

    /// The key as JSON Web Keys write it, the member `x` (RFC 8037, section 2).
    pub fn x(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.bytes)
    }

    fn header(&self) -> String {
        format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"JWT"}}"#, self.id)
    }
}

impl SigningKey {
    /// Reads the 32 bytes of an Ed25519 private key (RFC 8032) in base64url, and the second from which it signs.
    fn parse(text: &str) -> Option<Self> {
        let (seed, from) = match text.split_once('@') {
            Some((seed, from)) => (seed, from.parse().ok()?),
            None => (text, 0),
        };
        let seed = URL_SAFE_NO_PAD.decode(seed).ok()?;
        Some(Self { pair: Ed25519KeyPair::from_seed_unchecked(&seed).ok()?, from })
    }
}

impl Signer {
    /// A signer with some private keys, the oldest first.
    pub fn new(keys: &str) -> Result<Self, TokenError> {
        let keys: Option<Vec<_>> = keys.split_whitespace().map(SigningKey::parse).collect();
        keys.filter(|keys| !keys.is_empty()).map(Self).ok_or(TokenError::Key)
    }

    /// The verifier for this signer's tokens.
    pub fn verifier(&self) -> Verifier {
        Verifier(self.0.iter().map(|key| PublicKey::of(&key.pair)).collect())
    }

    /// Makes a token for `principal`, valid from now for [`ACCESS_TOKEN_LIFE`].
    pub fn sign(&self, principal: Principal, now: Time) -> Result<String, TokenError> {
        let begun = self.0.iter().rev().find(|key| key.from <= now.seconds());
        let key = begun.or(self.0.first()).ok_or(TokenError::Key)?;
        let exp = now.after(ACCESS_TOKEN_LIFE).seconds();
        let aud = Some(audience(&principal).to_owned());
        let claims = Claims { iss: ISSUER.into(), aud, iat: now.seconds(), nbf: None, exp, principal };
        let claims = serde_json::to_vec(&claims).map_err(|_| TokenError::Invalid)?;
        Ok(signed(&key.pair, &PublicKey::of(&key.pair).header(), &claims))
    }
}

/// The token of a header and claims.
fn signed(pair: &Ed25519KeyPair, header: &str, claims: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

impl Verifier {
    /// The keys with which tokens are verified, the oldest first.
    pub fn keys(&self) -> &[PublicKey] {
        &self.0
    }

    /// Verifies a token and returns the caller to whom it belongs.
    pub fn verify(&self, token: &str, now: Time) -> Result<Principal, TokenError> {
        let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Invalid)?;
        let (header, claims) = message.split_once('.').ok_or(TokenError::Invalid)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Invalid);
        let header = decode(header)?;
        let named = self.0.iter().find(|key| key.header().as_bytes() == header);
        let before = self.0.first().filter(|_| header == HEADER_BEFORE.as_bytes());
        let key = named.or(before).ok_or(TokenError::Invalid)?;
        let key = UnparsedPublicKey::new(&ED25519, &key.bytes);
        key.verify(message.as_bytes(), &decode(signature)?).map_err(|_| TokenError::Invalid)?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| TokenError::Invalid)?;
        if claims.iss != ISSUER {
            return Err(TokenError::Invalid);
        }
        claims.check(now.seconds())?;
        Ok(claims.principal)
    }
}

/// A list of private keys with one more, which signs from a second on. Those that another one replaced before `gone` are left out: no token of
/// theirs is left.
pub fn rotated(keys: &str, key: &str, from: i64, gone: i64) -> Result<String, TokenError> {
    let known: Vec<&str> = keys.split_whitespace().collect();
    let begins: Option<Vec<i64>> = known.iter().map(|key| SigningKey::parse(key).map(|key| key.from)).collect();
    let replaced = begins.ok_or(TokenError::Key)?.into_iter().skip(1).map(Some).chain([None]);
    let kept = known.into_iter().zip(replaced).filter(|(_, next)| next.is_none_or(|next| next > gone));
    let all = kept.map(|(key, _)| key.to_owned()).chain([format!("{key}@{from}")]);
    Ok(all.collect::<Vec<_>>().join(" "))
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
    fn a_token_ends_on_the_second() {
        let token = signer(1).sign(ada(), NOW).unwrap();
        let end = NOW.after(ACCESS_TOKEN_LIFE);
        assert_eq!(signer(1).verifier().verify(&token, end), Err(TokenError::Expired));
        assert_eq!(
            signer(1).verifier().verify(&token, Time::from_millis(end.millis().saturating_sub(1_000))),
            Ok(ada())
        );
    }

    /// A token that this deployment's key has signed, with other claims.
    fn signed(change: impl FnOnce(&mut serde_json::Value)) -> String {
        let signer = signer(1);
        let token = signer.sign(ada(), NOW).unwrap();
        let (header, claims) = token.split_once('.').unwrap();
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let mut claims = serde_json::from_slice(&decode(claims.split('.').next().unwrap())).unwrap();
        change(&mut claims);
        let header = String::from_utf8(decode(header)).unwrap();
        super::signed(&signer.0.first().unwrap().pair, &header, claims.to_string().as_bytes())
    }

    #[test]
    fn a_key_is_replaced_without_a_token_being_refused() {
        let seed = |byte: u8| URL_SAFE_NO_PAD.encode([byte; 32]);
        let day = 86_400;
        let both = rotated(&seed(1), &seed(2), NOW.seconds() + 3_600, NOW.seconds() - day).unwrap();
        let (old, new) = (signer(1), Signer::new(&both).unwrap());
        let later = NOW.after(Duration::from_secs(3_600));
        // Both verify from the beginning on, and the new one signs when its time has come.
        let (of_now, of_then) = (new.sign(ada(), NOW).unwrap(), new.sign(ada(), later).unwrap());
        assert_eq!(old.verifier().verify(&of_now, NOW), Ok(ada()));
        assert_eq!(new.verifier().verify(&old.sign(ada(), NOW).unwrap(), NOW), Ok(ada()));
        assert_eq!(signer(2).verifier().verify(&of_then, later), Ok(ada()));
        assert_eq!(old.verifier().verify(&of_then, later), Err(TokenError::Invalid));
        assert_eq!(new.verifier().keys().len(), 2);
        // The first one goes a day after it was replaced.
        let soon = rotated(&both, &seed(3), NOW.seconds() + 7_200, NOW.seconds()).unwrap();
        assert_eq!(Signer::new(&soon).unwrap().0.len(), 3);
        let next = rotated(&both, &seed(3), NOW.seconds() + 3 * day, NOW.seconds() + 3_600).unwrap();
        assert_eq!(next.split(' ').count(), 2);
        assert!(!next.contains(&seed(1)));
        assert!(rotated("nonsense", &seed(3), 0, 0).is_err() && Signer::new("").is_err());
    }

    #[test]
    fn only_the_headers_of_our_keys_are_taken() {
        let verify = |header: &str| {
            let claims = serde_json::json!({
                "iss": "tradewind", "iat": NOW.seconds(), "exp": NOW.seconds() + 60, "kind": "operator", "aud": "operator",
            });
            let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
            let token = super::signed(&pair, header, claims.to_string().as_bytes());
            signer(1).verifier().verify(&token, NOW)
        };
        let (own, other) = (signer(1).verifier().0.remove(0), signer(2).verifier().0.remove(0));
        assert_eq!(verify(&own.header()), Ok(Principal::Operator));
        assert_eq!(verify(HEADER_BEFORE), Ok(Principal::Operator));
        let jku = own.header().replace("typ", r#"jku":"https://evil.example/jwks","typ"#);
        let header = |alg: &str, kid: &str| format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"JWT"}}"#);
        for wrong in
            [&other.header(), &jku, &header("none", &own.id), &header("HS256", &own.id), &header("EdDSA", ""), ""]
        {
            assert_eq!(verify(wrong), Err(TokenError::Invalid), "{wrong}");
        }
    }

    #[test]
    fn what_is_signed_but_no_token_of_ours_is_not_accepted() {
        let now = NOW.seconds();
        let verify = |token: String| signer(1).verifier().verify(&token, NOW);
        assert_eq!(verify(signed(|_| {})), Ok(ada()));
        // A release before this one made none with an audience.
        assert_eq!(verify(signed(|claims| drop(claims.as_object_mut().unwrap().remove("aud")))), Ok(ada()));
        for (claim, value) in [
            ("aud", serde_json::json!("mkt_01jd0000000000000000000001")),
            ("iss", serde_json::json!("somebody")),
            ("nbf", serde_json::json!(now + 60)),
            ("iat", serde_json::json!(now + 60)),
            ("exp", serde_json::json!(now + 315_360_000)),
            ("kind", serde_json::json!("operator")),
        ] {
            assert_eq!(verify(signed(|claims| claims[claim] = value)), Err(TokenError::Invalid), "{claim}");
        }
        assert_eq!(verify(signed(|claims| claims["exp"] = serde_json::json!(now - 1))), Err(TokenError::Expired));
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
