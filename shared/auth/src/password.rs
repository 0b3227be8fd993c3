//! Passwords, hashed with Argon2id.
//!
//! 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet. About 12 ms of one core.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version, password_hash::CustomizedPasswordHasher,
};
use tokio::sync::Semaphore;

/// A process hashes one password at a time, beside the threads that serve requests. A Lambda has but one request; where many share a
/// process, a rush of log-ins would else hold up all others, and take 19 MiB for each.
static HASHING: Semaphore = Semaphore::const_new(1);

/// The hash cannot be made or read. Its text holds nothing of the password.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
pub struct HashError(String);

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

async fn alone<T: Send + 'static>(
    hashing: impl FnOnce() -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    let _permit = HASHING.acquire().await;
    tokio::task::spawn_blocking(hashing).await.map_err(|e| HashError(e.to_string()))?
}

/// Hashes a password with 16 random bytes, in PHC format.
pub async fn hash(password: &str, salt: [u8; 16]) -> Result<String, HashError> {
    let password = password.to_owned();
    alone(move || {
        argon2()
            .hash_password_customized(password.as_bytes(), &salt, None, None, Params::default())
            .map(|hash| hash.to_string())
            .map_err(|e| HashError(e.to_string()))
    })
    .await
}

/// Whether `password` is the one that was hashed.
pub async fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let (password, hash) = (password.to_owned(), hash.to_owned());
    alone(move || {
        let hash = PasswordHash::new(&hash).map_err(|e| HashError(e.to_string()))?;
        Ok(argon2().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

/// Takes as long as [`verify`] does, for an address that nobody registered: the time must not tell.
pub async fn verify_nothing(password: &str) -> Result<(), HashError> {
    hash(password, [0; 16]).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_hashed_password_verifies() {
        let hash = hash("correct horse", [7; 16]).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse", &hash).await.unwrap());
        assert!(!verify("battery staple", &hash).await.unwrap());
    }
}
