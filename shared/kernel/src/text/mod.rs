//! Texts that people write and others read: names, titles, notes.
//!
//! [`forms`] says which characters they may have. They are stored in Unicode's form NFC (RFC 8264, section 5.2.4), so that texts that
//! look alike are equal, and without white space around them.

pub mod forms;
pub mod password;

pub use forms::Form;

use icu_normalizer::ComposingNormalizerBorrowed;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt, ops::Deref};

/// Converts a text to Unicode's form NFC.
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// What is wrong with a text that must match this pattern, if the pattern is one of the forms defined here.
pub fn fault(pattern: &str, text: &str) -> Option<String> {
    match forms::of_pattern(pattern) {
        Some(form) => form.fault(text),
        None => password::fault_of_pattern(pattern, text),
    }
}

/// Reads one line of text in its stored form.
pub fn tidied<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Line::<0, MOST>::deserialize(deserializer).map(String::from)
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $lines:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// A client's text is checked against the schema before this type reads it. Stored text was checked by the rules of its time,
        /// so reading refuses nothing.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
        #[serde(transparent)]
        pub struct $name<const LEAST: usize, const MOST: usize>(String);

        impl<const LEAST: usize, const MOST: usize> $name<LEAST, MOST> {
            const FORM: Form = Form { lines: $lines, shown: LEAST > 0 };

            /// Reads a text, or describes what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, String> {
                if let Some(fault) = Self::FORM.fault(text) {
                    return Err(fault);
                }
                match text.chars().count() {
                    length if length < LEAST => Err(format!("Send at least {LEAST} characters.")),
                    length if length > MOST => Err(format!("Send at most {MOST} characters.")),
                    _ => Ok(Self(Self::FORM.tidy(text))),
                }
            }
        }

        impl<const LEAST: usize, const MOST: usize> Deref for $name<LEAST, MOST> {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl<const LEAST: usize, const MOST: usize> fmt::Display for $name<LEAST, MOST> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const LEAST: usize, const MOST: usize> From<$name<LEAST, MOST>> for String {
            fn from(text: $name<LEAST, MOST>) -> Self {
                text.0
            }
        }

        impl<'de, const LEAST: usize, const MOST: usize> Deserialize<'de> for $name<LEAST, MOST> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self(Self::FORM.tidy(&text)))
            }
        }

        impl<const LEAST: usize, const MOST: usize> JsonSchema for $name<LEAST, MOST> {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                Self::FORM.name().into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let mut schema = match (Self::FORM.lines, Self::FORM.shown) {
                    (false, true) => generator.subschema_for::<AnyForm<false, true>>(),
                    (false, false) => generator.subschema_for::<AnyForm<false, false>>(),
                    (true, true) => generator.subschema_for::<AnyForm<true, true>>(),
                    (true, false) => generator.subschema_for::<AnyForm<true, false>>(),
                };
                schema.insert("minLength".to_owned(), LEAST.into());
                schema.insert("maxLength".to_owned(), MOST.into());
                schema
            }
        }
    )*};
}

texts! {
    /// One line with a limited number of characters: a name, a title.
    Line false;
    /// Text with a limited number of characters that may have several lines: a note, a shop's description.
    Lines true;
}

/// The most characters that any text of these forms may have.
const MOST: usize = 10_000;

/// The schema that all texts of one form share, written once in the OpenAPI document.
struct AnyForm<const LINES: bool, const SHOWN: bool>;

impl<const LINES: bool, const SHOWN: bool> JsonSchema for AnyForm<LINES, SHOWN> {
    fn schema_name() -> Cow<'static, str> {
        Form { lines: LINES, shown: SHOWN }.name().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let form = Form { lines: LINES, shown: SHOWN };
        let kind = if LINES { "Text, which may have several lines," } else { "One line of text" };
        let shown = if SHOWN { "something that can be seen and " } else { "" };
        let description = format!(
            "{kind} with {shown}no control characters and nothing that cannot be seen or changes the direction of writing (RFC 8264, \
             FreeformClass), joiners and selectors aside where a script or an emoji needs them. White space around it is left out, and it is \
             kept in Unicode's form NFC."
        );
        json_schema!({ "type": "string", "pattern": form.pattern(), "maxLength": MOST, "description": description })
    }
}

impl Form {
    const fn name(self) -> &'static str {
        match (self.lines, self.shown) {
            (false, true) => "Line",
            (false, false) => "LineOrNothing",
            (true, true) => "Lines",
            (true, false) => "LinesOrNothing",
        }
    }

    /// Converts a text to the form in which it is stored.
    pub fn tidy(self, text: &str) -> String {
        let text = nfc(text.trim());
        match self.lines && text.contains(['\r', '\u{2028}', '\u{2029}']) {
            true => text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n"),
            false => text.into_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
