//! Stripe's request bodies: `application/x-www-form-urlencoded`, where `metadata[payment]=pay_...` is a nested parameter ("API
//! Reference: Introduction").

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters to escape: all but the unreserved ones (RFC 3986, 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of a body or a query, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Adds a parameter. A nested one is written `outer[inner]`.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds a parameter if it has a value.
    pub fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The form in its encoded text, as it is sent.
    pub fn encoded(&self) -> String {
        let escape = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let pair = |(name, value): &(String, String)| format!("{}={}", escape(name), escape(value));
        self.0.iter().map(pair).collect::<Vec<_>>().join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_and_strange_values_are_escaped() {
        let form = Form::default().with("amount", 1299).with("metadata[note]", "a&b=c ü").maybe("none", None::<&str>);
        assert_eq!(form.encoded(), "amount=1299&metadata%5Bnote%5D=a%26b%3Dc%20%C3%BC");
    }
}
