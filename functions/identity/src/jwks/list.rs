//! `GET /v1/jwks`: the public keys with which access tokens can be verified (RFC 7517, section 5), by other services of a marketplace. A key is
//! published as soon as the deployment knows it, which is before it signs, and for a day or more after another one has replaced it.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_auth::PublicKey;
use tradewind_lambda::{Anybody, App, Endpoint, Grant, Problem, Reply, Request};

pub const ENDPOINT: Endpoint =
    Endpoint::get("identity-jwks-list", "/v1/jwks", "The public keys with which access tokens can be verified.")
        .public_for(300)
        .grants(&[Grant::SigningKey]);

/// A set of keys.
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeySet {
    /// The keys, the oldest first.
    keys: Vec<KeyView>,
}

/// A public key (RFC 8037, section 2).
#[derive(Debug, Serialize, JsonSchema)]
pub struct KeyView {
    /// Always `OKP`.
    kty: &'static str,
    /// Always `Ed25519`.
    crv: &'static str,
    /// Always `EdDSA`.
    alg: &'static str,
    /// Always `sig`.
    #[serde(rename = "use")]
    used_for: &'static str,
    /// The key's name in the header of tokens.
    kid: String,
    /// The key, in base64url.
    x: String,
}

impl From<&PublicKey> for KeyView {
    fn from(key: &PublicKey) -> Self {
        Self { kty: "OKP", crv: "Ed25519", alg: "EdDSA", used_for: "sig", kid: key.id.clone(), x: key.x() }
    }
}

pub async fn handle(app: App, _: Request<Anybody>) -> Result<Reply<KeySet>, Problem> {
    let keys = app.signer()?.verifier().keys().iter().map(KeyView::from).collect();
    Ok(Reply::new(KeySet { keys }))
}
