//! Passwords, hashed with Argon2id.
//!
//! 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet. About 20 ms of one core.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version, password_hash::CustomizedPasswordHasher,
};

/// The hash cannot be made or read. Its text holds nothing of the password.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
pub struct HashError(String);

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// Hashes a password with 16 random bytes, in PHC format.
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, HashError> {
    argon2()
        .hash_password_customized(password.as_bytes(), &salt, None, None, Params::default())
        .map(|hash| hash.to_string())
        .map_err(|e| HashError(e.to_string()))
}

/// Whether `password` is the one that was hashed.
pub fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash).map_err(|e| HashError(e.to_string()))?;
    Ok(argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Takes as long as [`verify`] does, for an address that nobody registered: the time must not tell.
pub fn verify_nothing(password: &str) -> Result<(), HashError> {
    hash(password, [0; 16]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hashed_password_verifies() {
        let hash = hash("correct horse", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse", &hash).unwrap());
        assert!(!verify("battery staple", &hash).unwrap());
    }
}
