//! The values of single cells: prices, quantities, weights, yes and no. Pure.

use crate::{
    csv::{columns::Column, rows::Row},
    text,
};
use tradewind_catalog::listing::MOST_STOCK;
use tradewind_kernel::{Currency, Money, web::WebAddress};

/// A fault in a cell: what is wrong and what to do.
pub(crate) type Fault = (Column, String);

/// Reads a number in any way of writing as `1234.5`. `1,234` and `1.234` could be more than a thousand or little more than one, so they are
/// not accepted; only a number that begins with a nought, like `0.234`, is clear.
fn decimal(text: &str) -> Option<String> {
    let (comma, dot) = (text.rfind(','), text.rfind('.'));
    let many = |sign: char| text.matches(sign).count() > 1;
    let (point, thousands) = match (comma, dot) {
        (None, None) => return Some(text.to_owned()),
        (Some(comma), Some(dot)) if comma < dot => ('.', ','),
        (Some(_), Some(_)) => (',', '.'),
        (Some(_), None) if many(',') => ('.', ','),
        (None, Some(_)) if many('.') => (',', '.'),
        (Some(_), None) => return (!is_unclear(text, ',')).then(|| text.replace(',', ".")),
        (None, Some(_)) => return (!is_unclear(text, '.')).then(|| text.to_owned()),
    };
    let (whole, fraction) = text.split_once(point).unwrap_or((text, ""));
    let mut groups = whole.split(thousands);
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.trim_start_matches('-').len()));
    let good = first && groups.all(|group| group.len() == 3) && !fraction.contains([',', '.']);
    good.then(|| format!("{}.{fraction}", whole.replace(thousands, "")))
}

/// Like [`decimal`], but a price in the same row may show which sign stands before the decimals: `9,90` and `49.00` leave no doubt.
fn decimal_in(row: &Row, text: &str) -> Option<String> {
    let price = row.cell(Column::Price);
    let shown = [',', '.'].into_iter().find(|sign| {
        let (_, fraction) = price.rsplit_once(*sign).unwrap_or_default();
        (1..=2).contains(&fraction.len()) && fraction.bytes().all(|digit| digit.is_ascii_digit())
    });
    match (decimal(text), shown) {
        (None, Some(point)) if is_unclear(text, ',') || is_unclear(text, '.') => {
            let thousands = if point == ',' { '.' } else { ',' };
            Some(text.replace(thousands, "").replace(point, "."))
        }
        (number, _) => number,
    }
}

/// What to write instead of a number that can be read in two ways.
fn unclear(text: &str) -> Option<String> {
    let sign = [',', '.'].into_iter().find(|sign| is_unclear(text, *sign))?;
    let (whole, fraction) = text.split_once(sign)?;
    Some(format!(
        "`{text}` may be {whole} and a fraction, or {whole}{fraction}. Write nothing between the thousands: {whole}{fraction}."
    ))
}

/// Whether the only sign in a number might separate thousands.
fn is_unclear(text: &str, sign: char) -> bool {
    let (whole, fraction) = text.split_once(sign).unwrap_or((text, ""));
    let whole = whole.trim_start_matches('-');
    fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0')
}

/// Reads a price; `None` if the cell is blank.
pub(crate) fn price(row: &Row, column: Column, currency: Currency) -> Result<Option<Money>, Fault> {
    let text = row.cell(column);
    if text.is_empty() {
        return Ok(None);
    }
    let decimals = currency.decimals();
    // In a currency with three decimals, three digits after a point are the decimals.
    let thousandths = decimals == 3 && !text.contains(',') && text.matches('.').count() == 1;
    let number = if thousandths { Some(text.to_owned()) } else { decimal(text) };
    let price = number.and_then(|text| Money::parse_decimal(&text, currency));
    price.map(Some).ok_or_else(|| {
        let sample = if decimals == 0 { "1299" } else { "1299.90" };
        let message = format!(
            "`{text}` is not a price in {currency}. Write it like {sample}, with at most {decimals} decimals and nothing between the \
             thousands."
        );
        (column, message)
    })
}

/// Reads a weight in whole grams: exports write `0`, `250` or `250.0`; fractions of a gram are cut off.
pub(crate) fn grams(row: &Row) -> Result<u32, Fault> {
    let text = row.cell(Column::Grams);
    let number = decimal_in(row, text).unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let grams = if text.is_empty() { Some(0) } else { whole.parse().ok() };
    grams.filter(|grams| *grams <= 1_000_000 && fraction.bytes().all(|b| b.is_ascii_digit())).ok_or_else(|| {
        let otherwise = || format!("`{text}` is not a weight in grams from 0 to 1000000.");
        (Column::Grams, unclear(text).unwrap_or_else(otherwise))
    })
}

/// Reads the number of units in stock; `None` if the cell is blank. Shops that sell more than they have in stock have numbers below zero.
pub(crate) fn quantity(row: &Row) -> Result<Option<i32>, Fault> {
    let text = row.cell(Column::Quantity);
    if text.is_empty() {
        return Ok(None);
    }
    let number = decimal_in(row, text).unwrap_or_default();
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let whole = if fraction.bytes().all(|digit| digit == b'0') { whole.parse::<i64>().ok() } else { None };
    let number = whole.filter(|number| number.unsigned_abs() <= MOST_STOCK.into());
    let number = number.and_then(|number| i32::try_from(number).ok());
    number.map(Some).ok_or_else(|| {
        let otherwise = || format!("`{text}` is not a whole number up to {MOST_STOCK}.");
        (Column::Quantity, unclear(text).unwrap_or_else(otherwise))
    })
}

/// Reads yes or no; `None` if the text is blank, and a fault if it is neither.
pub(crate) fn yes(text: &str, column: Column) -> Result<Option<bool>, Fault> {
    match text.to_ascii_lowercase().as_str() {
        "" => Ok(None),
        // Excel writes the words in its own language.
        "true" | "1" | "1.0" | "yes" | "y" | "wahr" | "ja" | "vrai" | "oui" | "verdadero" | "vero" | "waar" => {
            Ok(Some(true))
        }
        "false" | "0" | "0.0" | "no" | "n" | "falsch" | "nein" | "faux" | "non" | "falso" | "onwaar" => Ok(Some(false)),
        _ => Err((column, format!("`{text}` says neither yes nor no. Write `TRUE` or `FALSE`."))),
    }
}

/// Whether the variant is still sold when none is left; `None` if the cell is blank.
pub(crate) fn continues(row: &Row) -> Result<Option<bool>, Fault> {
    let text = row.cell(Column::Policy);
    match text.to_ascii_lowercase().as_str() {
        "continue" => Ok(Some(true)),
        "deny" => Ok(Some(false)),
        _ => yes(text, Column::Policy)
            .map_err(|_| (Column::Policy, format!("`{text}` is neither. Write `deny` or `continue`."))),
    }
}

/// The text of a cell as people read it: some exports write `&amp;` where there is no HTML.
pub(crate) fn plain(text: &str) -> String {
    html_escape::decode_html_entities(text).trim().to_owned()
}

/// A text of at most `most` characters.
pub(crate) fn short(text: &str, column: Column, most: usize) -> Result<String, Fault> {
    let text = plain(text);
    let length = text.chars().count();
    if length > most {
        return Err((column, format!("It has {length} characters and may have at most {most}.")));
    }
    text::line(&text).map_err(|fault| (column, fault))
}

/// The address of a picture.
pub(crate) fn address(row: &Row, column: Column) -> Result<WebAddress, Fault> {
    // Some exports write an address as in HTML. Other entities are left alone: `&copy=1` is a part of an address.
    let address = WebAddress::parse(&row.cell(column).replace("&amp;", "&"));
    address.map_err(|fault| (column, format!("{fault} This picture is left out.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn row(column: Column, text: &str) -> Row {
        Row { number: 2, cells: BTreeMap::from([(column, text.to_owned())]), ..Row::default() }
    }

    #[test]
    fn prices_are_read_with_a_point_or_a_comma_and_what_might_be_either_is_refused() {
        let euro = Currency::parse("EUR").unwrap();
        let cents = |text: &str| price(&row(Column::Price, text), Column::Price, euro).ok().flatten().map(|p| p.amount);
        for (text, amount) in
            [("9.90", 990), ("9,90", 990), ("9,9", 990), ("9", 900), ("0,5", 50), ("1.234,56", 123_456), ("0.500", 50)]
        {
            assert_eq!(cents(text), Some(amount), "{text}");
        }
        for (text, amount) in [
            ("1,234.56", 123_456),
            ("1,234,567", 123_456_700),
            ("1,234,567.8", 123_456_780),
            ("1.234.567", 123_456_700),
            ("1234.500", 123_450),
        ] {
            assert_eq!(cents(text), Some(amount), "{text}");
        }
        for text in [
            "1,234",
            "1.234",
            "1,500",
            "1.500",
            "12.000",
            "999.990",
            "12,34.5",
            "1,2,3",
            "1.2.3",
            "9,999.999",
            "9 EUR",
            "-1",
            "1e3",
            ",",
            "1,23.456,7",
        ] {
            assert_eq!(cents(text), None, "{text}");
        }
    }

    #[test]
    fn three_digits_behind_a_point_are_decimals_only_where_there_are_three() {
        let of = |text: &str, code: &str| {
            let currency = Currency::parse(code).unwrap();
            price(&row(Column::Price, text), Column::Price, currency).ok().flatten().map(|price| price.amount)
        };
        assert_eq!(["1.500", "12.250", "1.5"].map(|text| of(text, "KWD")), [Some(1_500), Some(12_250), Some(1_500)]);
        assert_eq!(["1.000", "1,000", "1.0"].map(|text| of(text, "JPY")), [None, None, Some(1)]);
        assert_eq!(of("1,500", "KWD"), None);
    }

    #[test]
    fn a_quantity_is_a_whole_number_however_it_is_written() {
        let count = |text: &str| quantity(&row(Column::Quantity, text)).ok().flatten();
        for (text, number) in [
            ("5", 5),
            ("5.0", 5),
            ("5.00", 5),
            ("5,00", 5),
            ("0.000", 0),
            ("-3", -3),
            ("-3.0", -3),
            ("1,000.0", 1_000),
            ("1.000,0", 1_000),
        ] {
            assert_eq!(count(text), Some(number), "{text}");
        }
        for text in ["5.5", "many", "1,000", "1.000", "-1.000", "1000001", "-1000001", "5.0.0", "1e3"] {
            assert!(quantity(&row(Column::Quantity, text)).is_err(), "{text}");
        }
    }

    #[test]
    fn weights_are_whole_grams() {
        let weight = |text: &str| grams(&row(Column::Grams, text)).ok();
        assert_eq!(["", "250", "250.9", "0,5"].map(weight), [Some(0), Some(250), Some(250), Some(0)]);
        assert_eq!(["heavy", "-1", "1000001", "1,000", "2.500"].map(weight), [None; 5]);
        // The price in the row shows what the signs in its numbers mean.
        let beside = |price: &str, text: &str| {
            let mut row = row(Column::Grams, text);
            row.cells.insert(Column::Price, price.into());
            grams(&row).ok()
        };
        assert_eq!((beside("49.00", "453.592"), beside("49.00", "1,000")), (Some(453), Some(1_000)));
        assert_eq!((beside("9,90", "453,592"), beside("9,90", "2.500")), (Some(453), Some(2_500)));
        assert_eq!((beside("49", "453.592"), beside("1.299", "453.592")), (None, None));
        let (_, message) = grams(&row(Column::Grams, "453.592")).unwrap_err();
        assert!(message.contains("or 453592. Write nothing between the thousands"), "{message}");
    }

    #[test]
    fn yes_and_no_are_known_as_excel_writes_them() {
        let said = |text: &str| yes(text, Column::Published).ok().flatten();
        assert_eq!(["TRUE", "WAHR", "Vrai", "1"].map(said), [Some(true); 4]);
        assert_eq!(["false", "FALSCH", "FAUX", "0"].map(said), [Some(false); 4]);
        assert!(yes("perhaps", Column::Published).is_err());
    }

    #[test]
    fn an_address_of_a_picture_may_be_written_as_in_html() {
        let kept =
            |text: &str| address(&row(Column::ImageSrc, text), Column::ImageSrc).map(|address| address.to_string());
        assert_eq!(kept("https://x.io/a.jpg?x=1&amp;y=2"), Ok("https://x.io/a.jpg?x=1&y=2".into()));
        assert_eq!(kept("https://x.io/a.jpg?x=1&copy=2"), Ok("https://x.io/a.jpg?x=1&copy=2".into()));
    }

    #[test]
    fn what_goes_on_selling_is_said_in_either_way() {
        let policy = |text: &str| continues(&row(Column::Policy, text));
        assert_eq!((policy("CONTINUE"), policy("true"), policy("")), (Ok(Some(true)), Ok(Some(true)), Ok(None)));
        assert_eq!((policy("deny"), policy("FALSE")), (Ok(Some(false)), Ok(Some(false))));
        assert!(policy("perhaps").is_err());
    }
}
