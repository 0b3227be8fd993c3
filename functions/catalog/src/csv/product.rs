//! Reads the rows of one product. Pure: rows in, a draft and the errors of rows out.
//!
//! A value that a product has only once may stand in any of its rows: the first cell that has one counts, wherever a spreadsheet has sorted
//! the row to. Each row may carry a variant, a picture or both. A product is left out as a whole if any of its variants cannot be imported,
//! so that it is never sold in another form than the file means. A picture that cannot be imported is left out and reported.
//!
//! A column that is missing from the file says nothing (`None` below); a blank cell says that there is no value.

use crate::{
    csv::{
        cells::{self as cells, Fault},
        columns::{Column, Headings},
        rows::{Product, Row, RowError},
    },
    text,
};
use tradewind_catalog::listing::{Image, MOST_IMAGES, MOST_VARIANTS};
use tradewind_kernel::{Currency, Money};

const OPTIONS: [(Column, Column); 3] = [
    (Column::Option1Name, Column::Option1Value),
    (Column::Option2Name, Column::Option2Value),
    (Column::Option3Name, Column::Option3Value),
];

/// What a file says about a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) handle: String,
    pub(crate) title: Option<String>,
    pub(crate) description_html: Option<String>,
    pub(crate) vendor: Option<String>,
    pub(crate) product_type: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) published: Option<bool>,
    /// Empty for a product without options.
    pub(crate) option_names: Option<Vec<String>>,
    /// The number of options for which the file has columns.
    pub(crate) option_columns: usize,
    pub(crate) variants: Vec<DraftVariant>,
    pub(crate) images: Option<Vec<Image>>,
    /// The first row of the product.
    pub(crate) row: u32,
}

/// What a file says about a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DraftVariant {
    /// Whether its row says nothing about a variant, although the file has columns about variants.
    pub(crate) silent: bool,
    pub(crate) row: u32,
    pub(crate) sku: Option<Option<String>>,
    pub(crate) options: Option<Vec<String>>,
    pub(crate) price: Option<Money>,
    pub(crate) compare_at_price: Option<Option<Money>>,
    pub(crate) weight_grams: Option<u32>,
    pub(crate) stock: DraftStock,
    pub(crate) image: Option<Option<Image>>,
}

/// What a file says about the stock of a variant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DraftStock {
    /// Whether the units are counted: whether the file names a tracker.
    pub(crate) tracked: Option<bool>,
    /// The number of units; below zero, the number that is owed.
    pub(crate) quantity: Option<Option<i32>>,
    /// Whether it is still sold when none is left.
    pub(crate) continues: Option<bool>,
}

/// The result of reading the rows of a product.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// `None` if the product is left out: the errors say why.
    pub(crate) draft: Option<Draft>,
    pub(crate) errors: Vec<RowError>,
    /// Whether it is left out because it is a gift card.
    pub(crate) gift_card: bool,
}

/// Reads the rows of a product.
pub(crate) fn read(product: &Product, headings: &Headings, currency: Currency) -> Reading {
    let Some(first) = product.rows.first() else { return Reading::default() };
    let reader = Reader { rows: &product.rows, headings, currency };
    // If the cells of a row may belong to other columns, that is the error to report, rather than what these cells contain.
    let untrusted = reader.untrusted();
    let instead = |errors: Vec<RowError>| if untrusted.is_empty() { errors } else { untrusted.clone() };
    match reader.gift_card() {
        Ok(true) if untrusted.is_empty() => {
            let fault = (Column::GiftCard, "Gift cards cannot be sold here.".to_owned());
            return Reading { draft: None, errors: vec![left_out(first, fault)], gift_card: true };
        }
        Ok(_) => {}
        Err(fault) => return Reading { errors: instead(vec![left_out(first, fault)]), ..Reading::default() },
    }
    let mut draft = match reader.head(&product.handle, first) {
        Ok(draft) => draft,
        Err((row, fault)) => return Reading { errors: instead(vec![left_out(row, fault)]), ..Reading::default() },
    };
    let mut errors = reader.variants(&mut draft);
    if draft.variants.len() > MOST_VARIANTS {
        let count = draft.variants.len();
        let message = format!("The product has {count} variants, and a listing has at most {MOST_VARIANTS}.");
        errors = vec![left_out(first, (Column::Handle, message))];
    }
    if !errors.is_empty() {
        return Reading { errors, ..Reading::default() };
    }
    let errors = reader.pictures(&mut draft);
    Reading { draft: Some(draft), errors, gift_card: false }
}

fn left_out(row: &Row, (column, message): Fault) -> RowError {
    RowError { row: row.number, column: Some(column), message: format!("{message} The whole product is left out.") }
}

struct Reader<'a> {
    rows: &'a [Row],
    headings: &'a Headings,
    currency: Currency,
}

impl<'a> Reader<'a> {
    /// Whether the file has this column, in at least one row that is long enough to reach it.
    fn has(&self, column: Column) -> bool {
        self.headings.contains_key(&column) && self.rows.iter().any(|row| !row.cut.contains(&column))
    }

    /// The errors of rows whose cells cannot be trusted.
    fn untrusted(&self) -> Vec<RowError> {
        let fault = |row: &Row| Some(left_out(row, (Column::Handle, row.fault.clone()?)));
        self.rows.iter().filter_map(fault).collect()
    }

    /// The first row that has a value in this column.
    fn row_with(&self, column: Column) -> Option<&'a Row> {
        self.rows.iter().find(|row| row.says(column))
    }

    fn first(&self, column: Column) -> &'a str {
        self.row_with(column).map(|row| row.cell(column)).unwrap_or_default()
    }

    fn gift_card(&self) -> Result<bool, Fault> {
        Ok(cells::yes(self.first(Column::GiftCard), Column::GiftCard)?.unwrap_or(false))
    }

    /// The values that a product has only once.
    fn head(&self, handle: &str, first: &'a Row) -> Result<Draft, (&'a Row, Fault)> {
        let at = |column| move |fault| (self.row_with(column).unwrap_or(first), fault);
        let once = |column, most| {
            self.has(column).then(|| cells::short(self.first(column), column, most)).transpose().map_err(at(column))
        };
        self.one_title()?;
        let body = self.has(Column::Body).then(|| description(self.first(Column::Body)));
        Ok(Draft {
            handle: handle.to_owned(),
            title: once(Column::Title, 200)?.filter(|title| !title.is_empty()),
            description_html: body.transpose().map_err(at(Column::Body))?,
            vendor: once(Column::Vendor, 100)?,
            product_type: once(Column::Type, 100)?,
            tags: self
                .has(Column::Tags)
                .then(|| tags(self.first(Column::Tags)))
                .transpose()
                .map_err(at(Column::Tags))?,
            published: self.published().map_err(|fault| at(fault.0)(fault))?,
            option_names: None,
            option_columns: OPTIONS.iter().filter(|(_, value)| self.has(*value)).count(),
            variants: vec![],
            images: None,
            row: first.number,
        })
    }

    /// Two titles mean two products, one of which has the handle of the other.
    fn one_title(&self) -> Result<(), (&'a Row, Fault)> {
        let title = cells::plain(self.first(Column::Title));
        let other =
            self.rows.iter().find(|row| row.says(Column::Title) && cells::plain(row.cell(Column::Title)) != title);
        other.map_or(Ok(()), |row| {
            let message = format!(
                "The title is `{}` here and `{title}` in another row of the same handle: each product needs a handle of its own.",
                row.cell(Column::Title)
            );
            Err((row, (Column::Title, message)))
        })
    }

    /// As in Shopify: a product is published unless the file says otherwise, and one whose status is not `active` is visible to nobody.
    /// Here that is a draft.
    fn published(&self) -> Result<Option<bool>, Fault> {
        let published = cells::yes(self.first(Column::Published), Column::Published)?.unwrap_or(true);
        let active = match self.first(Column::Status).to_ascii_lowercase().as_str() {
            "" | "active" => true,
            "draft" | "archived" | "unlisted" => false,
            other => {
                let message = format!("`{other}` is no status. Write `active`, `draft` or `archived`.");
                return Err((Column::Status, message));
            }
        };
        Ok((self.has(Column::Published) || self.has(Column::Status)).then_some(published && active))
    }

    /// The variants, and the errors of their rows.
    fn variants(&self, draft: &mut Draft) -> Vec<RowError> {
        let named: Vec<_> = OPTIONS.into_iter().filter(|(name, _)| self.row_with(*name).is_some()).collect();
        let rows: Vec<_> = self.rows.iter().filter(|row| is_variant(row)).collect();
        // The option `Title` with its only value stands for "no options".
        let default = |text: &str| text.is_empty() || text.eq_ignore_ascii_case("Default Title");
        let last = OPTIONS.iter().rposition(|(_, value)| self.row_with(*value).is_some());
        let plain = match named.as_slice() {
            [] => last == Some(0) && rows.iter().all(|row| default(row.cell(Column::Option1Value))),
            [(name, value)] => {
                self.first(*name).eq_ignore_ascii_case("Title") && rows.iter().all(|row| default(row.cell(*value)))
            }
            _ => false,
        };
        // Values without option names belong to the options of the existing listing.
        let values: Option<Vec<Column>> = match (named.is_empty(), plain, last) {
            (_, true, _) => Some(vec![]),
            (false, false, _) => Some(named.iter().map(|(_, value)| *value).collect()),
            (true, _, Some(last)) => {
                Some(OPTIONS.iter().take(last.saturating_add(1)).map(|(_, value)| *value).collect())
            }
            (true, _, None) => None,
        };
        if !named.is_empty() {
            let names = named.iter().map(|(name, _)| cells::plain(self.first(*name)));
            draft.option_names = Some(if plain { vec![] } else { names.collect() });
        }
        // A file may change only weights, or remove old prices: in a product without options these belong to its single variant.
        let about = [Column::Grams, Column::Tracker, Column::Policy, Column::VariantImage, Column::CompareAtPrice];
        let only = rows.is_empty() && !self.has(Column::Price) && about.iter().any(|column| self.has(*column));
        let only = self.rows.first().filter(|_| only).map(|row| row.number);
        let mut errors = vec![];
        for row in self.rows {
            let nameless =
                OPTIONS.iter().find(|option| !named.is_empty() && !named.contains(option) && row.says(option.1));
            let named = named.iter().try_for_each(|(name, _)| self.same_name(row, *name));
            let named = match nameless {
                Some((name, _)) => {
                    Err((*name, "This option has values and no name: name it, or leave them out.".to_owned()))
                }
                None => named,
            };
            let trusted = row.fault.clone().map_or(Ok(()), |fault| Err((Column::Handle, fault)));
            if let Err(fault) = trusted.and(named) {
                errors.push(left_out(row, fault));
            } else if is_variant(row) || only == Some(row.number) {
                match self.variant(row, values.as_deref()) {
                    Ok(variant) => draft.variants.push(variant),
                    Err(fault) => errors.push(left_out(row, fault)),
                }
            }
        }
        errors
    }

    /// An option whose name changes in a later row would put values under the wrong name.
    fn same_name(&self, row: &Row, column: Column) -> Result<(), Fault> {
        cells::short(row.cell(column), column, 60)?;
        let (first, here) = (self.first(column), row.cell(column));
        if here.is_empty() || here.to_lowercase() == first.to_lowercase() {
            return Ok(());
        }
        Err((column, format!("The option is called `{here}` here and `{first}` in an earlier row of the product.")))
    }

    fn variant(&self, row: &Row, values: Option<&[Column]>) -> Result<DraftVariant, Fault> {
        let has = |column: Column| self.has(column) && !row.cut.contains(&column);
        let option = |column: &Column| {
            let value = cells::short(row.cell(*column), *column, 60)?;
            if value.is_empty() {
                return Err((*column, "Each variant needs a value for each of the product's options.".to_owned()));
            }
            Ok(value)
        };
        let options = values.map(|values| values.iter().map(option).collect::<Result<Vec<_>, _>>()).transpose()?;
        let sku = cells::short(row.cell(Column::Sku), Column::Sku, 60)?;
        let price = cells::price(row, Column::Price, self.currency)?;
        if price.is_none() && has(Column::Price) {
            return Err((Column::Price, format!("Each variant needs a price, like 12.99, in {}.", self.currency)));
        }
        // Exports write 0 if there was no earlier price.
        let compare_at_price =
            cells::price(row, Column::CompareAtPrice, self.currency)?.filter(|price| price.amount != 0);
        let grams = has(Column::Grams).then(|| cells::grams(row)).transpose()?;
        let quantity = cells::quantity(row)?;
        let continues = cells::continues(row)?.unwrap_or(false);
        let silent = !is_variant(row)
            && ![Column::Grams, Column::Tracker, Column::Policy, Column::VariantImage]
                .iter()
                .any(|column| row.says(*column));
        Ok(DraftVariant {
            silent,
            row: row.number,
            sku: has(Column::Sku).then(|| Some(sku).filter(|sku| !sku.is_empty())),
            options,
            price,
            compare_at_price: has(Column::CompareAtPrice).then_some(compare_at_price),
            weight_grams: grams,
            stock: DraftStock {
                tracked: has(Column::Tracker).then(|| row.says(Column::Tracker)),
                quantity: has(Column::Quantity).then_some(quantity),
                continues: has(Column::Policy).then_some(continues),
            },
            image: None,
        })
    }

    /// The pictures of the product and its variants, and the errors of those that are left out.
    fn pictures(&self, draft: &mut Draft) -> Vec<RowError> {
        let mut images: Vec<(u32, u32, Image)> = vec![];
        let mut errors = vec![];
        for row in self.rows {
            let mut error = |(column, message): Fault| tell(&mut errors, self.headings, row.number, column, message);
            let of_product = if row.says(Column::ImageSrc) { picture(row, &mut images).err() } else { None };
            let mut of_variant = None;
            let has = |column: Column| self.has(column) && !row.cut.contains(&column);
            if let Some(variant) = draft.variants.iter_mut().find(|v| v.row == row.number && has(Column::VariantImage))
            {
                let url = row.says(Column::VariantImage).then(|| cells::address(row, Column::VariantImage)).transpose();
                let (url, fault) = url.map_or_else(|fault| (None, Some(fault)), |url| (url, None));
                variant.image = Some(url.map(|url| Image { url: Some(url.into()), upload: None, alt: String::new() }));
                of_variant = fault;
            }
            of_product.into_iter().chain(of_variant).for_each(&mut error);
        }
        images.sort_by_key(|(position, ..)| *position);
        for (_, row, _) in images.drain(MOST_IMAGES.min(images.len())..) {
            let message = format!("A product has at most {MOST_IMAGES} pictures. This one is left out.");
            tell(&mut errors, self.headings, row, Column::ImageSrc, message);
        }
        draft.images = self.has(Column::ImageSrc).then(|| images.into_iter().map(|(.., image)| image).collect());
        errors
    }
}

/// Adds a message to what is already reported for the row: a row has one error, with all that is wrong.
fn tell(errors: &mut Vec<RowError>, headings: &Headings, row: u32, column: Column, message: String) {
    match errors.iter_mut().find(|known| known.row == row) {
        Some(known) => known.message.push_str(&format!(" And {}: {message}", column.heading(headings))),
        None => errors.push(RowError { row, column: Some(column), message }),
    }
}

fn description(html: &str) -> Result<String, Fault> {
    text::sanitise(html).map_err(|fault| (Column::Body, fault.to_string()))
}

fn tags(text: &str) -> Result<Vec<String>, Fault> {
    let mut tags: Vec<String> = vec![];
    for tag in cells::plain(text).split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    if tags.len() > 50 || tags.iter().any(|tag| tag.chars().count() > 60) {
        let message = "A product has at most 50 tags of at most 60 characters, with commas between them.";
        return Err((Column::Tags, message.into()));
    }
    tags.iter().map(|tag| text::line(tag).map_err(|fault| (Column::Tags, fault))).collect()
}

/// Whether a row is about a variant. Exports also fill weights, trackers and the like into rows that only carry a picture.
fn is_variant(row: &Row) -> bool {
    let telling = [
        Column::Price,
        Column::Sku,
        Column::Option1Value,
        Column::Option2Value,
        Column::Option3Value,
        Column::Quantity,
        Column::CompareAtPrice,
    ];
    telling.into_iter().any(|column| row.says(column))
}

fn picture(row: &Row, images: &mut Vec<(u32, u32, Image)>) -> Result<(), Fault> {
    let url = cells::address(row, Column::ImageSrc)?;
    if images.iter().any(|(.., known)| known.url.as_deref() == Some(url.as_str())) {
        return Ok(());
    }
    let position = row.cell(Column::ImagePosition);
    // Some programs write `1.0`.
    let whole = position
        .split_once('.')
        .filter(|(_, zeros)| zeros.bytes().all(|b| b == b'0'))
        .map_or(position, |(whole, _)| whole);
    let position = whole.parse().unwrap_or(u32::MAX);
    let alt = cells::plain(row.cell(Column::ImageAlt)).chars().take(200).collect::<String>();
    let alt = text::line(&alt).map_err(|fault| (Column::ImageAlt, format!("{fault} This picture is left out.")))?;
    images.push((position, row.number, Image { url: Some(url.into()), upload: None, alt }));
    Ok(())
}

#[cfg(test)]
mod tests;
