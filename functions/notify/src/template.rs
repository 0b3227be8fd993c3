//! An e-mail's contents: a subject and parts. The templates define the layout once for all e-mails, as plain text and as HTML, so that the
//! two can never say different things.

use crate::isolate::{isolated, one_line};
use serde::Serialize;

/// The contents of an e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Template {
    pub subject: String,
    greeting: String,
    parts: Vec<Part>,
    link: Option<Link>,
}

/// A part of an e-mail. Each is serialised as an object with one member, by which the templates recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// A paragraph.
    Text(String),
    /// A text that somebody else wrote, in its own writing direction, with a label that says what it is.
    Quote { label: String, text: String },
    /// A text to be copied, such as a code.
    Code(String),
    /// A table of amounts, with its totals highlighted.
    Amounts(Vec<Row>),
    /// A table of facts.
    Facts(Vec<Row>),
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    what: String,
    value: String,
    total: bool,
}

impl Row {
    /// Builds a row. The caller isolates any text in it that people wrote.
    pub fn new(what: impl AsRef<str>, value: impl ToString) -> Self {
        Self { what: one_line(what.as_ref()), value: one_line(&value.to_string()), total: false }
    }

    /// Builds the row with the total of the others.
    pub fn total(what: impl AsRef<str>, value: impl ToString) -> Self {
        Self { total: true, ..Self::new(what, value) }
    }
}

/// A link to the page on the web that the e-mail is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub label: String,
    pub url: String,
}

impl Template {
    /// Begins an e-mail that greets somebody by name.
    pub fn new(subject: &str, name: &str) -> Self {
        let name = isolated(name);
        let greeting = if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") };
        Self { subject: one_line(subject), greeting, parts: vec![], link: None }
    }

    /// Adds a paragraph, unless it is empty.
    pub fn text(self, text: &str) -> Self {
        if text.is_empty() { self } else { self.part(Part::Text(one_line(text))) }
    }

    /// Adds a text that somebody else wrote.
    pub fn quote(self, label: &str, text: &str) -> Self {
        let text = isolated(text);
        if text.is_empty() { self } else { self.part(Part::Quote { label: label.to_owned(), text }) }
    }

    /// Adds a text to be copied.
    pub fn code(self, text: &str) -> Self {
        self.part(Part::Code(one_line(text)))
    }

    /// Adds a table of amounts.
    pub fn amounts(self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.part(Part::Amounts(rows.into_iter().collect()))
    }

    /// Adds a table of facts.
    pub fn facts(self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.part(Part::Facts(rows.into_iter().collect()))
    }

    /// Adds a link to the page that the e-mail is about, if there is one.
    pub fn link(self, link: Option<Link>) -> Self {
        Self { link, ..self }
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The text that a list of e-mails shows beside the subject: the first paragraph.
    pub fn preview(&self) -> &str {
        let text = |part: &'_ Part| matches!(part, Part::Text(_));
        match self.parts.iter().find(|part| text(part)) {
            Some(Part::Text(text)) => text,
            Some(Part::Quote { .. } | Part::Code(_) | Part::Amounts(_) | Part::Facts(_)) | None => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_in_a_name_is_a_space() {
        let template = Template::new("Hi\r\nBcc: eve@example.com", "Ada\n\nPay here");
        assert_eq!(
            (template.subject.as_str(), template.greeting.as_str()),
            ("Hi Bcc: eve@example.com", "Hello Ada Pay here,")
        );
    }

    #[test]
    fn whoever_has_no_name_is_greeted_too() {
        assert_eq!(Template::new("Hi", " ").greeting, "Hello,");
    }

    #[test]
    fn the_preview_is_the_first_paragraph() {
        let template = Template::new("Hi", "Ada").facts([Row::new("a", "b")]).text("It is sent.").text("Bye.");
        assert_eq!((template.preview(), Template::new("Hi", "Ada").preview()), ("It is sent.", ""));
    }
}
