//! VAT identification numbers, checked by their form. Whether a number is in use is only known by asking its country's register.
//!
//! The forms are those that the European Commission publishes for VIES ("VAT identification number structure", question 11 of its frequently
//! asked questions, which has Greece as `EL` and Northern Ireland as `XI`), HMRC's for the United Kingdom, those of Switzerland (`CHE` with nine
//! digits, with or without `MWST`, `TVA` or `IVA`) and Norway (nine digits, with or without `MVA`). The signs `+` and `*`, which stand in a few
//! Irish numbers from before 2013, are not among them.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use std::{borrow::Cow, fmt, sync::LazyLock};

/// The part after the two letters of each country: `9` stands for a digit, `a` for a letter, `*` for either, and capitals for
/// themselves.
const FORMS: &[(&str, &[&str])] = &[
    ("AT", &["U99999999"]),
    ("BE", &["0999999999", "1999999999"]),
    ("BG", &["999999999", "9999999999"]),
    ("CH", &["E999999999", "E999999999MWST", "E999999999TVA", "E999999999IVA"]),
    ("CY", &["99999999a"]),
    ("CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", &["999999999"]),
    ("DK", &["99999999"]),
    ("EE", &["999999999"]),
    ("EL", &["999999999"]),
    ("ES", &["a99999999", "99999999a", "a9999999a"]),
    ("FI", &["99999999"]),
    ("FR", &["**999999999"]),
    ("GB", &["999999999", "999999999999", "GD999", "HA999"]),
    ("HR", &["99999999999"]),
    ("HU", &["99999999"]),
    ("IE", &["9*99999a", "9999999aa"]),
    ("IT", &["99999999999"]),
    ("LT", &["999999999", "999999999999"]),
    ("LU", &["99999999"]),
    ("LV", &["99999999999"]),
    ("MT", &["99999999"]),
    ("NL", &["999999999B99"]),
    ("NO", &["999999999", "999999999MVA"]),
    ("PL", &["9999999999"]),
    ("PT", &["999999999"]),
    ("RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", &["999999999999"]),
    ("SI", &["99999999"]),
    ("SK", &["9999999999"]),
    ("XI", &["999999999", "999999999999", "GD999", "HA999"]),
];
/// The most characters of a number as it is sent, including separators between its groups.
const MOST: usize = 40;

static PATTERN: LazyLock<String> = LazyLock::new(|| {
    let class = |sign: char| match sign {
        '9' => "[0-9]".to_owned(),
        'a' => "[A-Za-z]".to_owned(),
        '*' => "[0-9A-Za-z]".to_owned(),
        letter if letter.is_ascii_uppercase() => format!("[{letter}{}]", letter.to_ascii_lowercase()),
        other => other.to_string(),
    };
    let spaced = |form: &str| form.chars().map(|sign| format!("{}[ .-]*", class(sign))).collect::<String>();
    // The letters of the country stand for themselves, even those that mean something in a form.
    let country =
        |code: &str| code.chars().map(|c| format!("[{c}{}][ .-]*", c.to_ascii_lowercase())).collect::<String>();
    let forms = |forms: &[&str]| forms.iter().map(|form| spaced(form)).collect::<Vec<_>>().join("|");
    let all: Vec<_> = FORMS.iter().map(|(code, after)| format!("{}({})", country(code), forms(after))).collect();
    format!("^[ .-]*({})$", all.join("|"))
});

/// A VAT identification number in its normal form: capitals and digits, without separators.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct VatId(String);

/// Why a text is not a VAT identification number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VatIdError {
    /// It begins with none of the known countries' letters.
    #[error(
        "Send a VAT id with its country's two letters: one of {}.",
        FORMS.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ")
    )]
    Country,
    /// It begins with Greece's ISO code `GR`; its VAT ids begin with `EL`.
    #[error("Greece's VAT ids begin with EL: send EL999999999, where 9 stands for a digit.")]
    Greece,
    /// It does not have the form that its country uses.
    #[error("Send a VAT id of the form {wanted}, where 9 stands for a digit, a for a letter and * for either.")]
    Form {
        /// All the forms that its country uses.
        wanted: String,
    },
}

impl VatId {
    /// Reads a number with any spacing.
    pub fn parse(text: &str) -> Result<Self, VatIdError> {
        let id = tidy(text);
        let (country, rest) = id.split_at_checked(2).ok_or(VatIdError::Country)?;
        if country == "GR" {
            return Err(VatIdError::Greece);
        }
        let (_, forms) = FORMS.iter().find(|(code, _)| *code == country).ok_or(VatIdError::Country)?;
        if forms.iter().any(|form| fits(form, rest)) {
            return Ok(Self(id));
        }
        let wanted: Vec<_> = forms.iter().map(|form| format!("{country}{form}")).collect();
        Err(VatIdError::Form { wanted: wanted.join(" or ") })
    }

    /// The number as text, in its normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is wrong with a text that must match this pattern, if it is the pattern of VAT ids.
pub fn fault(pattern: &str, text: &str) -> Option<String> {
    (*pattern == **PATTERN).then(|| VatId::parse(text).err())?.map(|fault| fault.to_string())
}

fn tidy(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).map(|c| c.to_ascii_uppercase()).collect()
}

fn fits(form: &str, rest: &str) -> bool {
    let sign = |(wanted, c): (char, char)| match wanted {
        '9' => c.is_ascii_digit(),
        'a' => c.is_ascii_uppercase(),
        '*' => c.is_ascii_digit() || c.is_ascii_uppercase(),
        other => c == other,
    };
    form.len() == rest.len() && form.chars().zip(rest.chars()).all(sign)
}

impl fmt::Display for VatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for VatId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A stored number had the form of its time, and a client's was checked against the schema.
        Ok(Self(tidy(&Cow::<'de, str>::deserialize(deserializer)?)))
    }
}

impl JsonSchema for VatId {
    fn schema_name() -> Cow<'static, str> {
        "VatId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let description = "A VAT identification number of a country of the EU, of Northern Ireland (XI), the United Kingdom, Switzerland or \
            Norway, with its country's letters, in the form that the country gives them. It is kept without spaces, points and hyphens.";
        json_schema!({
            "type": "string", "maxLength": MOST, "pattern": PATTERN.as_str(), "description": description, "examples": ["DE123456789"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex_lite::Regex;

    #[test]
    fn ids_are_kept_without_what_stands_between_their_groups() {
        for (text, kept) in [
            ("DE123456789", "DE123456789"),
            (" de 123 456 789 ", "DE123456789"),
            ("ATU12345678", "ATU12345678"),
            ("BE 0123.456.789", "BE0123456789"),
            ("CHE-123.456.789 MWST", "CHE123456789MWST"),
            ("NO 123 456 789 MVA", "NO123456789MVA"),
            ("ESX1234567X", "ESX1234567X"),
            ("FRXX123456789", "FRXX123456789"),
            ("IE1234567WA", "IE1234567WA"),
            ("IE1X12345L", "IE1X12345L"),
            ("NL123456789B01", "NL123456789B01"),
            ("EL123456789", "EL123456789"),
            ("XI123456789", "XI123456789"),
            ("GBGD123", "GBGD123"),
            ("RO12", "RO12"),
        ] {
            assert_eq!(VatId::parse(text).map(|id| id.to_string()).as_deref(), Ok(kept), "{text}");
        }
    }

    #[test]
    fn the_refusal_names_the_form_that_is_wanted() {
        let said = |text| VatId::parse(text).unwrap_err().to_string();
        assert!(said("DE12345678").starts_with("Send a VAT id of the form DE999999999, where 9 stands for a digit"));
        assert!(said("ESB12345678X").contains("ESa99999999 or ES99999999a or ESa9999999a"));
        assert!(said("GR123456789").contains("begin with EL"));
        for text in ["", "D", "US123456789", "123456789", "\u{e4}\u{f6}"] {
            assert!(said(text).contains("one of AT, BE, BG, CH"), "{text}");
        }
        for text in ["ES123456789", "LU1234567L", "PL12345678a0", "ELABCDEFGHI", "DE\u{661}\u{662}3456789"] {
            assert!(matches!(VatId::parse(text), Err(VatIdError::Form { .. })), "{text}");
        }
    }

    proptest! {
        /// The documented pattern allows exactly what is accepted, and the stored form is accepted again.
        #[test]
        fn the_pattern_is_the_rule(text in "[ .-]?(AT|BE|CH|CY|DE|EL|ES|FR|GB|IE|LU|NL|NO|PL|RO|XI|GR|US)[ .-]?[A-Z]{0,2}[0-9]{2,12}(MWST|MVA|B[0-9]{2}|[A-Za-z]{0,2})") {
            let allowed = Regex::new(&PATTERN).unwrap().is_match(&text);
            let read = VatId::parse(&text);
            prop_assert_eq!(allowed, read.is_ok(), "{}", text);
            if let Ok(id) = read {
                prop_assert_eq!(VatId::parse(id.as_str()), Ok(id));
            }
        }

        /// Each form of each country is accepted; with one character less it is another form or none.
        #[test]
        fn every_form_is_taken(country in proptest::sample::select(FORMS), digit in 0_u8..10, letter in proptest::char::range('A', 'Z')) {
            for form in country.1 {
                let text: String = form
                    .chars()
                    .map(|sign| match sign { '9' => char::from_digit(u32::from(digit), 10).unwrap(), 'a' | '*' => letter, other => other })
                    .collect();
                let (good, bad) = (format!("{}{text}", country.0), format!("{}{text}\u{e9}", country.0));
                prop_assert_eq!(VatId::parse(&good).map(|id| id.0), Ok(good));
                prop_assert_eq!(VatId::parse(&bad).ok(), None);
            }
        }
    }
}
