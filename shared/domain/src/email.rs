//! E-mail addresses as keys: one form per mailbox, so that an account cannot be registered twice.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// An address in the form in which it is stored: trimmed and lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Email(#[schemars(email)] String);

impl Email {
    /// Reads an address: at most 254 characters (RFC 5321), one `@`, a domain with a dot, no spaces or control characters.
    /// Whether a mailbox exists is only known by writing to it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (local, domain) = text.split_once('@')?;
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@<>(),;:\\\"[]#".contains(c);
        let labels = domain.split('.').all(|label| {
            !label.is_empty() && !label.starts_with('-') && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
        let valid = !local.is_empty()
            && local.len() <= 64
            && text.len() <= 254
            && local.chars().all(plain)
            && domain.contains('.')
            && labels;
        valid.then_some(Self(text))
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected an e-mail address, like ada@example.com"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_has_one_form() {
        assert_eq!(Email::parse(" Ada@Example.COM "), Email::parse("ada@example.com"));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "a@b@c.de",
            "ada@-x.com",
            "a#b@example.com",
        ] {
            assert_eq!(Email::parse(text), None, "{text}");
        }
    }
}
