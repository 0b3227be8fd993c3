//! Passwords, hashed with Argon2id.
//!
//! They are hashed in the form of RFC 8265's OpaqueString: [`opaque`]. Some older ones were hashed exactly as they were typed; those
//! are verified in that form.
//!
//! Parameters: 19 MiB, two passes, one lane, the first choice of OWASP's Password Storage Cheat Sheet. About 12 ms of one core.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version, password_hash::CustomizedPasswordHasher,
};
use std::time::Duration;
use tokio::sync::Semaphore;
use tradewind_kernel::{Explain, Explanation, text::password::opaque};
use zxcvbn::{Score, zxcvbn};

/// A process hashes one password at a time, outside of the threads that serve requests. A Lambda has only one request; where many
/// share a process, a rush of log-ins would otherwise hold up all others, and take 19 MiB each.
static HASHING: Semaphore = Semaphore::const_new(1);

/// How long a request waits for its turn to hash. Whoever comes when more are waiting is told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a password was not hashed. The text contains nothing of the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The hash cannot be made or read.
    #[error("password hashing failed: {0}")]
    Failed(String),
    /// Too many passwords are being hashed at this moment.
    #[error("too many passwords wait to be hashed")]
    Busy,
}

impl Explain for HashError {
    const CODES: &'static [&'static str] = &[];

    fn explain(self) -> Explanation {
        match self {
            Self::Failed(_) => Explanation::internal(self),
            Self::Busy => Explanation::unavailable(self),
        }
    }
}

fn failed(cause: impl ToString) -> HashError {
    HashError::Failed(cause.to_string())
}

/// Whether a password is easy to guess: one that many people use, a word or a name with some digits, keys beside each other, or something
/// made of what is known `about` the person. NIST SP 800-63B-4, section 3.1.1.2, asks for such a list in place of rules about signs.
/// A password that a thousand guesses a second find in less than a quarter of an hour is refused.
pub fn guessable(password: &str, about: &[&str]) -> bool {
    let parts = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).filter(|part| part.len() > 2);
    // `ada.lovelace@example.com` and `Ada Lovelace` are also `adalovelace`.
    let before_at = about.iter().map(|text| text.split('@').next().unwrap_or_default());
    let joined: Vec<String> = before_at.map(|text| text.chars().filter(|c| c.is_alphanumeric()).collect()).collect();
    let about: Vec<_> = about.iter().copied().chain(parts).chain(joined.iter().map(String::as_str)).collect();
    // The time that it takes grows with the square of the length, and what is hard to guess is so after this many characters.
    let beginning: String = password.chars().take(LOOKED_AT).collect();
    zxcvbn(&beginning, &about).score() < Score::Two
}

/// So many characters of a password are looked at.
const LOOKED_AT: usize = 24;

/// Refuses a new password that is [easy to guess](guessable); `field` is where it was sent.
pub async fn check_new(field: &str, password: &str, about: &[&str]) -> Result<(), Explanation> {
    let (chosen, about) = (password.to_owned(), about.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    let guessing = move || Ok(guessable(&chosen, &about.iter().map(String::as_str).collect::<Vec<_>>()));
    if !alone(guessing).await.map_err(HashError::explain)? {
        return Ok(());
    }
    let message = "This is among the first that somebody would try. Choose one that is hard to guess, such as four words that have nothing to do \
                   with each other.";
    Err(Explanation::invalid(field, message))
}

/// Whether a hash was made with other parameters than new ones are: then it is made anew when its owner logs in.
pub fn outdated(hash: &str) -> bool {
    let current = |hash: PasswordHash| {
        hash.algorithm == Algorithm::Argon2id.ident()
            && Params::try_from(&hash).is_ok_and(|params| {
                let now = Params::default();
                (params.m_cost(), params.t_cost(), params.p_cost()) == (now.m_cost(), now.t_cost(), now.p_cost())
            })
    };
    !PasswordHash::new(hash).is_ok_and(current)
}

fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

async fn alone<T: Send + 'static>(
    hashing: impl FnOnce() -> Result<T, HashError> + Send + 'static,
) -> Result<T, HashError> {
    let turn = tokio::time::timeout(PATIENCE, HASHING.acquire()).await;
    let _permit = turn.map_err(|_| HashError::Busy)?.map_err(failed)?;
    tokio::task::spawn_blocking(hashing).await.map_err(failed)?
}

/// Hashes a password with a salt of 16 random bytes, in PHC format.
pub async fn hash(password: &str, salt: [u8; 16]) -> Result<String, HashError> {
    let password = opaque(password).into_owned();
    alone(move || {
        argon2()
            .hash_password_customized(password.as_bytes(), &salt, None, None, Params::default())
            .map(|hash| hash.to_string())
            .map_err(failed)
    })
    .await
}

/// Whether `password` is the one that was hashed, in either of its forms.
pub async fn verify(password: &str, hash: &str) -> Result<bool, HashError> {
    let (forms, hash) = (forms(password), hash.to_owned());
    alone(move || {
        let hash = PasswordHash::new(&hash).map_err(failed)?;
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

    #[test]
    fn what_many_people_use_or_the_account_says_is_easy_to_guess() {
        let about = ["ada.lovelace@example.com", "Ada Lovelace"];
        for easy in
            ["1234567890", "password1", "qwertyuiop", "aaaaaaaaaaaa", "iloveyou!", "adalovelace1", "Lovelace1815"]
        {
            assert!(guessable(easy, &about), "{easy}");
        }
        for good in ["correct horse battery", "teal-otter-41-jumps", "Fu\u{308}\u{df}chen-geheim", "xkQ7vd!2mT"] {
            assert!(!guessable(good, &about), "{good}");
        }
    }

    #[tokio::test]
    async fn a_hash_of_other_parameters_is_outdated() {
        assert!(!outdated(&hash("correct horse", [7; 16]).await.unwrap()));
        assert!(outdated(
            "$argon2id$v=19$m=8192,t=2,p=1$BwcHBwcHBwcHBwcHBwcHBw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        ));
        assert!(outdated("") && outdated("nonsense"));
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
