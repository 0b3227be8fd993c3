//! The tax on sales: by country and category, included in the price or on top of it.

use super::{Category, Country};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use tradewind_kernel::{
    Money,
    fields::{FieldProblem, Fields, at},
    money::MoneyError,
};

/// The most tax rates of a marketplace.
pub const MOST_RATES: usize = 200;
/// The highest rate in basis points: 100 per cent.
pub const HIGHEST_RATE: u16 = 10_000;

/// Who pays the tax to the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemittedBy {
    /// Each seller, from the money that they are paid.
    Seller,
    /// The marketplace, which keeps it from the money that sellers are paid.
    Marketplace,
}

/// How a marketplace charges tax.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRules {
    /// Whether prices include the tax, or it comes on top of them. This applies to shipping too.
    pub prices_include_tax: bool,
    /// Who pays the tax to the state.
    pub remitted_by: RemittedBy,
    /// The tax rates. Where none applies there is no tax.
    #[schemars(length(max = MOST_RATES))]
    pub rates: Vec<TaxRate>,
    /// Whether shipping is taxed.
    pub shipping_taxable: bool,
    /// The rate at which shipping is taxed.
    #[serde(default)]
    pub shipping_rate: ShippingTax,
    /// The country in which a sale counts as made if nothing is sent and the buyer does not say where they are. Without it, the buyer
    /// has to say so if there are any tax rates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_country: Option<Country>,
}

/// The rate at which shipping is taxed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShippingTax {
    /// The rate of the goods that are sent; if they have several, each of them in proportion to what the goods cost. Sending them is
    /// part of their sale (Directive 2006/112/EC, article 78 (b)).
    #[default]
    OfGoods,
    /// The country's rate for every category, whatever is sent.
    Standard,
}

/// The tax rate of a country, or of a category in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxRate {
    /// The country in which the goods count as sold.
    pub country: Country,
    /// The category of the goods; without it, the rate is for all goods that have no rate of their own.
    pub category: Option<Category>,
    /// The rate in basis points: 1900 is 19 per cent.
    #[schemars(range(max = HIGHEST_RATE))]
    pub rate_basis_points: u16,
}

impl TaxRules {
    /// No tax at all: the rules of a new marketplace.
    pub const fn none() -> Self {
        Self {
            prices_include_tax: true,
            remitted_by: RemittedBy::Seller,
            rates: vec![],
            shipping_taxable: false,
            shipping_rate: ShippingTax::OfGoods,
            default_country: None,
        }
    }

    /// The rate in basis points for goods of a category that count as sold in a country. A rate for the category takes precedence
    /// over the country's; without a country, or where no rate applies, it is zero.
    pub fn rate(&self, country: Option<&Country>, category: Option<&Category>) -> u16 {
        let of = |wanted: Option<&Category>| {
            let fits = |rate: &&TaxRate| Some(&rate.country) == country && rate.category.as_ref() == wanted;
            self.rates.iter().find(fits).map(|rate| rate.rate_basis_points)
        };
        category.and_then(|category| of(Some(category))).or_else(|| of(None)).unwrap_or(0)
    }

    /// Whether the country must be known to compute the tax on a sale.
    pub fn need_country(&self) -> bool {
        !self.rates.is_empty()
    }

    /// Divides the price of shipping by tax rate, in basis points. `goods` are the lines that are sent, with what each costs.
    pub fn shipping_parts(
        &self,
        amount: Money,
        country: Option<&Country>,
        goods: &[(Money, Option<&Category>)],
    ) -> Result<BTreeMap<u16, Money>, MoneyError> {
        let rate = match self.shipping_rate {
            _ if !self.shipping_taxable => Some(0),
            ShippingTax::Standard => Some(self.rate(country, None)),
            ShippingTax::OfGoods => None,
        };
        if let Some(rate) = rate {
            return Ok(BTreeMap::from([(rate, amount)]));
        }
        // If all goods are free, each has the same weight.
        let free = goods.iter().all(|(cost, _)| cost.amount == 0);
        let weights: Vec<_> = goods.iter().map(|(cost, _)| if free { 1 } else { cost.amount }).collect();
        let mut parts = BTreeMap::new();
        for (part, (_, category)) in amount.allocate(&weights)?.into_iter().zip(goods) {
            let sum = parts.entry(self.rate(country, *category)).or_insert(Money::zero(amount.currency));
            *sum = sum.plus(part)?;
        }
        Ok(parts)
    }

    /// The tax on a price, rounded half away from zero, once: on a line, never on each of its units.
    ///
    /// If the price includes it, it is `price - price * 10000 / (10000 + rate)`; on top, `price * rate / 10000`.
    pub fn tax_on(&self, price: Money, rate_basis_points: u16) -> Result<Money, MoneyError> {
        let rate = i64::from(rate_basis_points);
        let of = if self.prices_include_tax { rate.saturating_add(10_000) } else { 10_000 };
        price.share(rate, of)
    }

    /// Checks the rules. `field` is their path in the request, empty if they are the whole request.
    pub fn validate(&self, field: &str) -> Result<(), Vec<FieldProblem>> {
        let mut fields = Fields::default();
        let few = self.rates.len() <= MOST_RATES;
        fields.ensure(few, at(field, "rates"), format_args!("must be at most {MOST_RATES} rates"));
        let mut seen = HashSet::new();
        for (place, rate) in self.rates.iter().enumerate() {
            let path = at(field, format_args!("rates[{place}]"));
            let message = format_args!("must be at most {HIGHEST_RATE} basis points");
            fields.ensure(rate.rate_basis_points <= HIGHEST_RATE, at(&path, "rate_basis_points"), message);
            let new = seen.insert((&rate.country, &rate.category));
            fields.ensure(new, path, "there is another rate for this country and category");
        }
        fields.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_kernel::Currency;

    fn rate(country: &str, category: Option<&str>, rate_basis_points: u16) -> TaxRate {
        let category = category.map(|text| Category::parse(text).unwrap());
        TaxRate { country: Country::parse(country).unwrap(), category, rate_basis_points }
    }

    fn rules(prices_include_tax: bool) -> TaxRules {
        let rates = vec![rate("DE", Some("books"), 700), rate("DE", None, 1_900), rate("AT", Some("books"), 1_000)];
        TaxRules { prices_include_tax, rates, shipping_taxable: true, ..TaxRules::none() }
    }

    fn found(country: Option<&str>, category: Option<&str>) -> u16 {
        let country = country.map(|code| Country::parse(code).unwrap());
        let category = category.map(|text| Category::parse(text).unwrap());
        rules(true).rate(country.as_ref(), category.as_ref())
    }

    #[test]
    fn the_rate_of_the_category_wins_over_the_countrys() {
        assert_eq!(found(Some("DE"), Some("books")), 700);
        assert_eq!(found(Some("DE"), Some("shirts")), 1_900);
        assert_eq!(found(Some("DE"), None), 1_900);
        assert_eq!(found(Some("AT"), Some("books")), 1_000);
    }

    #[test]
    fn where_no_rate_fits_there_is_no_tax() {
        assert_eq!(found(Some("AT"), Some("shirts")), 0);
        assert_eq!(found(Some("AT"), None), 0);
        assert_eq!(found(Some("FR"), Some("books")), 0);
        assert_eq!(found(None, Some("books")), 0);
    }

    #[test]
    fn shipping_is_taxed_as_the_goods_are_or_at_the_countrys_rate_or_not_at_all() {
        let euros = |amount| Money::new(amount, Currency::parse("EUR").unwrap());
        let germany = Country::parse("DE");
        let books = Category::parse("books");
        let parts = |rules: &TaxRules, books_cost, rest| {
            let goods = [(euros(books_cost), books.as_ref()), (euros(rest), None)];
            let parts = rules.shipping_parts(euros(1_000), germany.as_ref(), &goods).unwrap();
            parts.into_iter().map(|(rate, part)| (rate, part.amount)).collect::<Vec<_>>()
        };
        assert_eq!(parts(&rules(true), 3_000, 1_000), [(700, 750), (1_900, 250)]);
        assert_eq!(parts(&rules(true), 3_000, 0), [(700, 1_000), (1_900, 0)]);
        assert_eq!(parts(&rules(true), 0, 0), [(700, 500), (1_900, 500)]);
        let standard = TaxRules { shipping_rate: ShippingTax::Standard, ..rules(true) };
        assert_eq!(parts(&standard, 3_000, 1_000), [(1_900, 1_000)]);
        let untaxed = TaxRules { shipping_taxable: false, ..rules(true) };
        assert_eq!(parts(&untaxed, 3_000, 1_000), [(0, 1_000)]);
    }

    #[test]
    fn tax_is_in_the_price_or_on_top_of_it() {
        let tax = |included, amount, rate| {
            let price = Money::new(amount, Currency::parse("EUR").unwrap());
            rules(included).tax_on(price, rate).unwrap().amount
        };
        assert_eq!((tax(true, 11_900, 1_900), tax(false, 10_000, 1_900)), (1_900, 1_900));
        assert_eq!((tax(true, 3, 10_000), tax(true, 1, 10_000)), (2, 1)); // exactly 1.5 and 0.5
        assert_eq!((tax(false, 50, 100), tax(false, 49, 100)), (1, 0));
        assert_eq!((tax(true, 100, 0), tax(false, 100, 0)), (0, 0));
    }

    #[test]
    fn wrong_rates_are_named() {
        let wrong = |rates: Vec<TaxRate>| {
            let problems = TaxRules { rates, ..rules(true) }.validate("taxes").err().unwrap_or_default();
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(rules(true).validate(""), Ok(()));
        assert_eq!(wrong(vec![rate("DE", None, 10_000)]), Vec::<String>::new());
        assert_eq!(wrong(vec![rate("DE", None, 10_001)]), ["taxes.rates[0].rate_basis_points"]);
        assert_eq!(wrong(vec![rate("DE", None, 1), rate("DE", None, 2)]), ["taxes.rates[1]"]);
        let many = |n: u32| (0..n).map(|n| rate("DE", Some(&format!("c{n}")), 1)).collect();
        assert_eq!(wrong(many(200)), Vec::<String>::new());
        assert_eq!(wrong(many(201)), ["taxes.rates"]);
    }
}
