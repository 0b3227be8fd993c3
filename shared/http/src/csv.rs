//! CSV files according to RFC 4180, for people who open them in a spreadsheet.
//!
//! A file is a single answer, and a Lambda answers at most 6 MB, including the JSON around it: a file that does not fit is refused
//! before it is sent, with advice on what to do instead. A text that a spreadsheet would take for a formula (one that begins with
//! `=`, `+`, `-`, `@`, a tab or a line end) gets an apostrophe in front, as OWASP advises; numbers are written by us and stay
//! numbers.

use crate::Problem;
use std::borrow::Cow;
use tradewind_kernel::Money;

/// The most bytes of a file, as they count inside the JSON around it.
const MOST: usize = 5_500_000;

/// A CSV file that is being written.
#[derive(Debug, Clone)]
pub struct Csv {
    text: String,
    counted: usize,
}

/// One field of a line.
#[derive(Debug, Clone)]
pub enum Cell<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A number that was formatted by us, and so needs no apostrophe.
    Number(String),
}

impl<'a> Cell<'a> {
    /// Makes a text field.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Makes a number field: an amount without its currency, such as `-12.99`.
    pub fn amount(money: Money) -> Self {
        let text = money.to_string();
        Self::Number(text.split(' ').next().unwrap_or_default().to_owned())
    }

    /// The field as a spreadsheet is to show it; the CSV writer adds quotes where they are needed.
    fn field(&self) -> Cow<'_, [u8]> {
        match self {
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => {
                Cow::Owned(format!("'{text}").into_bytes())
            }
            Self::Text(text) => Cow::Borrowed(text.as_bytes()),
            Self::Number(text) => Cow::Borrowed(text.as_bytes()),
        }
    }
}

impl Csv {
    /// Begins a file with these columns.
    pub fn new(columns: &[&str]) -> Self {
        let text = columns.join(",");
        Self { counted: text.len().saturating_add(4), text: format!("{text}\r\n") }
    }

    /// Adds a line. If the file gets too large, the refusal is `csv_too_large`.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Problem> {
        let line = line(cells).map_err(Problem::internal)?;
        // In a JSON string these characters take two bytes, and other control characters six.
        let escaped = |c: char| match c {
            '"' | '\\' | '\r' | '\n' | '\t' => 1,
            c if c.is_control() => 5,
            _ => 0_usize,
        };
        let more = line.chars().map(escaped).fold(line.len(), usize::saturating_add);
        self.counted = self.counted.saturating_add(more);
        if self.counted > MOST {
            return Err(Problem::csv_too_large());
        }
        self.text.push_str(&line);
        Ok(())
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// The line as it is written in the file.
fn line(cells: &[Cell<'_>]) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut line = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
    line.write_record(cells.iter().map(Cell::field))?;
    Ok(String::from_utf8(line.into_inner()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Currency;

    fn line(cells: &[Cell<'_>]) -> String {
        let mut csv = Csv::new(&["a"]);
        csv.row(cells).unwrap();
        csv.finish().trim_start_matches("a\r\n").to_owned()
    }

    #[test]
    fn a_line_is_as_rfc_4180_has_it() {
        let cells = ["plain", "a,b", "say \"hi\"", "two\r\nlines", " edge", ""].map(Cell::text);
        assert_eq!(line(&cells), "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\", edge,\r\n");
    }

    #[test]
    fn no_text_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"x\")"] {
            let line = line(&[Cell::text(text)]);
            assert!(line.trim_start_matches('"').starts_with('\''), "{line}");
        }
        let money = Money::new(-1299, Currency::parse("EUR").unwrap());
        assert_eq!(line(&[Cell::amount(money)]), "-12.99\r\n");
        assert_eq!(line(&[Cell::amount(Money::new(5, Currency::parse("JPY").unwrap()))]), "5\r\n");
    }

    #[test]
    fn what_does_not_fit_an_answer_is_refused() {
        let mut csv = Csv::new(&["a"]);
        let long = "\"".repeat(100_000);
        let rows = (0..100).take_while(|_| csv.row(&[Cell::text(long.as_str())]).is_ok()).count();
        // Each quote takes two characters in the file, and four in the JSON.
        assert_eq!(rows, 13);
        assert_eq!(csv.row(&[Cell::text(long.as_str())]).unwrap_err().code, "csv_too_large");
        assert!(serde_json::to_string(&csv.finish()).unwrap().len() <= MOST + 4);
    }
}
