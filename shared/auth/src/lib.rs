//! Who is calling, and what they may do: passwords, tokens, API keys and roles.

pub mod claim;
pub mod password;
mod principal;
mod seal;
pub mod secret;
mod token;

pub use principal::{Access, Principal};
pub use seal::{SealingKey, SealingKeyError};
pub use token::{ACCESS_TOKEN_LIFE, PublicKey, Signer, TokenError, Verifier, rotated};
