//! The columns of a catalogue: Shopify's, under the headings of its older and of its current exports. Other columns are ignored.

use crate::csv::read::Records;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! columns {
    ($($name:ident: $($heading:literal),+;)*) => {
        /// A column that we read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub(crate) enum Column { $($name),* }

        impl Column {
            pub(crate) const ALL: &[Self] = &[$(Self::$name),*];

            /// The headings under which the column is found; upper and lower case do not matter.
            pub(crate) const fn headings(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($heading),+]),* }
            }
        }
    };
}

columns! {
    Handle: "Handle", "URL handle";
    Title: "Title";
    Body: "Body (HTML)", "Description";
    Vendor: "Vendor";
    Type: "Type", "Custom Product Type";
    Tags: "Tags";
    Published: "Published", "Published on online store";
    Status: "Status";
    GiftCard: "Gift Card";
    Option1Name: "Option1 Name";
    Option1Value: "Option1 Value";
    Option2Name: "Option2 Name";
    Option2Value: "Option2 Value";
    Option3Name: "Option3 Name";
    Option3Value: "Option3 Value";
    Sku: "Variant SKU", "SKU";
    Grams: "Variant Grams", "Weight value (grams)";
    Tracker: "Variant Inventory Tracker", "Inventory tracker";
    Quantity: "Variant Inventory Qty", "Inventory quantity";
    Policy: "Variant Inventory Policy", "Continue selling when out of stock";
    Price: "Variant Price", "Price";
    CompareAtPrice: "Variant Compare At Price", "Compare-at price", "Compare At Price";
    VariantImage: "Variant Image", "Variant image URL";
    ImageSrc: "Image Src", "Product image URL";
    ImagePosition: "Image Position";
    ImageAlt: "Image Alt Text";
}

/// The columns that a file has, each under its own heading there.
pub(crate) type Headings = BTreeMap<Column, String>;

impl Column {
    /// The column's name for people: the file's own heading, or the first of those that it could have had.
    pub(crate) fn heading(self, headings: &Headings) -> String {
        headings.get(&self).cloned().unwrap_or_else(|| self.headings().first().copied().unwrap_or_default().to_owned())
    }
}

/// Headings by which exports of other programs are recognised, and what to tell their users.
const OTHERS: [(&[&str], &str); 3] = [
    (&["regular price", "is featured?"], "This looks like an export of WooCommerce."),
    (&["title", "currency_code", "quantity"], "This looks like an export of Etsy."),
    (&["handle", "location", "on hand"], "This looks like Shopify's inventory export, which has no products in it."),
];

/// A file's header: the delimiter, the number of cells, the number of cells up to the last one that has a name, and the places of the
/// columns.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) delimiter: char,
    pub(crate) cells: usize,
    pub(crate) named: usize,
    pub(crate) places: Vec<(Column, usize)>,
    pub(crate) headings: Headings,
}

impl Header {
    /// Reads the header of a text, and its records, the first of which is the header. In some countries Excel separates cells by semicolons
    /// or tabs: the delimiter with which most headings are found is used.
    pub(crate) fn read(text: &str) -> Result<(Self, Records<'_>), String> {
        let mut found: Option<(Self, Vec<String>, Records<'_>)> = None;
        let mut reason = None;
        for delimiter in [',', ';', '\t'] {
            let mut records = Records::new(text, delimiter);
            let blank = |record: &crate::csv::read::Record| record.cells.iter().all(|cell| cell.trim().is_empty());
            let mut next = || records.find(|record| !record.as_ref().is_ok_and(blank));
            let first = match next() {
                // This is how Excel itself declares the delimiter.
                Some(Ok(first)) if first.cells.concat().to_lowercase().starts_with("sep=") => next(),
                first => first,
            };
            match first {
                Some(Ok(record)) => {
                    let header = Self::of(delimiter, &record.cells);
                    let more = found.as_ref().is_none_or(|(best, ..)| header.places.len() > best.places.len());
                    if more {
                        found = Some((header, record.cells, records));
                    }
                }
                Some(Err(error)) => reason = reason.or(Some(error)),
                None => {}
            }
        }
        let Some((header, cells, records)) = found else {
            return Err(reason.unwrap_or_else(|| "The file is empty.".into()));
        };
        header.check(&cells)?;
        Ok((header, records))
    }

    fn of(delimiter: char, cells: &[String]) -> Self {
        let column = |heading: &String| {
            let named =
                |column: &&Column| column.headings().iter().any(|name| name.eq_ignore_ascii_case(heading.trim()));
            Column::ALL.iter().find(named).copied()
        };
        let places: Vec<_> = cells.iter().enumerate().filter_map(|(n, cell)| Some((column(cell)?, n))).collect();
        let heading = |n: usize| cells.get(n).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let headings = places.iter().map(|(column, n)| (*column, heading(*n))).collect();
        let named = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last.saturating_add(1));
        Self { delimiter, cells: cells.len(), named, places, headings }
    }

    fn check(&self, cells: &[String]) -> Result<(), String> {
        let named = |name: &&str| cells.iter().any(|cell| cell.trim().eq_ignore_ascii_case(name));
        let other = OTHERS.iter().find(|(names, _)| names.iter().all(named));
        if let Some((_, what)) = other {
            return Err(format!("{what} Make a file with the columns of Shopify's product export of it: {WANTED}"));
        }
        let repeated = self
            .places
            .iter()
            .enumerate()
            .find(|(n, (column, _))| self.places.iter().take(*n).any(|(earlier, _)| earlier == column));
        if let Some((_, (column, _))) = repeated {
            let names = column.headings().join("` or `");
            return Err(format!(
                "The header names `{names}` twice, and which one holds could only be guessed. Leave one out."
            ));
        }
        if self.headings.contains_key(&Column::Handle) && self.headings.len() > 1 {
            return Ok(());
        }
        let lacks = if self.headings.contains_key(&Column::Handle) {
            "The header names nothing but `Handle`"
        } else {
            "The header lacks `Handle` (or `URL handle`)"
        };
        Err(format!("{lacks}. The first row must name the columns as Shopify's product export does: {WANTED}"))
    }
}

const WANTED: &str = "`Handle` for what all rows of a product have in common, `Title` and `Variant Price`, and whatever else there is to \
                      say, separated by commas, semicolons or tabs.";

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(text: &str) -> (char, Vec<Column>) {
        let (header, _) = Header::read(text).unwrap();
        (header.delimiter, header.headings.into_keys().collect())
    }

    #[test]
    fn older_and_present_headings_are_known_in_any_case_and_order() {
        let wanted = vec![Column::Handle, Column::Title, Column::Sku, Column::Price];
        assert_eq!(headings("Variant Price,Handle,Title,Variant SKU"), (',', wanted.clone()));
        let (header, _) = Header::read("URL handle,Price\n").unwrap();
        let named = [Column::Price, Column::Title].map(|column| column.heading(&header.headings));
        assert_eq!(named, ["Price", "Title"]);
        assert_eq!(headings("\"title\",URL HANDLE, sku ,Price,Cost per item"), (',', wanted));
    }

    #[test]
    fn semicolons_and_tabs_separate_too() {
        let wanted = vec![Column::Handle, Column::Title, Column::Price];
        assert_eq!(headings("Handle;Title;Variant Price\n"), (';', wanted.clone()));
        assert_eq!(headings("sep=;\r\nHandle;Title;Variant Price\n"), (';', wanted.clone()));
        assert_eq!(headings("Handle\tTitle\tVariant Price\n"), ('\t', wanted));
    }

    #[test]
    fn a_file_without_handles_is_refused_and_files_of_others_are_named() {
        let reason = |text: &str| Header::read(text).unwrap_err();
        assert!(reason("Title,Variant Price\n").contains("`Handle`"));
        assert!(reason("Handle\n").contains("nothing but"));
        assert!(reason("ID,Type,SKU,Name,Published,\"Is featured?\",Regular price\n").contains("WooCommerce"));
        assert!(reason("TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY\n").contains("Etsy"));
        assert!(reason("Handle,Title,SKU,Location,On hand\n").contains("inventory export"));
        assert!(reason("\n\n").contains("empty"));
        assert!(reason("\"Handle,Title\n").contains("Line 1"));
    }

    #[test]
    fn a_column_that_stands_twice_is_refused() {
        assert!(Header::read("Handle,Title,Price,Variant Price\n").unwrap_err().contains("twice"));
        assert!(Header::read("Handle,Title,Title\n").unwrap_err().contains("twice"));
    }
}
