//! Rows that stray quotes took into one cell. Two of them are well-formed CSV: the first opens a cell, the second closes it some rows
//! further on, and all between is one text. Pure.
//!
//! How many delimiters a line of such a text has says little, as a description has commas of its own. What stands in columns that hold
//! no prose says more: the text's first line ends as its row does, its last one begins as another does, and those between are whole.

use crate::{
    csv_columns::{Column, Header},
    csv_read::Record,
};

/// What of a row was found in a text.
#[derive(Default)]
struct Found {
    /// Words such as `TRUE`, `deny` or `active`, where a row has them.
    words: u32,
    /// Numbers where a row has them.
    numbers: u32,
}

/// Refuses a record in which a cell is several rows, with the line in which it begins.
pub(crate) fn refuse(header: &Header, record: &Record) -> Result<(), String> {
    for (place, cell) in record.cells.iter().enumerate().filter(|(_, cell)| cell.contains(['\n', '\r'])) {
        let lines = cell.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
        let lines: Vec<Vec<&str>> = lines.map(|line| line.split(header.delimiter).collect()).collect();
        let [first, between @ .., last] = lines.as_slice() else { continue };
        let mut found = Found::default();
        found.ends_as_a_row(header, first, place.saturating_add(1));
        for line in between.iter().filter(|line| line.len() >= header.cells) {
            found.ends_as_a_row(header, line, 0);
        }
        found.begins_as_a_row(header, last, place);
        // Numbers stand in prose, too: "36,37,38".
        let is_begun = last.len() > place && last.first().is_some_and(|cell| is_handle(cell));
        if found.words > 0 || (found.numbers > 0 && is_begun) {
            return Err(format!(
                "Line {}: a quote opens in column {} and takes the rows behind it into one cell. Take the quote out, or close it.",
                record.line,
                place.saturating_add(1)
            ));
        }
    }
    Ok(())
}

impl Found {
    /// Looks at the cells of a line that ends as a row does, in columns from this one on.
    fn ends_as_a_row(&mut self, header: &Header, line: &[&str], from: usize) {
        for (column, place) in header.places.iter().filter(|(_, place)| *place >= from) {
            let behind = header.cells.saturating_sub(*place);
            self.look(*column, line.len().checked_sub(behind).and_then(|at| line.get(at)));
        }
    }

    /// Looks at the cells of a line that begins as a row does, in columns before this one.
    fn begins_as_a_row(&mut self, header: &Header, line: &[&str], before: usize) {
        for (column, place) in header.places.iter().filter(|(_, place)| *place < before) {
            self.look(*column, line.get(*place));
        }
    }

    fn look(&mut self, column: Column, cell: Option<&&str>) {
        // Behind a comma in prose there is a space.
        let Some(cell) = cell.filter(|cell| !cell.starts_with(' ')) else { return };
        let is_one_of = |words: &[&str]| words.iter().any(|word| cell.trim().eq_ignore_ascii_case(word));
        let (word, number) = match column {
            Column::Published | Column::GiftCard => (is_one_of(&["true", "false"]), false),
            Column::Status => (is_one_of(&["active", "draft", "archived"]), false),
            Column::Policy => (is_one_of(&["deny", "continue"]), false),
            Column::Tracker => (is_one_of(&["shopify"]), false),
            Column::Price | Column::CompareAtPrice | Column::Quantity | Column::Grams => (false, is_number(cell)),
            Column::Handle
            | Column::Title
            | Column::Body
            | Column::Vendor
            | Column::Type
            | Column::Tags
            | Column::Option1Name
            | Column::Option1Value
            | Column::Option2Name
            | Column::Option2Value
            | Column::Option3Name
            | Column::Option3Value
            | Column::Sku
            | Column::VariantImage
            | Column::ImageSrc
            | Column::ImagePosition
            | Column::ImageAlt => (false, false),
        };
        self.words = self.words.saturating_add(u32::from(word));
        self.numbers = self.numbers.saturating_add(u32::from(number));
    }
}

fn is_number(cell: &str) -> bool {
    let cell = cell.trim();
    cell.contains(|c: char| c.is_ascii_digit()) && cell.chars().all(|c| c.is_ascii_digit() || "-.,".contains(c))
}

/// A handle is what stands in the address of a product's page.
fn is_handle(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || "-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(file: &str) -> bool {
        let (header, records) = Header::read(file).unwrap();
        records.map(Result::unwrap).any(|record| refuse(&header, &record).is_err())
    }

    #[test]
    fn rows_in_a_cell_are_seen_whatever_else_the_text_holds() {
        let head = "Handle,Title,Body (HTML),Published,Variant Price\n";
        for rows in [
            "lamp,Lamp,\"Bright,TRUE,49\ncup,Cup,Big\",TRUE,1.20\n",
            "lamp,Lamp,\"Bright, warm,TRUE,49\nbowl,Bowl,Nice, big\",TRUE,0.05\n",
            "lamp,Lamp,\"Bright, warm,TRUE,49\nbowl,Bowl,Nice,TRUE,3\ncup,Cup,Big, blue\",TRUE,1.20\n",
            "lamp,Lamp,\"Bright,TRUE,49\nbowl,Bowl,\"\",TRUE,3\ncup,Cup,Big\",TRUE,1.20\n",
        ] {
            assert!(refused(&format!("{head}{rows}")), "{rows}");
            assert!(refused(&format!("{head}{rows}").replace('\n', "\r")), "{rows}");
        }
        for file in [
            "Handle;Title;Body (HTML);Published;Variant Price\nlamp;Lamp;\"Bright, warm;TRUE;49\ncup;Cup;Big, blue\";TRUE;1,20\n",
            // The quotes are in different columns.
            "Handle,Title,Body (HTML),Vendor,Variant Price,Variant Inventory Qty\nlamp,Lamp,\"Bright,Acme,49,3\n\
             cup,Cup,Nice,Acme\",1.20,5\n",
            "Handle,Title,Body (HTML),Variant Price\nlamp,Lamp,\"Bright,49\ncup,Cup,Big\",1.20\n",
            // In a column that is not read.
            "Handle,Title,Published,Variant Price,SEO Description\nlamp,Lamp,TRUE,49,\"Nice, warm\nbowl,Bowl,TRUE,3,x\n\
             cup,Cup,TRUE,1.20,Big, blue\"\n",
        ] {
            assert!(refused(file), "{file}");
        }
    }

    #[test]
    fn texts_of_several_lines_are_texts() {
        for file in [
            "Handle,Title,Body (HTML),Variant Price\nmug,Mug,\"Colours: red,blue\nSizes: S,M,L\",49\n",
            "Handle,Title,Body (HTML),Variant Price,Variant Inventory Qty\nshoe,Shoe,\"Sizes: 36,37,38\nWidths: F,G\",49,3\n",
            "Handle,Title,Body (HTML),Published,Variant Price\nlamp,Lamp,\"Bright, warm,\n\n10, 20, 30\",TRUE,49\n",
            "Handle,Title,Body (HTML),Published,Status\nlamp,Lamp,\"For the young, active\nand old\",TRUE,active\n",
        ] {
            assert!(!refused(file), "{file}");
        }
    }
}
