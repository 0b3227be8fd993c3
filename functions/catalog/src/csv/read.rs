//! Reading CSV strictly: a quoted text must end where its cell ends, otherwise the file is refused, with the number of the line. Pure.
//!
//! The usual readers never fail: a quote that is not closed puts the rest of the file into one cell, and whole products vanish into the
//! description of another. Here a record also has the number of its first line, so that people can find it.

/// A record: the line in which it begins, from 1, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) line: u32,
    pub(crate) cells: Vec<String>,
}

/// The records of a text. Empty lines are skipped, but counted as lines.
#[derive(Debug, Clone)]
pub(crate) struct Records<'a> {
    rest: &'a str,
    delimiter: char,
    line: u32,
}

enum End {
    Cell,
    Record,
}

impl<'a> Records<'a> {
    pub(crate) fn new(text: &'a str, delimiter: char) -> Self {
        Self { rest: text, delimiter, line: 1 }
    }

    fn record(&mut self) -> Result<Vec<String>, String> {
        let mut cells = vec![];
        loop {
            cells.push(self.cell()?);
            match self.end() {
                End::Cell => {}
                End::Record => return Ok(cells),
            }
        }
    }

    fn cell(&mut self) -> Result<String, String> {
        // Some programs write a space before the quote.
        if let Some(inside) = self.rest.trim_start_matches(' ').strip_prefix('"') {
            return self.quoted(inside);
        }
        let end = self.rest.find([self.delimiter, '\n', '\r']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        Ok(cell.to_owned())
    }

    fn quoted(&mut self, inside: &'a str) -> Result<String, String> {
        let (opened, mut rest, mut cell) = (self.line, inside, String::new());
        loop {
            let Some((text, after)) = rest.split_once('"') else {
                return Err(format!(
                    "Line {opened}: a quote opens a cell here and none closes it, so that the rest of the file would be in that cell. \
                     Close it; a quote that is part of the text is written twice, like 15\"\" laptop."
                ));
            };
            cell.push_str(text);
            self.line = self.line.saturating_add(line_ends(text));
            rest = after;
            match rest.strip_prefix('"') {
                Some(after) => {
                    cell.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        let after = rest.trim_start_matches(' ');
        if !after.is_empty() && !after.starts_with([self.delimiter, '\n', '\r']) {
            let began =
                if opened == self.line { String::new() } else { format!(", of a cell that opens in line {opened}") };
            return Err(format!(
                "Line {}: text follows a closing quote{began}. A quote that is part of the text is written twice, like 15\"\" laptop, \
                 and one that opens a cell is closed in it.",
                self.line
            ));
        }
        self.rest = after;
        Ok(cell)
    }

    fn end(&mut self) -> End {
        if let Some(rest) = self.rest.strip_prefix(self.delimiter) {
            self.rest = rest;
            return End::Cell;
        }
        let rest = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix(['\n', '\r']));
        self.line = self.line.saturating_add(1);
        self.rest = rest.unwrap_or_default();
        End::Record
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let line = self.line;
            match self.record() {
                Ok(cells) if cells.iter().all(String::is_empty) && cells.len() <= 1 => {}
                Ok(cells) => return Some(Ok(Record { line, cells })),
                Err(reason) => {
                    self.rest = "";
                    return Some(Err(reason));
                }
            }
        }
        None
    }
}

/// Counts the ends of lines, of which there are three kinds.
pub(crate) fn line_ends(text: &str) -> u32 {
    let ends = text.matches('\n').count().saturating_add(text.matches('\r').count());
    u32::try_from(ends.saturating_sub(text.matches("\r\n").count())).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Vec<(u32, Vec<String>)>, String> {
        Records::new(text, ',').map(|record| record.map(|record| (record.line, record.cells))).collect()
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        read(text).unwrap().into_iter().map(|(_, cells)| cells).collect()
    }

    fn line_of(text: &str) -> String {
        read(text).unwrap_err().split(':').next().unwrap().to_owned()
    }

    #[test]
    fn cells_are_read_with_and_without_quotes() {
        assert_eq!(cells("a,\"b, \"\"c\"\"\",\n"), [["a", "b, \"c\"", ""]]);
        assert_eq!(cells("a, \"b,c\" ,15\" tall"), [["a", "b,c", "15\" tall"]]);
        assert_eq!(cells("\"\",\"\"\"\"\r\nx,y\rz,"), [["", "\""], ["x", "y"], ["z", ""]]);
        assert_eq!(read(""), Ok(vec![]));
    }

    #[test]
    fn a_record_knows_the_line_that_it_begins_in() {
        let text = "h\n\n\"two\nlines\"\r\n\r\n\"a\r\nb\rc\"\nlast";
        let lines: Vec<_> = read(text).unwrap().into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 3, 6, 9]);
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_with_the_line_that_it_opens_in() {
        assert_eq!(line_of("h\na,\"b\nc,d\ne,f\n"), "Line 2");
        assert_eq!(line_of("a\nb\n\"\"\"c"), "Line 3");
    }

    #[test]
    fn text_behind_a_closing_quote_is_told_with_its_line() {
        assert_eq!(line_of("h\na,\"15\" laptop\",b"), "Line 2");
        assert_eq!(line_of("h\na,\"b\nc,d\ne,\"f\"\n"), "Line 4");
        assert_eq!(line_of("\"a\"b"), "Line 1");
    }

    proptest! {
        #[test]
        fn what_is_written_with_quotes_is_read_as_it_was(
            rows in proptest::collection::vec(proptest::collection::vec("[a\",;\n\r\t é]{0,8}", 2..5), 1..6),
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(";");
            let text = rows.iter().map(line).collect::<Vec<_>>().join("\r\n");
            let read: Result<Vec<_>, _> = Records::new(&text, ';').map(|r| r.map(|r| r.cells)).collect();
            prop_assert_eq!(read, Ok(rows));
        }

        #[test]
        fn no_text_makes_it_stumble(text in "[a\",\n\r ]{0,40}") {
            let records: Vec<_> = Records::new(&text, ',').collect();
            prop_assert!(records.iter().rev().skip(1).all(Result::is_ok));
        }
    }
}
