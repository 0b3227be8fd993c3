//! Passwords in the form in which they are compared: the profile OpaqueString of RFC 8265, section 4.2.

use super::nfc;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de::Error};
use std::{borrow::Cow, fmt};

/// The fewest characters that a new password may have.
const LEAST: usize = 8;
/// The most characters that a new password may have.
const MOST: usize = 256;
/// Forbids control characters: nobody can type them into a form again, and a line break at the end comes from pasting.
const PATTERN: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F]*$";

/// A new password that a user chooses.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// Reads a password, or describes what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(fault) = fault(text) {
            return Err(fault);
        }
        // A letter and its accent count as one character, whatever keyboard they were typed on.
        match opaque(text).chars().count() {
            short if short < LEAST => Err(format!("Send at least {LEAST} characters.")),
            long if long > MOST => Err(format!("Send at most {MOST} characters.")),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The password as it was sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn fault(text: &str) -> Option<String> {
    let place = text.chars().position(char::is_control)?.saturating_add(1);
    Some(format!("Character {place} is a line break, a tab or another control character: leave it out."))
}

/// What is wrong with a text, if the pattern is that of a password.
pub fn fault_of_pattern(pattern: &str, text: &str) -> Option<String> {
    if pattern == PATTERN { fault(text) } else { None }
}

/// Converts a password to the form in which it is hashed and compared: every space becomes the ordinary one, and letters are in
/// Unicode's form NFC, so that it is the same password from every keyboard.
pub fn opaque(password: &str) -> Cow<'_, str> {
    let space =
        |c: char| c.is_whitespace() && !c.is_ascii() && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    match password.contains(space) {
        true => Cow::Owned(nfc(&password.replace(space, " ")).into_owned()),
        false => nfc(password),
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword")
    }
}

impl<'de> Deserialize<'de> for NewPassword {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&Cow::<'de, str>::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for NewPassword {
    fn schema_name() -> Cow<'static, str> {
        "NewPassword".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "A password: 8 to 256 characters without control characters, that is not easy to guess. It is compared in Unicode's form NFC (RFC 8265, \
            OpaqueString).";
        json_schema!({
            "type": "string", "format": "password", "minLength": LEAST, "maxLength": MOST, "pattern": PATTERN, "description": description,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_password_has_one_form_however_it_was_typed() {
        assert_eq!(opaque("F\u{fc}\u{df}chen-geheim"), opaque("Fu\u{308}\u{df}chen-geheim"));
        assert_eq!(opaque("correct\u{a0}horse\u{3000}battery"), "correct horse battery");
        // Neither case nor width is folded (RFC 8265, section 4.2.2), and spaces around the password are part of it.
        assert_ne!(opaque("Correct horse"), opaque("correct horse"));
        assert_ne!(opaque("\u{ff21}bc"), opaque("Abc"));
        assert_eq!(opaque(" x "), " x ");
    }

    #[test]
    fn a_new_password_has_eight_characters_that_can_be_typed() {
        assert!(NewPassword::parse("01234567").is_ok() && NewPassword::parse(&"\u{e4}".repeat(256)).is_ok());
        for text in
            ["0123456", "0123456\n", "01234567\u{7}", &"x".repeat(257), "a\u{301}e\u{301}i\u{301}o\u{301}u\u{301}"]
        {
            assert!(NewPassword::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(format!("{:?}", NewPassword::parse("0123456789")), "Ok(NewPassword)");
    }
}
