//! Challenges: showing that one reads the e-mails of an address.
//!
//! The code of a challenge is derived from it with the deployment's key, when the e-mail is written and again when the code comes back. So it
//! lies neither in the table nor on a queue, and an e-mail that is written twice holds the same code.

use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use tradewind_auth::{SealingKey, secret};
use tradewind_kernel::{MarketplaceId, Time, UserId, email::Email};

/// How long a code is good.
pub const CODE_LIFE: Duration = Duration::from_secs(15 * 60);

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To verify the address of an account.
    VerifyEmail,
    /// To set a new password without the old one.
    ResetPassword,
    /// To change the address of an account to this one.
    ChangeEmail,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VerifyEmail => "verify",
            Self::ResetPassword => "reset",
            Self::ChangeEmail => "change",
        })
    }
}

/// A code that was sent to an address and has not been used. A newer one for the same purpose replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is: an account's id, or for a forgotten password what stands for the address.
    pub subject: String,
    /// The account; none if nobody has the address, which the sender of the request does not learn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The address to which the code is sent.
    #[serde(deserialize_with = "Email::stored")]
    pub email: Email,
    /// Random text, so that each challenge has a code of its own.
    pub nonce: String,
    /// When the code ends.
    pub expires_at: Time,
}

/// What stands for an address as the subject of a challenge, so that events need not hold the address.
pub fn address_subject(email: &Email) -> String {
    secret::fingerprint(email.as_str())
}

/// A code as it came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The six digits that people type. They can be guessed, so attempts are counted.
    Digits,
    /// The long text in a link.
    Link,
}

impl Shown {
    /// Which of both a code is.
    pub fn of(code: &str) -> Self {
        match code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Self::Digits,
            false => Self::Link,
        }
    }
}

impl Challenge {
    /// A challenge about an account.
    pub fn of_user(purpose: Purpose, user: &UserId, email: Email, random: [u8; 16], now: Time) -> Self {
        Self::new(purpose, user.to_string(), Some(user.clone()), email, random, now)
    }

    /// A challenge about the account that has an address, if there is one.
    pub fn of_address(purpose: Purpose, email: Email, user: Option<UserId>, random: [u8; 16], now: Time) -> Self {
        Self::new(purpose, address_subject(&email), user, email, random, now)
    }

    fn new(purpose: Purpose, subject: String, user: Option<UserId>, email: Email, random: [u8; 16], now: Time) -> Self {
        Self { purpose, subject, user, email, nonce: secret::text(&random), expires_at: now.after(CODE_LIFE) }
    }

    /// The six digits that people type.
    pub fn digits(&self, key: &SealingKey, tenant: &MarketplaceId) -> String {
        // 43 signs of base64url as a number, of which the last six digits are as good as evenly spread.
        let sum = self
            .sign(key, tenant, "digits")
            .bytes()
            .fold(0_u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(u64::from(byte)));
        format!("{:06}", sum.checked_rem(1_000_000).unwrap_or_default())
    }

    /// The long text for a link.
    pub fn link(&self, key: &SealingKey, tenant: &MarketplaceId) -> String {
        self.sign(key, tenant, "link")
    }

    fn sign(&self, key: &SealingKey, tenant: &MarketplaceId, form: &str) -> String {
        let Self { purpose, subject, email, nonce, .. } = self;
        key.sign(&format!("challenge\n{form}\n{}\n{purpose}\n{subject}\n{email}\n{nonce}", tenant.as_str()))
    }

    /// Whether this is its code, and it is not too old.
    pub fn accepts(&self, code: &str, key: &SealingKey, tenant: &MarketplaceId, now: Time) -> bool {
        let right = match Shown::of(code) {
            Shown::Digits => self.digits(key, tenant),
            Shown::Link => self.link(key, tenant),
        };
        secret::equal(code, &right) && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Id;

    const NOW: Time = Time::from_millis(1_800_000_000_000);

    fn challenge(random: u8) -> Challenge {
        let email = Email::parse("ada@example.com").unwrap();
        Challenge::of_address(Purpose::ResetPassword, email, None, [random; 16], NOW)
    }

    #[test]
    fn a_code_is_of_one_challenge_in_one_marketplace_for_a_while() {
        let key = SealingKey::new("secret").unwrap();
        let here = MarketplaceId::from_ulid("01jd0000000000000000000000");
        let there = MarketplaceId::from_ulid("01jd0000000000000000000001");
        let (one, other) = (challenge(1), challenge(2));
        for code in [one.digits(&key, &here), one.link(&key, &here)] {
            assert!(one.accepts(&code, &key, &here, NOW), "{code}");
            assert!(!one.accepts(&code, &key, &here, NOW.after(CODE_LIFE)), "{code}");
            assert!(!one.accepts(&code, &key, &there, NOW), "{code}");
            assert!(!other.accepts(&code, &key, &here, NOW), "{code}");
            let elsewhere = Challenge { purpose: Purpose::VerifyEmail, ..one.clone() };
            assert!(!elsewhere.accepts(&code, &key, &here, NOW), "{code}");
        }
        assert!(!one.accepts("", &key, &here, NOW) && !one.accepts("000000 ", &key, &here, NOW));
    }

    #[test]
    fn digits_are_six_and_evenly_spread() {
        let key = SealingKey::new("secret").unwrap();
        let here = MarketplaceId::from_ulid("01jd0000000000000000000000");
        let mut counts = [0_u32; 10];
        for random in 0..=255 {
            let digits = challenge(random).digits(&key, &here);
            assert_eq!(Shown::of(&digits), Shown::Digits, "{digits}");
            digits.bytes().for_each(|digit| counts[usize::from(digit - b'0')] += 1);
        }
        // 1,536 digits: some 154 of each.
        assert!(counts.iter().all(|count| (100..220).contains(count)), "{counts:?}");
    }
}
