//! A letter: a subject, and what it says part by part. How it looks is said once for all letters, in the templates: as plain text and as
//! HTML, which so can never say different things.

use crate::isolate::{isolated, one_line};
use serde::Serialize;

/// What somebody is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Letter {
    pub subject: String,
    greeting: String,
    parts: Vec<Part>,
    link: Option<Link>,
}

/// A part of a letter. Each is an object with one member, which the templates tell it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// A paragraph.
    Text(String),
    /// What somebody else wrote, in their own direction, with a word on what it is.
    Quote { label: String, text: String },
    /// What is to be copied.
    Code(String),
    /// What, and how much, of which the totals stand out.
    Amounts(Vec<Row>),
    /// What, and which.
    Facts(Vec<Row>),
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    what: String,
    value: String,
    total: bool,
}

impl Row {
    /// A line. What people wrote in it is isolated by whoever calls this.
    pub fn new(what: impl AsRef<str>, value: impl ToString) -> Self {
        Self { what: one_line(what.as_ref()), value: one_line(&value.to_string()), total: false }
    }

    /// The line that the others add up to.
    pub fn total(what: impl AsRef<str>, value: impl ToString) -> Self {
        Self { total: true, ..Self::new(what, value) }
    }
}

/// What the letter is about, on the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Link {
    pub label: String,
    pub url: String,
}

impl Letter {
    /// A letter that greets somebody.
    pub fn new(subject: &str, name: &str) -> Self {
        let name = isolated(name);
        let greeting = if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") };
        Self { subject: one_line(subject), greeting, parts: vec![], link: None }
    }

    /// The letter with a further paragraph, if it says something.
    pub fn text(self, text: &str) -> Self {
        if text.is_empty() { self } else { self.part(Part::Text(one_line(text))) }
    }

    /// The letter with what somebody else wrote.
    pub fn quote(self, label: &str, text: &str) -> Self {
        let text = isolated(text);
        if text.is_empty() { self } else { self.part(Part::Quote { label: label.to_owned(), text }) }
    }

    /// The letter with what is to be copied.
    pub fn code(self, text: &str) -> Self {
        self.part(Part::Code(one_line(text)))
    }

    /// The letter with a table of amounts.
    pub fn amounts(self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.part(Part::Amounts(rows.into_iter().collect()))
    }

    /// The letter with a table of facts.
    pub fn facts(self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.part(Part::Facts(rows.into_iter().collect()))
    }

    /// The letter with a way to what it is about, if there is one.
    pub fn link(self, link: Option<Link>) -> Self {
        Self { link, ..self }
    }

    fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// What a list of e-mails shows beside the subject: the first thing that the letter says.
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
        let letter = Letter::new("Hi\r\nBcc: eve@example.com", "Ada\n\nPay here");
        assert_eq!(
            (letter.subject.as_str(), letter.greeting.as_str()),
            ("Hi Bcc: eve@example.com", "Hello Ada Pay here,")
        );
    }

    #[test]
    fn whoever_has_no_name_is_greeted_too() {
        assert_eq!(Letter::new("Hi", " ").greeting, "Hello,");
    }

    #[test]
    fn the_preview_is_the_first_paragraph() {
        let letter = Letter::new("Hi", "Ada").facts([Row::new("a", "b")]).text("It is sent.").text("Bye.");
        assert_eq!((letter.preview(), Letter::new("Hi", "Ada").preview()), ("It is sent.", ""));
    }
}
