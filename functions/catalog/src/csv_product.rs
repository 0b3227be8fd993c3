//! From the rows of one product to what they say about it. Pure: rows in, a draft and the faults of rows out.
//!
//! As in Shopify's export, the first row carries what the product has once; it and each further row carry a variant, a picture or
//! both. A fault in what the product has once leaves the product out; a fault in a variant or a picture leaves out only that. A
//! row has at most one fault reported: the first.

use crate::{
    csv_split::{Column, Product, Row, RowError},
    text,
};
use tradewind_domain::{
    Currency, Money,
    listing::{Image, MOST_IMAGES, MOST_STOCK, MOST_VARIANTS},
};

const OPTIONS: [(Column, Column); 3] = [
    (Column::Option1Name, Column::Option1Value),
    (Column::Option2Name, Column::Option2Value),
    (Column::Option3Name, Column::Option3Value),
];

/// What a file says about a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) handle: String,
    pub(crate) title: String,
    pub(crate) description_html: String,
    pub(crate) vendor: String,
    pub(crate) product_type: String,
    pub(crate) tags: Vec<String>,
    pub(crate) published: bool,
    pub(crate) option_names: Vec<String>,
    pub(crate) variants: Vec<DraftVariant>,
    pub(crate) images: Vec<Image>,
    /// The row with which the product begins.
    pub(crate) row: u32,
}

/// What a file says about a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DraftVariant {
    pub(crate) sku: Option<String>,
    pub(crate) options: Vec<String>,
    pub(crate) price: Money,
    pub(crate) compare_at_price: Option<Money>,
    pub(crate) weight_grams: u32,
    /// How many there are; nothing if the file does not say.
    pub(crate) stock: Option<u32>,
}

/// A fault in a cell.
type Fault = (Column, String);

/// What the rows say. Without a draft the product is left out, and the faults say why.
pub(crate) fn read(product: &Product, currency: Currency) -> (Option<Draft>, Vec<RowError>) {
    let Some(first) = product.rows.first() else { return (None, vec![]) };
    let mut draft = match head(&product.handle, first) {
        Ok(draft) => draft,
        Err(fault) => return (None, vec![error(first, fault)]),
    };
    // `Title` with its one value stands for "no options".
    let named = OPTIONS.into_iter().filter(|(name, _)| !first.cell(*name).is_empty()).collect::<Vec<_>>();
    let plain = matches!(named.as_slice(), [(name, value)]
        if first.cell(*name) == "Title" && first.cell(*value) == "Default Title");
    let options: Vec<_> = if plain { vec![] } else { named };
    draft.option_names = options.iter().map(|(name, _)| first.cell(*name).to_owned()).collect();
    let values: Vec<_> = options.iter().map(|(_, value)| *value).collect();

    let mut errors = vec![];
    let mut images = vec![];
    for (number, row) in product.rows.iter().enumerate() {
        let has_picture = !row.cell(Column::ImageSrc).is_empty();
        let picture = if has_picture { picture(row, &mut images).err() } else { None };
        let variant = if number == 0 || is_variant(row) {
            variant(row, &values, currency).and_then(|variant| admit(variant, &mut draft.variants)).err()
        } else if has_picture {
            None
        } else {
            Some((Column::Price, "The row has neither a variant nor a picture.".into()))
        };
        errors.extend(variant.or(picture).map(|fault| error(row, fault)));
    }
    images.sort_by_key(|(position, _)| *position);
    draft.images = images.into_iter().map(|(_, image)| image).collect();
    ((!draft.variants.is_empty()).then_some(draft), errors)
}

fn error(row: &Row, (column, message): Fault) -> RowError {
    RowError { row: row.number, column: Some(column), message }
}

/// What the product has once.
fn head(handle: &str, row: &Row) -> Result<Draft, Fault> {
    let title = short(row, Column::Title, 200)?;
    if title.is_empty() {
        let message = "The first row of a product needs a title, and its other rows must follow it. The whole product is left out.";
        return Err((Column::Title, message.into()));
    }
    let body = row.cell(Column::Body);
    let description_html = text::sanitise(body).ok_or_else(|| {
        (Column::Body, "The description may have at most 100,000 bytes. The product is left out.".into())
    })?;
    let mut tags: Vec<String> = vec![];
    for tag in row.cell(Column::Tags).split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    if tags.len() > 50 || tags.iter().any(|tag| tag.chars().count() > 60) {
        let message =
            "A product has at most 50 tags of at most 60 characters, with commas between them. It is left out.";
        return Err((Column::Tags, message.into()));
    }
    for (name, _) in OPTIONS {
        short(row, name, 60)?;
    }
    Ok(Draft {
        handle: handle.to_owned(),
        title,
        description_html,
        vendor: short(row, Column::Vendor, 100)?,
        product_type: short(row, Column::Type, 100)?,
        tags,
        published: published(row)?,
        option_names: vec![],
        variants: vec![],
        images: vec![],
        row: row.number,
    })
}

fn short(row: &Row, column: Column, most: usize) -> Result<String, Fault> {
    let text = row.cell(column);
    if text.chars().count() > most {
        return Err((column, format!("It may have at most {most} characters. The product is left out.")));
    }
    Ok(text.to_owned())
}

/// Published is what says so, unless its status says that it is not for sale. Without either it is a draft.
fn published(row: &Row) -> Result<bool, Fault> {
    let published = match row.cell(Column::Published).to_ascii_lowercase().as_str() {
        "true" => true,
        "false" | "" => false,
        _ => return Err((Column::Published, "Write `true` or `false`. The product is left out.".into())),
    };
    match row.cell(Column::Status).to_ascii_lowercase().as_str() {
        "" | "active" => Ok(published),
        "draft" | "archived" => Ok(false),
        _ => Err((Column::Status, "Write `active`, `draft` or `archived`. The product is left out.".into())),
    }
}

fn is_variant(row: &Row) -> bool {
    let telling = [Column::Price, Column::Sku, Column::Option1Value, Column::Option2Value, Column::Option3Value];
    telling.into_iter().any(|column| !row.cell(column).is_empty())
}

fn variant(row: &Row, values: &[Column], currency: Currency) -> Result<DraftVariant, Fault> {
    let mut options = vec![];
    for column in values {
        let value = row.cell(*column);
        if value.is_empty() || value.chars().count() > 60 {
            return Err((*column, "Each variant needs a value of at most 60 characters for each option.".into()));
        }
        options.push(value.to_owned());
    }
    let sku = row.cell(Column::Sku);
    if sku.chars().count() > 60 {
        return Err((Column::Sku, "It may have at most 60 characters.".into()));
    }
    let price = price(row, Column::Price, currency)?;
    let price =
        price.ok_or_else(|| (Column::Price, format!("Each variant needs a price, like 12.99, in {currency}.")))?;
    Ok(DraftVariant {
        sku: (!sku.is_empty()).then(|| sku.to_owned()),
        options,
        price,
        compare_at_price: self::price(row, Column::CompareAtPrice, currency)?,
        weight_grams: grams(row)?,
        stock: quantity(row)?,
    })
}

fn price(row: &Row, column: Column, currency: Currency) -> Result<Option<Money>, Fault> {
    let text = row.cell(column);
    if text.is_empty() {
        return Ok(None);
    }
    let decimals = currency.decimals();
    let refuse =
        || format!("`{text}` is not a price in {currency}. Write it like 12.99, with at most {decimals} decimals.");
    Money::parse_decimal(text, currency).map(Some).ok_or_else(|| (column, refuse()))
}

/// Whole grams: exports write `0`, `250` or `250.0`, and what is finer is cut off.
fn grams(row: &Row) -> Result<u32, Fault> {
    let text = row.cell(Column::Grams);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let grams = if text.is_empty() { Some(0) } else { whole.parse().ok() };
    grams
        .filter(|grams| *grams <= 1_000_000 && fraction.bytes().all(|b| b.is_ascii_digit()))
        .ok_or_else(|| (Column::Grams, format!("`{text}` is not a weight in grams from 0 to 1000000.")))
}

/// Shops that sell more than they have count below zero: that is nothing to sell.
fn quantity(row: &Row) -> Result<Option<u32>, Fault> {
    let text = row.cell(Column::Quantity);
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<i64>().ok().map(|number| u32::try_from(number.max(0)).unwrap_or(u32::MAX));
    let number = number.filter(|number| *number <= MOST_STOCK);
    number.map(Some).ok_or_else(|| (Column::Quantity, format!("`{text}` is not a whole number up to {MOST_STOCK}.")))
}

fn admit(variant: DraftVariant, variants: &mut Vec<DraftVariant>) -> Result<(), Fault> {
    if variants.iter().any(|known| known.options == variant.options) {
        return Err((Column::Option1Value, "An earlier row of this product has the same options.".into()));
    }
    if variants.len() >= MOST_VARIANTS {
        return Err((Column::Handle, format!("A product has at most {MOST_VARIANTS} variants.")));
    }
    variants.push(variant);
    Ok(())
}

fn picture(row: &Row, images: &mut Vec<(u32, Image)>) -> Result<(), Fault> {
    let url = row.cell(Column::ImageSrc);
    if !text::is_web_address(url) {
        return Err((Column::ImageSrc, "It must be an http or https address of at most 1000 bytes.".into()));
    }
    if images.iter().any(|(_, known)| known.url.as_deref() == Some(url)) {
        return Ok(());
    }
    if images.len() >= MOST_IMAGES {
        return Err((Column::ImageSrc, format!("A product has at most {MOST_IMAGES} pictures.")));
    }
    let position = row.cell(Column::ImagePosition).parse().unwrap_or(u32::MAX);
    let alt = row.cell(Column::ImageAlt).chars().take(200).collect();
    images.push((position, Image { url: Some(url.to_owned()), upload: None, alt }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_split::split;

    const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Status,Option1 Name,Option1 Value,Option2 Name,\
        Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,\
        Image Position,Image Alt Text";

    fn euro() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn of(rows: &str) -> (Option<Draft>, Vec<RowError>) {
        let split = split(format!("{HEADER}\n{rows}").as_bytes()).unwrap();
        read(&split.parts[0].products[0], euro())
    }

    fn faults(errors: &[RowError]) -> Vec<(u32, &str)> {
        errors.iter().map(|e| (e.row, e.column.unwrap().name())).collect()
    }

    #[test]
    fn a_product_with_a_default_title_has_one_variant_without_options() {
        let (draft, errors) = of(
            "shirt,Shirt,<b>Soft</b><script>x</script>,Maker,Top,\"men, blue,men\",true,,Title,Default Title,,,S-1,200,7,25,30,,,",
        );
        let draft = draft.unwrap();
        assert_eq!(errors, []);
        assert_eq!((draft.title.as_str(), draft.description_html.as_str()), ("Shirt", "<b>Soft</b>"));
        assert_eq!((draft.vendor.as_str(), draft.product_type.as_str()), ("Maker", "Top"));
        assert_eq!(draft.tags, ["men", "blue"]);
        assert!(draft.published && draft.option_names.is_empty());
        let variant = DraftVariant {
            sku: Some("S-1".into()),
            options: vec![],
            price: Money::new(2500, euro()),
            compare_at_price: Some(Money::new(3000, euro())),
            weight_grams: 200,
            stock: Some(7),
        };
        assert_eq!(draft.variants, [variant]);
    }

    #[test]
    fn further_rows_add_variants_and_pictures() {
        let (draft, errors) = of("top,Top,,,,,true,,Size,S,Colour,Red,,,1,60,,https://x.io/b.jpg,2,back\n\
             top,,,,,,,,,M,,Red,,,1,61,,,,\n\
             top,,,,,,,,,,,,,,,,,https://x.io/a.jpg,1,front\n\
             top,,,,,,,,,,,,,,,,,https://x.io/b.jpg,3,again\n");
        let draft = draft.unwrap();
        assert_eq!(errors, []);
        assert_eq!(draft.option_names, ["Size", "Colour"]);
        let variants: Vec<_> = draft.variants.iter().map(|v| (v.options.join("/"), v.price.amount)).collect();
        assert_eq!(variants, [("S/Red".to_owned(), 6000), ("M/Red".to_owned(), 6100)]);
        let images: Vec<_> = draft.images.iter().map(|i| (i.url.as_deref().unwrap(), i.alt.as_str())).collect();
        assert_eq!(images, [("https://x.io/a.jpg", "front"), ("https://x.io/b.jpg", "back")]);
    }

    #[test]
    fn a_bad_variant_is_left_out_and_the_others_stay() {
        let (draft, errors) = of("top,Top,,,,,true,,Size,S,,,,,1,60,,,,\n\
             top,,,,,,,,,M,,,,,1,cheap,,,,\n\
             top,,,,,,,,,S,,,,,1,60,,,,\n\
             top,,,,,,,,,L,,,,,many,60,,,,\n\
             top,,,,,,,,,XL,,,,heavy,1,60,,,,\n\
             top,,,,,,,,,XXL,,,,,1,60.999,,,,\n\
             top,,,,,,,,,,,,X-9,,1,60,,,,\n\
             top,,,,,,,,,3XL,,,,250.5,-4,60,,,,\n");
        let draft = draft.unwrap();
        let kept: Vec<_> = draft.variants.iter().map(|v| (v.options[0].as_str(), v.weight_grams, v.stock)).collect();
        assert_eq!(kept, [("S", 0, Some(1)), ("3XL", 250, Some(0))]);
        let wanted = [
            (3, "Variant Price"),
            (4, "Option1 Value"),
            (5, "Variant Inventory Qty"),
            (6, "Variant Grams"),
            (7, "Variant Price"),
            (8, "Option1 Value"),
        ];
        assert_eq!(faults(&errors), wanted);
    }

    #[test]
    fn a_bad_picture_is_left_out_and_its_variant_stays() {
        let (draft, errors) = of("top,Top,,,,,true,,,,,,,,1,60,,javascript:x,,");
        assert_eq!(draft.unwrap().images, []);
        assert_eq!(faults(&errors), [(2, "Image Src")]);
    }

    #[test]
    fn a_product_without_a_title_is_left_out_with_one_fault() {
        let (draft, errors) = of("top,,,,,,true,,Size,S,,,,,1,60,,,,\ntop,,,,,,,,,M,,,,,1,60,,,,\n");
        assert_eq!(draft, None);
        assert_eq!(faults(&errors), [(2, "Title")]);
    }

    #[test]
    fn a_product_whose_every_variant_is_bad_is_left_out() {
        let (draft, errors) = of("top,Top,,,,,true,,,,,,,,1,,,,,");
        assert_eq!(draft, None);
        assert_eq!(faults(&errors), [(2, "Variant Price")]);
    }

    #[test]
    fn only_what_says_so_is_published() {
        let published = |cells: &str| of(&format!("top,Top,,,,,{cells},,,,,,,1,60,,,,")).0.unwrap().published;
        assert!(published("true,") && published("TRUE,active"));
        assert!(!published("false,") && !published(",") && !published("true,draft") && !published("true,archived"));
        assert_eq!(faults(&of("top,Top,,,,,perhaps,,,,,,,,1,60,,,,").1), [(2, "Published")]);
    }

    #[test]
    fn what_says_nothing_about_stock_leaves_it_open() {
        assert_eq!(of("top,Top,,,,,true,,,,,,,,,60,,,,").0.unwrap().variants[0].stock, None);
    }

    #[test]
    fn no_more_variants_than_a_listing_may_have() {
        let mut rows = "top,Top,,,,,true,,Size,0,,,,,1,60,,,,\n".to_owned();
        (1..100).for_each(|n| rows.push_str(&format!("top,,,,,,,,,{n},,,,,1,60,,,,\n")));
        let (draft, errors) = of(&rows);
        assert_eq!(draft.unwrap().variants.len(), MOST_VARIANTS);
        assert_eq!(errors.len(), 5);
    }

    #[test]
    fn an_empty_further_row_is_a_fault() {
        let (_, errors) = of("top,Top,,,,,true,,,,,,,,1,60,,,,\ntop,,,Maker,,,,,,,,,,,,,,,,\n");
        assert_eq!(faults(&errors), [(3, "Variant Price")]);
    }
}
