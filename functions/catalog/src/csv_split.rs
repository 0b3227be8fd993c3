//! From a file to parts: the rows of each product together, small enough for one invocation. Pure: text in, parts out, and the
//! same parts for the same text. What the cells say is read later, part by part ([`crate::csv_product`]).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Most rows of a file.
pub(crate) const MOST_ROWS: u32 = 100_000;
/// Products of a part after which the next product begins a new one.
const PRODUCTS: usize = 100;
/// Rows of a part after which the next product begins a new one.
const ROWS: usize = 400;
/// Rows of a part after which even a product is cut: no product within the limits has as many.
const MOST_PART_ROWS: usize = 1_000;

/// A column of Shopify's product export that we read. Others are let be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Column {
    #[serde(rename = "Handle")]
    Handle,
    #[serde(rename = "Title")]
    Title,
    #[serde(rename = "Body (HTML)")]
    Body,
    #[serde(rename = "Vendor")]
    Vendor,
    #[serde(rename = "Type")]
    Type,
    #[serde(rename = "Tags")]
    Tags,
    #[serde(rename = "Published")]
    Published,
    #[serde(rename = "Status")]
    Status,
    #[serde(rename = "Option1 Name")]
    Option1Name,
    #[serde(rename = "Option1 Value")]
    Option1Value,
    #[serde(rename = "Option2 Name")]
    Option2Name,
    #[serde(rename = "Option2 Value")]
    Option2Value,
    #[serde(rename = "Option3 Name")]
    Option3Name,
    #[serde(rename = "Option3 Value")]
    Option3Value,
    #[serde(rename = "Variant SKU")]
    Sku,
    #[serde(rename = "Variant Grams")]
    Grams,
    #[serde(rename = "Variant Inventory Qty")]
    Quantity,
    #[serde(rename = "Variant Price")]
    Price,
    #[serde(rename = "Variant Compare At Price")]
    CompareAtPrice,
    #[serde(rename = "Image Src")]
    ImageSrc,
    #[serde(rename = "Image Position")]
    ImagePosition,
    #[serde(rename = "Image Alt Text")]
    ImageAlt,
}

impl Column {
    const ALL: [Self; 22] = [
        Self::Handle,
        Self::Title,
        Self::Body,
        Self::Vendor,
        Self::Type,
        Self::Tags,
        Self::Published,
        Self::Status,
        Self::Option1Name,
        Self::Option1Value,
        Self::Option2Name,
        Self::Option2Value,
        Self::Option3Name,
        Self::Option3Value,
        Self::Sku,
        Self::Grams,
        Self::Quantity,
        Self::Price,
        Self::CompareAtPrice,
        Self::ImageSrc,
        Self::ImagePosition,
        Self::ImageAlt,
    ];
    /// Without these nothing can be made of a file.
    const NEEDED: [Self; 3] = [Self::Handle, Self::Title, Self::Price];

    /// The column's heading.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Handle => "Handle",
            Self::Title => "Title",
            Self::Body => "Body (HTML)",
            Self::Vendor => "Vendor",
            Self::Type => "Type",
            Self::Tags => "Tags",
            Self::Published => "Published",
            Self::Status => "Status",
            Self::Option1Name => "Option1 Name",
            Self::Option1Value => "Option1 Value",
            Self::Option2Name => "Option2 Name",
            Self::Option2Value => "Option2 Value",
            Self::Option3Name => "Option3 Name",
            Self::Option3Value => "Option3 Value",
            Self::Sku => "Variant SKU",
            Self::Grams => "Variant Grams",
            Self::Quantity => "Variant Inventory Qty",
            Self::Price => "Variant Price",
            Self::CompareAtPrice => "Variant Compare At Price",
            Self::ImageSrc => "Image Src",
            Self::ImagePosition => "Image Position",
            Self::ImageAlt => "Image Alt Text",
        }
    }
}

/// A row: its number in the file, the header being row 1, and its cells that are not empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) number: u32,
    pub(crate) cells: BTreeMap<Column, String>,
}

impl Row {
    /// A cell without the spaces around it; empty if there is none.
    pub(crate) fn cell(&self, column: Column) -> &str {
        self.cells.get(&column).map(|text| text.trim()).unwrap_or_default()
    }
}

/// The rows of one product, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Product {
    pub(crate) handle: String,
    pub(crate) rows: Vec<Row>,
}

/// What was wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowError {
    pub(crate) row: u32,
    pub(crate) column: Option<Column>,
    pub(crate) message: String,
}

/// Products that are imported in one invocation, and rows that belong to none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) products: Vec<Product>,
    pub(crate) errors: Vec<RowError>,
}

/// A file, split.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) parts: Vec<Part>,
    pub(crate) rows: u32,
}

/// Splits a file, or says why it cannot be imported at all, for the person who sent it.
pub(crate) fn split(bytes: &[u8]) -> Result<Split, String> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| "The file is not text in UTF-8. Save it as CSV with that encoding.")?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = columns(reader.headers().map_err(unreadable)?)?;
    let mut splitter = Splitter::default();
    let mut record = csv::StringRecord::new();
    let mut number = 1_u32;
    while reader.read_record(&mut record).map_err(unreadable)? {
        number = number.saturating_add(1);
        let cells = columns.iter().filter_map(|(column, place)| Some((*column, record.get(*place)?)));
        let cells: BTreeMap<_, _> =
            cells.filter(|(_, text)| !text.trim().is_empty()).map(|(column, text)| (column, text.to_owned())).collect();
        if !cells.is_empty() {
            splitter.add(Row { number, cells });
        }
        if splitter.rows > MOST_ROWS {
            return Err(format!("The file has more than {MOST_ROWS} rows. Split it into several files."));
        }
    }
    Ok(splitter.finish())
}

fn unreadable(error: csv::Error) -> String {
    format!("The file cannot be read as CSV: {error}.")
}

/// Where the columns stand. The first one of a name counts.
fn columns(header: &csv::StringRecord) -> Result<Vec<(Column, usize)>, String> {
    let place = |column: Column| header.iter().position(|name| name.trim().eq_ignore_ascii_case(column.name()));
    let found: Vec<_> = Column::ALL.into_iter().filter_map(|column| Some((column, place(column)?))).collect();
    let missing = Column::NEEDED.into_iter().filter(|needed| !found.iter().any(|(column, _)| column == needed));
    let missing: Vec<_> = missing.map(|column| format!("`{}`", column.name())).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    Err(format!(
        "The header lacks {}. The file must be comma-separated and its first row must name the columns as Shopify's product export does.",
        missing.join(", ")
    ))
}

#[derive(Default)]
struct Splitter {
    parts: Vec<Part>,
    part: Part,
    /// Where the products of the part stand.
    places: HashMap<String, usize>,
    part_rows: usize,
    rows: u32,
}

impl Splitter {
    fn add(&mut self, row: Row) {
        self.rows = self.rows.saturating_add(1);
        let handle = row.cell(Column::Handle).to_lowercase();
        let known = self.places.get(&handle).copied();
        let full = self.part_rows >= ROWS || self.part.products.len() >= PRODUCTS;
        if (known.is_none() && full) || self.part_rows >= MOST_PART_ROWS {
            self.close();
        }
        self.part_rows = self.part_rows.saturating_add(1);
        if handle.is_empty() || handle.len() > 255 {
            let message =
                "Each row needs a handle of at most 255 bytes, which is the same for all rows of a product.".into();
            self.part.errors.push(RowError { row: row.number, column: Some(Column::Handle), message });
            return;
        }
        let place = self.places.get(&handle).copied();
        match place.and_then(|place| self.part.products.get_mut(place)) {
            Some(product) => product.rows.push(row),
            None => {
                self.places.insert(handle.clone(), self.part.products.len());
                self.part.products.push(Product { handle, rows: vec![row] });
            }
        }
    }

    fn close(&mut self) {
        self.places.clear();
        self.part_rows = 0;
        self.parts.push(std::mem::take(&mut self.part));
    }

    fn finish(mut self) -> Split {
        if self.part_rows > 0 {
            self.close();
        }
        Split { parts: self.parts, rows: self.rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn handles(part: &Part) -> Vec<(&str, Vec<u32>)> {
        part.products.iter().map(|p| (p.handle.as_str(), p.rows.iter().map(|r| r.number).collect())).collect()
    }

    fn file(rows: &str) -> Split {
        split(format!("Handle,Title,Variant Price\n{rows}").as_bytes()).unwrap()
    }

    #[test]
    fn every_column_is_written_in_parts_under_its_heading() {
        for column in Column::ALL {
            assert_eq!(serde_json::to_value(column).unwrap(), column.name());
        }
    }

    #[test]
    fn rows_of_a_handle_are_one_product_even_when_others_stand_between() {
        let split = file("a,A,1\nb,B,1\na,,2\nA,,3\n");
        assert_eq!(split.rows, 4);
        assert_eq!(handles(&split.parts[0]), [("a", vec![2, 4, 5]), ("b", vec![3])]);
    }

    #[test]
    fn a_byte_order_mark_quoted_line_breaks_and_unknown_columns_are_read() {
        let split =
            split("\u{feff}Title,Colour,handle,variant price\n\"Two\nlines\",red,a,1\nB,,b,2\n".as_bytes()).unwrap();
        assert_eq!(handles(&split.parts[0]), [("a", vec![2]), ("b", vec![3])]);
        assert_eq!(split.parts[0].products[0].rows[0].cell(Column::Title), "Two\nlines");
    }

    #[test]
    fn empty_rows_are_skipped_and_rows_without_a_handle_are_errors() {
        let split = file("a,A,1\n,,\n\n,B,1\nc,C,1\n");
        assert_eq!(split.rows, 3);
        assert_eq!(
            split.parts[0].errors.iter().map(|e| (e.row, e.column)).collect::<Vec<_>>(),
            [(4, Some(Column::Handle))]
        );
        assert_eq!(handles(&split.parts[0]), [("a", vec![2]), ("c", vec![5])]);
    }

    #[test]
    fn a_file_without_the_needed_columns_is_refused_and_they_are_named() {
        let reason = split(b"Handle;Title;Variant Price\na;A;1\n").unwrap_err();
        assert!(reason.contains("`Handle`, `Title`, `Variant Price`"), "{reason}");
        assert!(split(b"Handle,Title\na,A\n").unwrap_err().contains("`Variant Price`"));
        assert!(split(b"").is_err());
    }

    #[test]
    fn a_file_that_is_not_utf_8_is_refused() {
        assert!(split(b"Handle,Title,Variant Price\na,\xff,1\n").unwrap_err().contains("UTF-8"));
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
    fn a_product_without_end_is_cut() {
        let endless = "a,A,1\n".repeat(2_500);
        let sizes: Vec<_> = file(&endless).parts.iter().map(|p| p.products[0].rows.len()).collect();
        assert_eq!(sizes, [1000, 1000, 500]);
    }

    #[test]
    fn a_file_with_too_many_rows_is_refused() {
        let text = format!("Handle,Title,Variant Price\n{}", "a,A,1\n".repeat(100_001));
        assert!(split(text.as_bytes()).unwrap_err().contains("100000 rows"));
    }
}
