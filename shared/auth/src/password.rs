//! Passwords, hashed with Argon2id.
//!
//! They are hashed in the form of RFC 8265's OpaqueString: [`opaque`]. Some older ones were hashed exactly as they were typed; those
//! are verified in that form.
//!
//! Parameters: 19 MiB, two passes, one lane, the first choice of OWASP's Password Storage Cheat Sheet. About 12 ms of one core.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version, password_hash::CustomizedPasswordHasher,
};
use tokio::sync::Semaphore;
use tradewind_kernel::text::password::opaque;

/// A process hashes one password at a time, outside of the threads that serve requests. A Lambda has only one request; where many
/// share a process, a rush of log-ins would otherwise hold up all others, and take 19 MiB each.
static HASHING: Semaphore = Semaphore::const_new(1);

/// The hash cannot be made or read. The text contains nothing of the password.
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

/// Hashes a password with a salt of 16 random bytes, in PHC format.
pub async fn hash(password: &str, salt: [u8; 16]) -> Result<String, HashError> {
    let password = opaque(password).into_owned();
    alone(move || {
        argon2()
            .hash_password_customized(password.as_bytes(), &salt, None, None, Params::default())
            .map(|hash| hash.to_string())
            .map_err(|e| HashError(e.to_string()))
    })
    .await
}

/// Whether `password` is the one that was hashed, in either of its forms.
pub async fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let (forms, hash) = (forms(password), hash.to_owned());
    alone(move || {
        let hash = PasswordHash::new(&hash).map_err(|e| HashError(e.to_string()))?;
        Ok(forms.iter().any(|form| argon2().verify_password(form.as_bytes(), &hash).is_ok()))
    })
    .await
}

/// The forms of a password that may have been hashed: its OpaqueString form, and the password as it was typed.
fn forms(password: &str) -> Vec<String> {
    let form = opaque(password).into_owned();
    let came = (form != password).then(|| password.to_owned());
    std::iter::once(form).chain(came).collect()
}

/// Takes as long as [`verify`], for an address that nobody registered, so that the time does not reveal that.
pub async fn verify_nothing(password: &str) -> Result<(), HashError> {
    for form in forms(password) {
        hash(&form, [0; 16]).await?;
    }
    Ok(())
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

    #[tokio::test]
    async fn a_password_is_one_however_it_is_typed() {
        let (composed, apart) = ("F\u{fc}\u{df}chen-geheim", "Fu\u{308}\u{df}chen-geheim");
        for (hashed, typed) in [(composed, apart), (apart, composed)] {
            let hash = hash(hashed, [7; 16]).await.unwrap();
            assert!(verify(typed, &hash).await.unwrap() && verify(hashed, &hash).await.unwrap());
            assert!(!verify("Fuchen-geheim", &hash).await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_password_that_was_hashed_as_it_came_still_verifies() {
        let came = "Fu\u{308}\u{df}chen-geheim";
        let hash = argon2().hash_password_customized(came.as_bytes(), &[7; 16], None, None, Params::default()).unwrap();
        assert!(verify(came, &hash.to_string()).await.unwrap());
    }
}
