//! Splits a file into parts that are small enough for one invocation, with the rows of each product together, wherever they stand. Pure:
//! bytes in, parts out, and the same parts for the same bytes. The contents of cells are read later, part by part
//! ([`crate::csv::product`]).

use crate::{
    csv::{
        columns::{Column, Header, Headings},
        read::Record,
        rows::{Product, Row, RowError},
        signs::{Sign, sign},
        swallowed,
        text::decode,
    },
    text,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Most rows allowed in a file.
pub(crate) const MOST_ROWS: u32 = 100_000;
/// After this many products, the next one begins a new part.
const PRODUCTS: usize = 100;
/// After this many rows, the next product begins a new part.
const ROWS: usize = 400;
/// Most rows of a product: a product within the limits of a listing has a few hundred at most.
const MOST_PRODUCT_ROWS: usize = 1_000;

/// Products that are imported in one invocation, and the errors of rows that belong to no product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) headings: Headings,
    pub(crate) products: Vec<Product>,
    pub(crate) errors: Vec<RowError>,
    /// The number of rows that the errors stand for: several, if a product is reported once.
    pub(crate) failed_rows: u32,
}

/// A file after splitting.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) parts: Vec<Part>,
    pub(crate) rows: u32,
}

/// Splits a file, or explains to the person who sent it why it cannot be imported at all.
pub(crate) fn split(bytes: &[u8]) -> Result<Split, String> {
    let text = decode(bytes)?;
    let (header, records) = Header::read(&text)?;
    let mut splitter = Splitter::default();
    for record in records {
        let record = record?;
        let swallowed = swallowed::look(&header, &record)?;
        splitter.add(row(&header, record, swallowed));
        if splitter.rows > MOST_ROWS {
            return Err(format!("The file has more than {MOST_ROWS} rows. Split it into several files."));
        }
    }
    Ok(splitter.finish(&header.headings))
}

fn row(header: &Header, record: Record, swallowed: Option<String>) -> Row {
    let fault = swallowed.or_else(|| miscounted(header, &record));
    let said = |(column, place): &(Column, usize)| {
        let text = record.cells.get(*place).filter(|text| !text.trim().is_empty())?;
        Some((*column, text.clone()))
    };
    let cut = header.places.iter().filter(|(_, place)| *place >= record.cells.len()).map(|(column, _)| *column);
    Row { number: record.line, cells: header.places.iter().filter_map(said).collect(), cut: cut.collect(), fault }
}

/// Explains why the cells of a row may be in the wrong columns. Excel leaves off blank cells at the end of rows; those simply have no
/// value. But in a row with too few cells, some may have run together: so none may contain a delimiter or a line break, and each must fit
/// its column.
fn miscounted(header: &Header, record: &Record) -> Option<String> {
    let (cells, delimiter) = (record.cells.len(), header.delimiter.escape_default());
    let blank = |cell: &String| cell.trim().is_empty();
    let quoted = format!("a text with a `{delimiter}` in it must stand between quotes, and nothing else");
    if record.cells.iter().skip(header.cells).any(|cell| !blank(cell)) {
        return Some(format!("The row has {cells} cells and the header has {}: {quoted}.", header.cells));
    }
    if cells >= header.named || record.cells.iter().all(blank) {
        return None;
    }
    let whole = record.cells.iter().all(|cell| !cell.contains([header.delimiter, '\n', '\r']));
    let signs = || header.places.iter().filter_map(|(column, place)| Some(sign(*column, record.cells.get(*place)?)));
    // A number in a numeric column, or the address of a picture, shows that nothing has moved.
    let fits = signs().all(|sign| sign != Sign::Against) && signs().any(|sign| matches!(sign, Sign::Like | Sign::Word));
    if whole && fits {
        return None;
    }
    Some(format!(
        "The row has {cells} cells and the header names {} columns: {quoted}. Write a `{delimiter}` for each cell that is blank, too, also at \
         the end of the row.",
        header.named
    ))
}

#[derive(Default)]
struct Splitter {
    products: Vec<Product>,
    /// The position of each product in `products`, by handle.
    places: HashMap<String, usize>,
    errors: Vec<RowError>,
    rows: u32,
}

/// Returns what all rows of a product have in common, in lower case.
fn handle(row: &Row) -> Result<String, String> {
    let given = row.cell(Column::Handle).to_lowercase();
    if given.is_empty() || given.len() > 255 || given.contains(['\n', '\r']) {
        let message =
            "Each row needs a handle of one line and at most 255 bytes, which is the same for all rows of a product.";
        return Err(message.into());
    }
    text::line(&given)
}

impl Splitter {
    fn add(&mut self, row: Row) {
        if row.cells.is_empty() && row.fault.is_none() {
            return;
        }
        self.rows = self.rows.saturating_add(1);
        let handle = match handle(&row) {
            Ok(handle) => handle,
            Err(message) => {
                self.errors.push(RowError { row: row.number, column: Some(Column::Handle), message });
                return;
            }
        };
        let place = self.places.get(&handle).copied();
        match place.and_then(|place| self.products.get_mut(place)) {
            Some(product) => product.rows.push(row),
            None => {
                self.places.insert(handle.clone(), self.products.len());
                self.products.push(Product { handle, rows: vec![row] });
            }
        }
    }

    fn finish(self, headings: &Headings) -> Split {
        let empty = || Part { headings: headings.clone(), ..Part::default() };
        let (mut parts, mut part, mut rows) = (vec![], empty(), 0_usize);
        for product in self.products {
            if rows >= ROWS || part.products.len() >= PRODUCTS {
                parts.push(std::mem::replace(&mut part, empty()));
                rows = 0;
            }
            rows = rows.saturating_add(product.rows.len());
            match endless(&product) {
                Some(error) => {
                    part.errors.push(error);
                    let count = u32::try_from(product.rows.len()).unwrap_or(u32::MAX);
                    part.failed_rows = part.failed_rows.saturating_add(count);
                }
                None => part.products.push(product),
            }
        }
        if rows > 0 {
            parts.push(part);
        }
        // Rows that belong to no product are reported with any of the parts.
        for (number, errors) in self.errors.chunks(ROWS).enumerate() {
            if number >= parts.len() {
                parts.push(empty());
            }
            if let Some(part) = parts.get_mut(number) {
                part.errors.extend_from_slice(errors);
                part.failed_rows = part.failed_rows.saturating_add(u32::try_from(errors.len()).unwrap_or(u32::MAX));
            }
        }
        Split { parts, rows: self.rows }
    }
}

fn endless(product: &Product) -> Option<RowError> {
    let first = product.rows.first().filter(|_| product.rows.len() > MOST_PRODUCT_ROWS)?;
    let message = format!(
        "{} rows have this handle, and a product has at most {MOST_PRODUCT_ROWS}. The whole product is left out.",
        product.rows.len()
    );
    Some(RowError { row: first.number, column: Some(Column::Handle), message })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fmt::Write;

    fn handles(part: &Part) -> Vec<(&str, Vec<u32>)> {
        part.products.iter().map(|p| (p.handle.as_str(), p.rows.iter().map(|r| r.number).collect())).collect()
    }

    fn file(rows: &str) -> Split {
        split(format!("Handle,Title,Variant Price\n{rows}").as_bytes()).unwrap()
    }

    #[test]
    fn rows_of_a_handle_are_one_product_even_when_others_stand_between() {
        let split = file("a,A,1\nb,B,1\na,,2\nA,,3\n");
        assert_eq!(split.rows, 4);
        assert_eq!(handles(&split.parts[0]), [("a", vec![2, 4, 5]), ("b", vec![3])]);
    }

    #[test]
    fn rows_of_a_handle_are_one_product_however_far_apart() {
        let mut rows = String::new();
        (0..700).for_each(|n| writeln!(rows, "p{n},P,1").unwrap());
        (0..700).for_each(|n| writeln!(rows, "P{n},,2").unwrap());
        let split = file(&rows);
        assert_eq!((split.parts.len(), split.rows), (7, 1_400));
        let products: Vec<_> = split.parts.iter().flat_map(handles).collect();
        assert_eq!(products.len(), 700);
        assert_eq!(products[450], ("p450", vec![452, 1_152]));
    }

    #[test]
    fn a_mark_quoted_line_breaks_and_unknown_columns_are_read() {
        let split =
            split("\u{feff}Title,Colour,handle,variant price\n\"Two\nlines\",red,a,1\nB,,b,2\n".as_bytes()).unwrap();
        assert_eq!(handles(&split.parts[0]), [("a", vec![2]), ("b", vec![4])]);
        assert_eq!(split.parts[0].products[0].rows[0].cell(Column::Title), "Two\nlines");
        assert_eq!(split.parts[0].headings[&Column::Price], "variant price");
    }

    #[test]
    fn rows_have_the_numbers_of_their_lines_and_those_without_a_handle_are_errors() {
        let split = file("a,A,1\n,,\n\n,B,1\nc,C,1\n");
        assert_eq!(split.rows, 3);
        let part = &split.parts[0];
        let errors: Vec<_> = part.errors.iter().map(|e| (e.row, e.column)).collect();
        assert_eq!((errors, part.failed_rows), (vec![(5, Some(Column::Handle))], 1));
        assert_eq!(handles(part), [("a", vec![2]), ("c", vec![6])]);
    }

    #[test]
    fn a_row_with_more_cells_than_the_header_is_not_trusted() {
        let split = file("a,A, with a comma,1\nb,B,1,,\n");
        let products = &split.parts[0].products;
        assert!(products[0].rows[0].fault.as_deref().unwrap().contains("4 cells"));
        assert_eq!(products[1].rows[0].fault, None);
    }

    #[test]
    fn a_row_with_fewer_cells_than_the_header_is_trusted_only_if_its_last_ones_were_left_off() {
        let header = "Handle,Title,Body (HTML),Vendor,Variant Price,Variant Grams\n";
        let fault = |header: &str, row: &str| {
            let split = split(format!("{header}{row}\n").as_bytes()).unwrap();
            split.parts[0].products[0].rows[0].fault.clone()
        };
        // Either cells ran together, or nothing shows that they did not.
        for row in ["lamp,Lamp,\"Bright,Acme\",49,5", "lamp,Lamp,6", "lamp"] {
            let told = fault(header, row).unwrap();
            assert!(told.contains("names 6 columns") && told.contains("blank"), "{told}");
        }
        assert_eq!(fault(header, "lamp,Lamp,Bright,Acme,49,"), None);
        // Rows without their last cells, as Excel writes them.
        assert_eq!(fault(header, "lamp,Lamp,Bright,Acme,49"), None);
        assert!(fault(header, "lamp,Lamp,Bright,Acme,cheap").is_some());
        let left_off = split(format!("{header}lamp,Lamp,,,49\n").as_bytes()).unwrap();
        assert_eq!(left_off.parts[0].products[0].rows[0].cut, BTreeSet::from([Column::Grams]));
        // Nameless columns at the end do not count as columns.
        assert_eq!(fault("Handle,Title,Variant Price,,\n", "lamp,Lamp,49"), None);
        assert!(fault("Handle,Title,Variant Price,,\n", "lamp,49").is_some());
        let tabs = fault("Handle\tTitle\tVariant Price\n", "lamp\t49").unwrap();
        assert!(tabs.contains("`\\t`"), "{tabs}");
        // A row of blanks is skipped, however long it is.
        assert_eq!(file("a,A,1\n,\n \nb,B,1\n").rows, 2);
    }

    #[test]
    fn rows_between_two_stray_quotes_are_not_taken_into_one_cell() {
        let swallowed = "Handle,Title,Body (HTML),Published,Variant Price\nlamp,Lamp,\"Bright,TRUE,49\nbowl,Bowl,,TRUE,5\ncup,Cup,\",TRUE,1\n";
        assert!(split(swallowed.as_bytes()).unwrap_err().starts_with("Line 2: a quote opens in column 3"));
        // In case of doubt, only one product is left out.
        let doubtful =
            split("Handle,Title,Variant Price,Tags\nlamp,Lamp,49,\"a\nbowl,Bowl,5,b\"\n".as_bytes()).unwrap();
        let fault = doubtful.parts[0].products[0].rows[0].fault.clone().unwrap();
        assert!(fault.starts_with("A quote opens in column 4"), "{fault}");
        let honest = "Handle,Title,Body (HTML),Variant Price\nlamp,Lamp,\"Bright, warm\nLarge, small, both\",49\n";
        assert!(split(honest.as_bytes()).is_ok());
    }

    #[test]
    fn a_file_with_a_header_only_has_no_parts() {
        let split = file("");
        assert_eq!((split.parts.len(), split.rows), (0, 0));
    }

    #[test]
    fn parts_hold_a_hundred_products_or_some_four_hundred_rows_and_never_cut_a_product() {
        let mut many = String::new();
        (0..250).for_each(|n| writeln!(many, "p{n},P,1").unwrap());
        let sizes: Vec<_> = file(&many).parts.iter().map(|p| p.products.len()).collect();
        assert_eq!(sizes, [100, 100, 50]);

        let mut wide = String::new();
        (0..30).for_each(|n| (0..90).for_each(|_| writeln!(wide, "p{n},P,1").unwrap()));
        let parts = file(&wide).parts;
        assert_eq!(parts.iter().map(|p| p.products.len()).collect::<Vec<_>>(), [5, 5, 5, 5, 5, 5]);
        assert!(parts.iter().flat_map(|p| &p.products).all(|p| p.rows.len() == 90));
    }

    #[test]
    fn a_product_without_end_is_left_out_whole() {
        let split = file(&format!("{}b,B,1\n", "a,A,1\n".repeat(1_001)));
        let errors: Vec<_> = split.parts.iter().flat_map(|p| &p.errors).map(|e| e.row).collect();
        assert_eq!((errors, split.parts.iter().map(|p| p.failed_rows).sum::<u32>()), (vec![2], 1_001));
        assert_eq!(split.parts.iter().map(|p| p.products.len()).sum::<usize>(), 1);
    }

    #[test]
    fn a_file_with_too_many_rows_is_refused() {
        let text = format!("Handle,Title,Variant Price\n{}", "a,A,1\n".repeat(100_001));
        assert!(split(text.as_bytes()).unwrap_err().contains("100000 rows"));
    }
}
