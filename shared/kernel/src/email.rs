//! E-mail addresses as keys: one form per mailbox, so that an account cannot be registered twice.
//!
//! The part before the `@` is ASCII in lower case: other letters need SMTPUTF8 (RFC 6531), which many mail services, SES among them,
//! do not deliver with. The part after the `@` is the domain as it is in the DNS: `bücher.example` becomes `xn--bcher-kva.example`
//! (UTS #46).

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt};

/// The most characters allowed before the `@` (RFC 5321, section 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// The most characters allowed in a whole address (RFC 5321, section 4.5.3.1.3).
const LONGEST: usize = 254;
/// The pattern of an address. A pattern cannot express whether the domain is valid; [`Email::parse`] checks that.
const PATTERN: &str =
    r"^\s*[A-Za-z0-9!$%&'*+/=?^_`{|}~-]{1,64}(\.[A-Za-z0-9!$%&'*+/=?^_`{|}~-]{1,64}){0,31}@[^\s@]{3,250}\s*$";

/// An address in the form in which it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// Why a text is not an e-mail address that can be written to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// It has no `@` or more than one, or nothing before or after it.
    #[error("Send an e-mail address, like ada@example.com.")]
    Form,
    /// It has a character that cannot stand before the `@`.
    #[error("`{0}` cannot stand before the @ of an e-mail address.")]
    Sign(char),
    /// It has a letter before the `@` that is not ASCII.
    #[error(
        "`{0}` (U+{code:04X}) cannot stand before the @: mail services deliver only to addresses of Latin letters without accents, digits \
         and signs there. Send an address that is written so.",
        code = u32::from(*.0)
    )]
    NotAscii(char),
    /// The part before the `@` begins or ends with a full stop, or has two in a row.
    #[error("Before the @ a point must have something on both sides.")]
    Points,
    /// It is longer than mail services accept.
    #[error("An e-mail address has at most {LONGEST_LOCAL} characters before the @ and at most {LONGEST} in all.")]
    Long,
    /// The part after the `@` cannot be a domain.
    #[error("`{0}` cannot be the domain of an e-mail address. Check what stands after the @, like example.com.")]
    Domain(String),
    /// Both parts are wrong, before and after the `@`.
    #[error("{0} {1}")]
    Both(Box<EmailError>, Box<EmailError>),
}

impl Email {
    /// Reads an address that can be written to. Whether the mailbox exists is only known by writing to it.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(EmailError::Form)?;
        if local.is_empty() || domain.is_empty() || local.contains('@') {
            return Err(EmailError::Form);
        }
        // All problems are reported at once.
        match (check_local(local), ascii(domain).ok_or_else(|| EmailError::Domain(domain.to_owned()))) {
            (Err(before), Err(after)) => Err(EmailError::Both(before.into(), after.into())),
            (Err(wrong), Ok(_)) | (Ok(()), Err(wrong)) => Err(wrong),
            (Ok(()), Ok(domain)) => {
                let email = format!("{}@{domain}", local.to_ascii_lowercase());
                if email.len() > LONGEST { Err(EmailError::Long) } else { Ok(Self(email)) }
            }
        }
    }

    /// Reads a stored address without checking it again: it was checked by the rules of its time.
    pub fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }

    /// The address as text, in its stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks the part before the `@`.
fn check_local(local: &str) -> Result<(), EmailError> {
    let sign = |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-./=?^_`{|}~".contains(c);
    if let Some(wrong) = local.chars().find(|c| !sign(*c)) {
        return Err(if wrong.is_ascii() { EmailError::Sign(wrong) } else { EmailError::NotAscii(wrong) });
    }
    if local.split('.').any(str::is_empty) {
        return Err(EmailError::Points);
    }
    if local.len() > LONGEST_LOCAL { Err(EmailError::Long) } else { Ok(()) }
}

/// The domain as it is in the DNS; it must have at least one full stop and must not end in a number.
fn ascii(domain: &str) -> Option<String> {
    let ascii = Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()?
        .into_owned();
    let top = ascii.rsplit_once('.').map(|(_, top)| top)?;
    (!top.bytes().all(|b| b.is_ascii_digit())).then_some(ascii)
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Email {
    fn schema_name() -> Cow<'static, str> {
        "Email".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "An e-mail address. Before the `@` it is ASCII, because many mail services deliver to no other; the domain may be \
            written in any letters and is kept as it is in the DNS (`xn--…`), and all of it in lower case.";
        json_schema!({
            "type": "string", "format": "email", "minLength": 5, "maxLength": LONGEST, "pattern": PATTERN, "description": description,
            "examples": ["ada@example.com"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<String, EmailError> {
        Email::parse(text).map(|email| email.to_string())
    }

    #[test]
    fn one_mailbox_has_one_form() {
        for (text, one) in [
            (" Ada@Example.COM ", "ada@example.com"),
            ("info@b\u{fc}cher.example", "info@xn--bcher-kva.example"),
            ("info@bu\u{308}cher.example", "info@xn--bcher-kva.example"),
            ("info@B\u{dc}CHER.example", "info@xn--bcher-kva.example"),
            ("info@XN--BCHER-KVA.example", "info@xn--bcher-kva.example"),
            ("info@\u{ff45}xample\u{3002}com", "info@example.com"),
            ("o'neill+tag@stra\u{df}e.de", "o'neill+tag@xn--strae-oqa.de"),
            ("a@r3---sn-4g5e.example.com", "a@r3---sn-4g5e.example.com"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(one), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_written_to_is_refused_and_why_is_told() {
        let domain = |text: &str| EmailError::Domain(text.to_owned());
        for (text, why) in [
            ("", EmailError::Form),
            ("ada", EmailError::Form),
            ("@example.com", EmailError::Form),
            ("ada@", EmailError::Form),
            ("a@b@c.de", EmailError::Form),
            ("a b@example.com", EmailError::Sign(' ')),
            ("a#b@example.com", EmailError::Sign('#')),
            ("\"a\"@example.com", EmailError::Sign('"')),
            ("ren\u{e9}@example.com", EmailError::NotAscii('\u{e9}')),
            ("rene\u{301}@example.com", EmailError::NotAscii('\u{301}')),
            ("a\u{200b}@example.com", EmailError::NotAscii('\u{200b}')),
            (".ada@example.com", EmailError::Points),
            ("a..b@example.com", EmailError::Points),
            ("ada@localhost", domain("localhost")),
            ("ada@-x.com", domain("-x.com")),
            ("ada@example-.com", domain("example-.com")),
            ("ada@a..com", domain("a..com")),
            ("ada@example.com.", domain("example.com.")),
            ("ada@exa_mple.com", domain("exa_mple.com")),
            ("ada@10.0.0.1", domain("10.0.0.1")),
            ("ada@[10.0.0.1]", domain("[10.0.0.1]")),
            ("ada@exam\u{200b}\u{202e}ple.com", domain("exam\u{200b}\u{202e}ple.com")),
            ("ada@xn--a.com", domain("xn--a.com")),
        ] {
            assert_eq!(parse(text), Err(why), "{text}");
        }
        assert_eq!(parse(&format!("{}@example.com", "a".repeat(65))), Err(EmailError::Long));
        assert!(parse(&format!("{}@example.com", "a".repeat(64))).is_ok());
        let long = ["a".repeat(60), "b".repeat(60), "c".repeat(60), "com".to_owned()].join(".");
        assert!(parse(&format!("ada@{long}")).is_ok());
        assert_eq!(parse(&format!("{}@{}.{long}", "a".repeat(60), "d".repeat(60))), Err(EmailError::Long));
    }

    #[test]
    fn the_words_say_what_to_do() {
        let said = |text| Email::parse(text).unwrap_err().to_string();
        assert!(said("ren\u{e9}@example.com").starts_with("`\u{e9}` (U+00E9) cannot stand before the @"));
        assert!(said("ada@example-.com").contains("`example-.com` cannot be the domain"));
        // Problems on both sides are reported at once.
        for (text, before) in
            [("a..b@example-.com", "a point must have"), ("ren\u{e9}@example-.com", "(U+00E9) cannot stand")]
        {
            assert!(
                said(text).contains(before) && said(text).contains("`example-.com` cannot be the domain"),
                "{}",
                said(text)
            );
        }
        let long = format!("{}@localhost", "a".repeat(65));
        assert!(said(&long).contains("at most 64") && said(&long).contains("`localhost`"), "{}", said(&long));
    }

    proptest! {
        /// However an address is written, its stored form is stable, is ASCII, and matches the documented pattern.
        #[test]
        fn the_kept_form_is_ascii_lower_case_and_stays(text in "[a-zA-Z.+\u{e9}]{1,6}@[a-zA-Z0-9.\\-\u{fc}\u{df}\u{308}\u{4e2d}\u{5d0}]{1,12}\\.[a-z\u{fc}]{2,3}") {
            if let Ok(email) = Email::parse(&text) {
                let plain = email.as_str().bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
                prop_assert!(plain, "{}", email);
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                prop_assert!(regex_lite::Regex::new(PATTERN).unwrap().is_match(&text));
            }
        }
    }
}
