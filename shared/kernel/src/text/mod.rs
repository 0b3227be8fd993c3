//! Texts that people write and others read: names, titles, notes.
//!
//! What they may hold is in [`forms`]. They are kept in Unicode's form NFC (RFC 8264, section 5.2.4), so that what looks alike is alike, and
//! without white space around them.

pub mod forms;
pub mod password;

pub use forms::Form;

use icu_normalizer::ComposingNormalizerBorrowed;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt, ops::Deref};

/// A text in Unicode's form NFC.
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// What is wrong with a text that must match this pattern, if it is the pattern of a text of ours.
pub fn fault(pattern: &str, text: &str) -> Option<String> {
    match forms::of_pattern(pattern) {
        Some(form) => form.fault(text),
        None => password::fault_of_pattern(pattern, text),
    }
}

/// Reads one line of text as it is kept.
pub fn tidied<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Line::<0, MOST>::deserialize(deserializer).map(String::from)
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $lines:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// A client's is checked against the schema before this type reads it. What is stored was checked by the rules of its time, so that
        /// reading refuses nothing.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
        #[serde(transparent)]
        pub struct $name<const LEAST: usize, const MOST: usize>(String);

        impl<const LEAST: usize, const MOST: usize> $name<LEAST, MOST> {
            const FORM: Form = Form { lines: $lines, shown: LEAST > 0 };

            /// Reads a text, or says what is wrong with it.
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
    /// One line of so many characters: a name, a title.
    Line false;
    /// Text of so many characters, which may have several lines: a note, what a shop says about itself.
    Lines true;
}

/// The most characters of any text of these forms.
const MOST: usize = 10_000;

/// What the document says once of all texts of a form.
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

    /// The text as it is kept.
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
