//! A seller's shipping options and their prices.
//!
//! An option has all its amounts in one currency and is only for goods in that currency. A seller who sells in several currencies has
//! options in each: without one, goods in that currency are not sent.

use super::Country;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tradewind_kernel::{
    Currency, Money,
    fields::{FieldProblem, Fields, at, is_slug},
    money::MoneyError,
};

/// The most shipping options of one seller in one currency.
pub const MOST_OPTIONS: usize = 10;
/// The most shipping options of one seller in all currencies: they are part of one item of the table, which holds 400 KB.
pub const MOST_OPTIONS_IN_ALL: usize = 30;
/// The most weight bands of one option.
pub const MOST_BANDS: usize = 20;
/// The most countries of one option: more than exist.
pub const MOST_COUNTRIES: usize = 300;
/// The most characters of an option's name.
pub const LONGEST_NAME: usize = 100;

/// The form of a shipping option's id.
#[derive(JsonSchema)]
#[schemars(inline)]
#[allow(dead_code, reason = "it is a shape, not a value")]
pub struct ShippingOptionId(#[schemars(regex(pattern = "^[a-z0-9-]{1,60}$"))] String);

/// A shipping option of a seller, with its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingOption {
    /// The id by which a buyer chooses the option, unique for the seller: 1 to 60 lower-case letters, digits and hyphens.
    #[schemars(with = "ShippingOptionId")]
    pub id: String,
    /// The name that people read: `Parcel, insured`.
    #[serde(deserialize_with = "tradewind_kernel::text::tidied")]
    #[schemars(with = "tradewind_kernel::text::Line<1, LONGEST_NAME>")]
    pub name: String,
    /// How its price is computed.
    pub rate: ShippingRate,
    /// The price of the goods, after any discount, from which shipping is free.
    pub free_from: Option<Money>,
    /// The countries to which it delivers; everywhere if there are none.
    #[serde(default)]
    #[schemars(length(max = MOST_COUNTRIES))]
    pub countries: Vec<Country>,
}

/// How the price of shipping is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ShippingRate {
    /// The same price, whatever is sent.
    Flat {
        /// The price of shipping.
        price: Money,
    },
    /// A price by the weight of all that is sent.
    ByWeight {
        /// The weight bands, from light to heavy. Goods heavier than the last band cannot be sent with this option.
        #[schemars(length(min = 1, max = MOST_BANDS))]
        bands: Vec<WeightBand>,
    },
}

/// The price of a weight band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeightBand {
    /// The highest weight in the band, in grams.
    pub up_to_grams: u32,
    /// The price of shipping in this band.
    pub price: Money,
}

impl ShippingOption {
    /// The price of sending goods of this weight to a country; `None` if this option cannot.
    ///
    /// Without a country, only options that deliver everywhere have a price. Goods that are too heavy stay too heavy, even if
    /// shipping would be free.
    pub fn quote(
        &self,
        goods_after_discount: Money,
        grams: u64,
        country: Option<&Country>,
    ) -> Result<Option<Money>, MoneyError> {
        if !self.delivers_to(country) {
            return Ok(None);
        }
        let Some(price) = self.rate.price(grams) else { return Ok(None) };
        let to_free = self.free_from.map(|from| from.minus(goods_after_discount)).transpose()?;
        let free = to_free.is_some_and(|missing| missing.amount <= 0);
        Ok(Some(if free { Money::zero(price.currency) } else { price }))
    }

    /// The currency of the goods that it is for; `None` if it has no price at all.
    pub fn currency(&self) -> Option<Currency> {
        self.rate.prices().next().map(|price| price.currency)
    }

    /// Whether it delivers to the country; without a country, whether it delivers everywhere.
    pub fn delivers_to(&self, country: Option<&Country>) -> bool {
        self.countries.is_empty() || country.is_some_and(|country| self.countries.contains(country))
    }

    /// Checks one option. `field` is its path in the request, empty if it is the whole request. Its amounts must be in one of these
    /// currencies, and all in the same one.
    pub fn validate(&self, field: &str, sold_in: &[Currency]) -> Result<(), Vec<FieldProblem>> {
        let mut fields = Fields::default();
        fields.ensure(is_slug(&self.id), at(field, "id"), "must be 1 to 60 lower-case letters, digits and hyphens");
        let name = self.name.trim().chars().count();
        let message = format_args!("must be 1 to {LONGEST_NAME} characters");
        fields.ensure((1..=LONGEST_NAME).contains(&name), at(field, "name"), message);
        self.rate.check(&mut fields, &at(field, "rate"), sold_in);
        if let Some(from) = self.free_from {
            fields.amount(&at(field, "free_from"), from, 0, sold_in);
            if let Some(price) = self.rate.prices().next() {
                fields.alike(&at(field, "free_from"), from, price, sold_in);
            }
        }
        let few = self.countries.len() <= MOST_COUNTRIES;
        fields.ensure(few, at(field, "countries"), format_args!("must be at most {MOST_COUNTRIES}"));
        let mut seen = HashSet::new();
        for (place, country) in self.countries.iter().enumerate() {
            let path = at(field, format_args!("countries[{place}]"));
            fields.ensure(seen.insert(country), path, format_args!("{country} stands here twice"));
        }
        fields.done()
    }
}

/// Checks all options of a seller, each by itself and for repeated ids. `field` is the path of the list in the request.
pub fn validate_options(
    field: &str,
    options: &[ShippingOption],
    sold_in: &[Currency],
) -> Result<(), Vec<FieldProblem>> {
    let mut fields = Fields::default();
    let few = options.len() <= MOST_OPTIONS_IN_ALL;
    fields.ensure(few, field, format_args!("must be at most {MOST_OPTIONS_IN_ALL} options"));
    for currency in sold_in {
        let in_it = options.iter().filter(|option| option.currency() == Some(*currency)).count();
        let message = format_args!("must be at most {MOST_OPTIONS} options in {currency}");
        fields.ensure(in_it <= MOST_OPTIONS, field, message);
    }
    let mut seen = HashSet::new();
    for (place, option) in options.iter().enumerate() {
        let path = format!("{field}[{place}]");
        fields.extend(option.validate(&path, sold_in));
        fields.ensure(seen.insert(&option.id), at(&path, "id"), "must differ from the other options' ids");
    }
    fields.done()
}

impl ShippingRate {
    /// The price for a weight; `None` if it is too heavy.
    fn price(&self, grams: u64) -> Option<Money> {
        match self {
            Self::Flat { price } => Some(*price),
            Self::ByWeight { bands } => {
                bands.iter().find(|band| grams <= u64::from(band.up_to_grams)).map(|band| band.price)
            }
        }
    }

    fn prices(&self) -> impl Iterator<Item = Money> + '_ {
        let (flat, bands) = match self {
            Self::Flat { price } => (Some(*price), [].as_slice()),
            Self::ByWeight { bands } => (None, bands.as_slice()),
        };
        flat.into_iter().chain(bands.iter().map(|band| band.price))
    }

    fn check(&self, fields: &mut Fields, field: &str, sold_in: &[Currency]) {
        match self {
            Self::Flat { price } => fields.amount(&at(field, "price"), *price, 0, sold_in),
            Self::ByWeight { bands } => {
                let some = (1..=MOST_BANDS).contains(&bands.len());
                fields.ensure(some, at(field, "bands"), format_args!("must be 1 to {MOST_BANDS} bands"));
                let mut lightest = 1;
                for (place, band) in bands.iter().enumerate() {
                    let path = at(field, format_args!("bands[{place}]"));
                    let heavier = band.up_to_grams >= lightest;
                    let message = format_args!("must be at least {lightest}: bands go from light to heavy");
                    fields.ensure(heavier, at(&path, "up_to_grams"), message);
                    lightest = band.up_to_grams.saturating_add(1);
                    fields.amount(&at(&path, "price"), band.price, 0, sold_in);
                    if let Some(first) = bands.first() {
                        fields.alike(&at(&path, "price"), band.price, first.price, sold_in);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::money::LARGEST;

    fn eur() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn yen() -> Currency {
        Currency::parse("JPY").unwrap()
    }

    fn euros(amount: i64) -> Money {
        Money::new(amount, eur())
    }

    fn parcel() -> ShippingOption {
        let band = |up_to_grams, price| WeightBand { up_to_grams, price: euros(price) };
        ShippingOption {
            id: "parcel".into(),
            name: "Parcel".into(),
            rate: ShippingRate::ByWeight { bands: vec![band(1_000, 490), band(5_000, 790)] },
            free_from: Some(euros(10_000)),
            countries: vec![Country::parse("DE").unwrap(), Country::parse("AT").unwrap()],
        }
    }

    fn letter() -> ShippingOption {
        let rate = ShippingRate::Flat { price: euros(160) };
        ShippingOption { id: "letter".into(), name: "Letter".into(), rate, free_from: None, countries: vec![] }
    }

    fn quote(option: &ShippingOption, goods: i64, grams: u64, country: Option<&str>) -> Option<i64> {
        let country = country.map(|code| Country::parse(code).unwrap());
        option.quote(euros(goods), grams, country.as_ref()).unwrap().map(|price| price.amount)
    }

    #[test]
    fn the_lightest_band_that_carries_it_is_charged() {
        assert_eq!(quote(&parcel(), 1, 0, Some("DE")), Some(490));
        assert_eq!(quote(&parcel(), 1, 1_000, Some("DE")), Some(490));
        assert_eq!(quote(&parcel(), 1, 1_001, Some("AT")), Some(790));
    }

    #[test]
    fn what_is_heavier_than_the_last_band_cannot_be_carried_even_for_free() {
        assert_eq!(quote(&parcel(), 1, 5_001, Some("DE")), None);
        assert_eq!(quote(&parcel(), 10_000, 5_001, Some("DE")), None);
        assert_eq!(quote(&letter(), 1, u64::MAX, Some("DE")), Some(160));
    }

    #[test]
    fn enough_goods_ship_free() {
        assert_eq!(quote(&parcel(), 9_999, 1, Some("DE")), Some(490));
        assert_eq!(quote(&parcel(), 10_000, 1, Some("DE")), Some(0));
        let usd = Money::new(10_000, Currency::parse("USD").unwrap());
        assert!(parcel().quote(usd, 1, Country::parse("DE").as_ref()).is_err());
    }

    #[test]
    fn without_a_country_only_what_delivers_everywhere_applies() {
        assert_eq!((quote(&parcel(), 1, 1, None), quote(&parcel(), 1, 1, Some("FR"))), (None, None));
        assert_eq!((quote(&letter(), 1, 1, None), quote(&letter(), 1, 1, Some("FR"))), (Some(160), Some(160)));
    }

    fn wrong(options: &[ShippingOption]) -> Vec<String> {
        let problems = validate_options("options", options, &[eur(), yen()]).err().unwrap_or_default();
        problems.into_iter().map(|problem| problem.field).collect()
    }

    fn with_bands(bands: &[(u32, i64)]) -> ShippingOption {
        let band = |&(up_to_grams, price): &(u32, i64)| WeightBand { up_to_grams, price: euros(price) };
        ShippingOption { rate: ShippingRate::ByWeight { bands: bands.iter().map(band).collect() }, ..parcel() }
    }

    #[test]
    fn sound_options_pass() {
        assert_eq!(wrong(&[parcel(), letter()]), Vec::<String>::new());
        let most: Vec<_> = (1..=20).map(|n| (n, 0)).collect();
        assert_eq!(wrong(&[with_bands(&most)]), Vec::<String>::new());
        let ten: Vec<_> = (0..10).map(|n| ShippingOption { id: format!("o{n}"), ..letter() }).collect();
        assert_eq!(wrong(&ten), Vec::<String>::new());
    }

    #[test]
    #[allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]
    fn each_wrong_field_is_named() {
        assert_eq!(wrong(&[parcel(), parcel()]), ["options[1].id"]);
        assert_eq!(wrong(&[ShippingOption { id: "No Slug".into(), ..letter() }]), ["options[0].id"]);
        assert_eq!(wrong(&[ShippingOption { name: " ".into(), ..letter() }]), ["options[0].name"]);
        assert_eq!(wrong(&[ShippingOption { name: "x".repeat(101), ..letter() }]), ["options[0].name"]);
        assert_eq!(
            wrong(&[ShippingOption { free_from: Some(euros(-1)), ..letter() }]),
            ["options[0].free_from.amount"]
        );
        let eleven: Vec<_> = (0..11).map(|n| ShippingOption { id: format!("o{n}"), ..letter() }).collect();
        assert_eq!(wrong(&eleven), ["options"]);
        let rate = ShippingRate::Flat { price: Money::new(LARGEST + 1, Currency::parse("USD").unwrap()) };
        let paths = ["options[0].rate.price.currency", "options[0].rate.price.amount"];
        assert_eq!(wrong(&[ShippingOption { rate, ..letter() }]), paths);
        let twice = vec![Country::parse("DE").unwrap(); 2];
        assert_eq!(wrong(&[ShippingOption { countries: twice, ..letter() }]), ["options[0].countries[1]"]);
        let many = vec![Country::parse("DE").unwrap(); MOST_COUNTRIES + 1];
        assert_eq!(wrong(&[ShippingOption { countries: many, ..parcel() }])[0], "options[0].countries");
    }

    #[test]
    fn an_option_is_in_one_currency_and_each_currency_has_its_own_ten() {
        let flat = |id: usize, currency| {
            let rate = ShippingRate::Flat { price: Money::new(160, currency) };
            ShippingOption { id: format!("o{id}"), rate, ..letter() }
        };
        let both: Vec<_> = (0..20).map(|n| flat(n, if n % 2 == 0 { eur() } else { yen() })).collect();
        assert_eq!(wrong(&both), Vec::<String>::new());
        assert_eq!((both[0].currency(), both[1].currency()), (Some(eur()), Some(yen())));
        assert_eq!(with_bands(&[]).currency(), None);
        let free = ShippingOption { free_from: Some(euros(1)), ..flat(1, yen()) };
        assert_eq!(wrong(&[free]), ["options[0].free_from.currency"]);
        let mut mixed = with_bands(&[(5, 1), (9, 2)]);
        mixed.free_from = None;
        if let ShippingRate::ByWeight { bands } = &mut mixed.rate {
            bands[1].price.currency = yen();
        }
        assert_eq!(wrong(&[mixed]), ["options[0].rate.bands[1].price.currency"]);
    }

    #[test]
    fn bands_go_from_light_to_heavy() {
        assert_eq!(wrong(&[with_bands(&[])]), ["options[0].rate.bands"]);
        let many: Vec<_> = (1..=21).map(|n| (n, 0)).collect();
        assert_eq!(wrong(&[with_bands(&many)]), ["options[0].rate.bands"]);
        assert_eq!(wrong(&[with_bands(&[(0, 1)])]), ["options[0].rate.bands[0].up_to_grams"]);
        assert_eq!(wrong(&[with_bands(&[(5, 1), (5, 2)])]), ["options[0].rate.bands[1].up_to_grams"]);
        assert_eq!(wrong(&[with_bands(&[(5, -1)])]), ["options[0].rate.bands[0].price.amount"]);
    }

    #[test]
    fn an_option_reads_back_and_knows_no_other_fields() {
        let text = serde_json::to_string(&parcel()).unwrap();
        assert_eq!(serde_json::from_str::<ShippingOption>(&text).unwrap(), parcel());
        let more = r#"{"kind": "flat", "price": {"amount": 1, "currency": "EUR"}, "per_item": 1}"#;
        assert!(serde_json::from_str::<ShippingRate>(more).is_err());
    }
}
