//! Names of states and transitions.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt};

/// The name of the transition that is taken when the payment arrives.
pub const PAY: &str = "pay";
/// The name of the transition that is taken when the time to pay is over.
pub const EXPIRE: &str = "expire";

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// 1 to 40 characters of lower-case snake case: words of letters and digits, the first of which begins with a letter.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(
            #[schemars(length(min = 1, max = 40), regex(pattern = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"))] String,
        );

        impl $name {
            /// Reads a name.
            pub fn parse(text: &str) -> Option<Self> {
                is_snake_case(text).then(|| Self(text.to_owned()))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| {
                    serde::de::Error::custom("expected a name of 1 to 40 characters like `on_its_way`")
                })
            }
        }
    )*};
}

names! {
    /// The name of a state.
    StateName;
    /// The name of a transition.
    TransitionName;
}

impl StateName {
    /// The name of the state of a process that has no states.
    pub(super) fn nowhere() -> Self {
        Self(String::new())
    }
}

impl TransitionName {
    /// The transition name [`PAY`].
    pub fn pay() -> Self {
        Self(PAY.to_owned())
    }

    /// The transition name [`EXPIRE`].
    pub fn expire() -> Self {
        Self(EXPIRE.to_owned())
    }
}

fn is_snake_case(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('_').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_snake_case() {
        for text in ["a", "paid", "on_its_way", "step_2", "a234567890123456789012345678901234567890"] {
            assert_eq!(StateName::parse(text).map(|name| name.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "_a", "a_", "a__b", "2nd", "Paid", "a-b", "a b", "ä", "a2345678901234567890123456789012345678901"]
        {
            assert_eq!(TransitionName::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_reserved_names_are_names() {
        assert_eq!(TransitionName::parse(PAY), Some(TransitionName::pay()));
        assert_eq!(TransitionName::parse(EXPIRE), Some(TransitionName::expire()));
    }

    #[test]
    fn a_name_that_is_none_is_not_read() {
        assert!(serde_json::from_str::<StateName>(r#""On its way""#).is_err());
    }
}
