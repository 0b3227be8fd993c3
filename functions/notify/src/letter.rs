//! A letter: a subject and paragraphs, rendered as plain text and as HTML.

use std::fmt::Write;

/// What somebody is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    pub subject: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A paragraph.
    Text(String),
    /// Lines of two columns: what, and how much.
    Rows(Vec<(String, String)>),
}

impl Letter {
    /// A letter that greets somebody.
    pub fn new(subject: &str, name: &str) -> Self {
        Self { subject: one_line(subject), parts: vec![] }.text(&format!("Hello {name},"))
    }

    /// The letter with a further paragraph.
    pub fn text(mut self, text: &str) -> Self {
        self.parts.push(Part::Text(one_line(text)));
        self
    }

    /// The letter with a table.
    pub fn rows(mut self, rows: impl IntoIterator<Item = (String, String)>) -> Self {
        self.parts.push(Part::Rows(rows.into_iter().map(|(what, much)| (one_line(&what), one_line(&much))).collect()));
        self
    }

    /// The letter as plain text, signed.
    pub fn plain(&self, signature: &str) -> String {
        let mut body = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => body.push_str(text),
                Part::Rows(rows) => {
                    let lines: Vec<_> = rows.iter().map(|(what, much)| format!("  {what}: {much}")).collect();
                    body.push_str(&lines.join("\n"));
                }
            }
            body.push_str("\n\n");
        }
        body.push_str(&one_line(signature));
        body.push('\n');
        body
    }

    /// The letter as HTML, signed. Nothing that people wrote can become markup.
    pub fn html(&self, signature: &str) -> String {
        let mut body = String::from("<!doctype html>\n<html lang=\"en\"><body style=\"font-family: sans-serif\">\n");
        // Writing to a `String` does not fail.
        let mut line = |text: std::fmt::Arguments<'_>| body.write_fmt(text).unwrap_or_default();
        for part in &self.parts {
            match part {
                Part::Text(text) => line(format_args!("<p>{}</p>\n", escape(text))),
                Part::Rows(rows) => {
                    line(format_args!("<table>\n"));
                    for (what, much) in rows {
                        let (what, much) = (escape(what), escape(much));
                        line(format_args!("<tr><td>{what}</td><td style=\"text-align: right\">{much}</td></tr>\n"));
                    }
                    line(format_args!("</table>\n"));
                }
            }
        }
        line(format_args!("<p>{}</p>\n</body></html>\n", escape(&one_line(signature))));
        body
    }
}

/// Names and titles come from people: a line break in one must not begin a paragraph, or a header, of its own.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter::new("Your order", "Ada <b>").text("Thank you.").rows([("2 × \"Mug\"".into(), "9.00 EUR".into())])
    }

    #[test]
    fn plain_text_has_a_paragraph_for_each_part() {
        assert_eq!(letter().plain("Bikes"), "Hello Ada <b>,\n\nThank you.\n\n  2 × \"Mug\": 9.00 EUR\n\nBikes\n");
    }

    #[test]
    fn what_people_wrote_is_never_markup() {
        let html = letter().html("B & <script>");
        assert!(html.contains("<p>Hello Ada &lt;b&gt;,</p>"), "{html}");
        assert!(html.contains("<td>2 × &quot;Mug&quot;</td><td style=\"text-align: right\">9.00 EUR</td>"), "{html}");
        assert!(html.contains("<p>B &amp; &lt;script&gt;</p>"), "{html}");
    }

    #[test]
    fn a_line_break_in_a_name_is_a_space() {
        let letter = Letter::new("Hi\r\nBcc: eve@example.com", "Ada\n\nPay here");
        assert_eq!(letter.subject, "Hi Bcc: eve@example.com");
        assert!(letter.plain("Bikes").starts_with("Hello Ada Pay here,\n\n"));
    }
}
