//! The marketplace's commission on a sale, and the tax on the commission.

use super::{Amounts, Category};
use crate::LARGEST_FEE_BASIS_POINTS;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use tradewind_kernel::{
    Currency, Money,
    fields::{AmountError, FieldProblem, Fields, at, chargeable},
};

/// The most categories with a commission of their own.
pub const MOST_CATEGORIES: usize = 200;
/// The highest tax on a commission in basis points.
pub const HIGHEST_TAX: u16 = 10_000;

/// A commission: a share of each line, and an amount once per order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commission {
    /// The share of each line in basis points: 1000 is ten per cent.
    #[schemars(range(max = LARGEST_FEE_BASIS_POINTS))]
    pub basis_points: u16,
    /// The amount per order (an order is what one checkout buys from one seller), for each currency; zero in a currency without an
    /// amount.
    pub fixed: Amounts,
}

/// The share that is taken of the lines of one category. The amount per order does not depend on the category, because an order may
/// have many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryCommission {
    /// The category of the lines.
    pub category: Category,
    /// The share in basis points.
    #[schemars(range(max = LARGEST_FEE_BASIS_POINTS))]
    pub basis_points: u16,
}

/// The commissions of a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommissionRules {
    /// The commission where no other applies.
    pub default: Commission,
    /// Categories with a share of their own.
    #[serde(default)]
    #[schemars(length(max = MOST_CATEGORIES))]
    pub by_category: Vec<CategoryCommission>,
    /// The tax on the commission in basis points, which the seller pays to the marketplace together with it.
    #[serde(default)]
    #[schemars(range(max = HIGHEST_TAX))]
    pub tax_basis_points: u16,
}

/// What is charged to the seller for one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charge {
    /// The marketplace's commission.
    pub commission: Money,
    /// The tax on the commission.
    pub tax: Money,
}

impl Commission {
    /// Checks a commission. `field` is its path in the request, empty if it is the whole request.
    pub fn validate(&self, field: &str, sold_in: &[Currency]) -> Result<(), Vec<FieldProblem>> {
        let mut fields = Fields::default();
        part(&mut fields, field, self.basis_points);
        self.fixed.check(&mut fields, &at(field, "fixed"), sold_in);
        fields.done()
    }
}

impl CommissionRules {
    /// The share of a line in basis points. A commission agreed with the seller takes precedence over the category's, and the
    /// category's over the default.
    pub fn basis_points(&self, category: Option<&Category>, seller: Option<&Commission>) -> u16 {
        let of_category = || self.by_category.iter().find(|entry| Some(&entry.category) == category);
        seller
            .map(|agreed| agreed.basis_points)
            .or_else(|| of_category().map(|entry| entry.basis_points))
            .unwrap_or(self.default.basis_points)
    }

    /// The charges for each line of one seller's order. A line is given as the amount on which commission is charged, and its
    /// category.
    ///
    /// The share of each line is rounded half away from zero. The amount per order is spread over the lines in proportion to what is
    /// then left of them ([`Money::allocate`]); if less than the amount is left, it is all of that. The tax is rounded half away from
    /// zero on each line, and is at most what is left of it. So commission and tax together never exceed the line.
    ///
    /// A commission agreed with the seller replaces the default entirely: in a currency in which only the default has an amount, a
    /// seller with an agreement pays no amount.
    pub fn charge(
        &self,
        lines: &[(Money, Option<&Category>)],
        seller: Option<&Commission>,
        currency: Currency,
    ) -> Result<Vec<Charge>, AmountError> {
        let fixed = chargeable(seller.unwrap_or(&self.default).fixed.of(currency), currency)?;
        let mut parts = Vec::with_capacity(lines.len());
        let mut left = Vec::with_capacity(lines.len());
        for (base, category) in lines {
            let part = base.basis_points(self.basis_points(*category, seller))?.lesser(*base)?;
            parts.push((*base, part));
            left.push(base.minus(part)?);
        }
        let fixed = fixed.lesser(Money::sum(currency, left.iter().copied())?)?;
        let weights: Vec<_> = left.iter().map(|left| left.amount).collect();
        let mut charges = Vec::with_capacity(lines.len());
        for ((base, part), fixed) in parts.into_iter().zip(fixed.allocate(&weights)?) {
            let commission = part.plus(fixed)?;
            let tax = commission.basis_points(self.tax_basis_points)?.lesser(base.minus(commission)?)?;
            charges.push(Charge { commission, tax });
        }
        Ok(charges)
    }

    /// Checks the rules. `field` is their path in the request, empty if they are the whole request.
    pub fn validate(&self, field: &str, sold_in: &[Currency]) -> Result<(), Vec<FieldProblem>> {
        let mut fields = Fields::default();
        fields.extend(self.default.validate(&at(field, "default"), sold_in));
        let few = self.by_category.len() <= MOST_CATEGORIES;
        fields.ensure(few, at(field, "by_category"), format_args!("must be at most {MOST_CATEGORIES} categories"));
        let mut seen = HashSet::new();
        for (place, entry) in self.by_category.iter().enumerate() {
            let path = at(field, format_args!("by_category[{place}]"));
            part(&mut fields, &path, entry.basis_points);
            let new = seen.insert(&entry.category);
            fields.ensure(new, at(&path, "category"), "there is another commission for this category");
        }
        let message = format_args!("must be at most {HIGHEST_TAX} basis points");
        fields.ensure(self.tax_basis_points <= HIGHEST_TAX, at(field, "tax_basis_points"), message);
        fields.done()
    }
}

fn part(fields: &mut Fields, field: &str, basis_points: u16) {
    let message = format_args!("must be at most {LARGEST_FEE_BASIS_POINTS} basis points");
    fields.ensure(basis_points <= LARGEST_FEE_BASIS_POINTS, at(field, "basis_points"), message);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur() -> Currency {
        Currency::parse("EUR").unwrap()
    }

    fn commission(basis_points: u16, fixed: i64) -> Commission {
        Commission { basis_points, fixed: Money::new(fixed, eur()).into() }
    }

    fn rules() -> CommissionRules {
        let books = CategoryCommission { category: Category::parse("books").unwrap(), basis_points: 500 };
        CommissionRules { default: commission(1_000, 30), by_category: vec![books], tax_basis_points: 2_100 }
    }

    fn charges(rules: &CommissionRules, lines: &[i64], seller: Option<Commission>) -> Vec<(i64, i64)> {
        let lines: Vec<_> = lines.iter().map(|amount| (Money::new(*amount, eur()), None)).collect();
        let charges = rules.charge(&lines, seller.as_ref(), eur()).unwrap();
        charges.into_iter().map(|charge| (charge.commission.amount, charge.tax.amount)).collect()
    }

    #[test]
    fn the_seller_wins_over_the_category_and_that_over_the_default() {
        let (books, shirts) = (Category::parse("books"), Category::parse("shirts"));
        let agreed = commission(200, 0);
        assert_eq!(rules().basis_points(books.as_ref(), Some(&agreed)), 200);
        assert_eq!(rules().basis_points(books.as_ref(), None), 500);
        assert_eq!(rules().basis_points(shirts.as_ref(), None), 1_000);
        assert_eq!(rules().basis_points(None, None), 1_000);
    }

    #[test]
    fn a_part_of_each_line_and_once_the_fixed_amount() {
        assert_eq!(charges(&rules(), &[4_282, 1_712], None), [(449, 94), (180, 38)]);
        assert_eq!(charges(&rules(), &[10_000], Some(commission(200, 50))), [(250, 53)]);
        assert_eq!(charges(&rules(), &[], None), []);
    }

    #[test]
    fn neither_commission_nor_its_tax_takes_more_than_there_is() {
        assert_eq!(charges(&rules(), &[10], None), [(10, 0)]);
        assert_eq!(charges(&rules(), &[20, 20], None), [(17, 3), (17, 3)]);
        assert_eq!(charges(&rules(), &[0], None), [(0, 0)]);
        assert_eq!(charges(&rules(), &[10], Some(commission(u16::MAX, 0))), [(10, 0)]);
    }

    #[test]
    fn a_negative_fixed_amount_is_refused() {
        let negative = Money::new(-1, eur());
        let agreed = Commission { basis_points: 0, fixed: negative.into() };
        assert_eq!(rules().charge(&[], Some(&agreed), eur()), Err(AmountError::Negative(negative)));
    }

    #[test]
    fn the_fixed_amount_is_that_of_the_currency_and_never_converted() {
        let code = |code: &str| Currency::parse(code).unwrap();
        let of = |amount, currency: &str| Money::new(amount, code(currency));
        let fixed = Amounts::Each(vec![of(30, "EUR"), of(50, "JPY")]);
        let default = Commission { basis_points: 1_000, fixed };
        let rules = CommissionRules { default, by_category: vec![], tax_basis_points: 0 };
        let charged = |currency: &str, seller: Option<&Commission>| {
            let charges = rules.charge(&[(of(1_000, currency), None)], seller, code(currency)).unwrap();
            (charges[0].commission, charges[0].tax)
        };
        assert_eq!(charged("EUR", None), (of(130, "EUR"), of(0, "EUR")));
        assert_eq!(charged("JPY", None), (of(150, "JPY"), of(0, "JPY")));
        assert_eq!(charged("KWD", None), (of(100, "KWD"), of(0, "KWD")));
        // An agreement with an amount only in euros has none in yen, although the default has one.
        let agreed = Commission { basis_points: 500, fixed: of(10, "EUR").into() };
        assert_eq!(charged("EUR", Some(&agreed)), (of(60, "EUR"), of(0, "EUR")));
        assert_eq!(charged("JPY", Some(&agreed)), (of(50, "JPY"), of(0, "JPY")));
    }

    #[test]
    fn wrong_settings_are_named() {
        let wrong = |rules: CommissionRules| {
            let problems = rules.validate("", &[eur()]).err().unwrap_or_default();
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(wrong(rules()), Vec::<String>::new());
        let most = CommissionRules { default: commission(5_000, 0), tax_basis_points: 10_000, ..rules() };
        assert_eq!(wrong(most), Vec::<String>::new());
        let default = commission(5_001, -1);
        assert_eq!(wrong(CommissionRules { default, ..rules() }), ["default.basis_points", "default.fixed.amount"]);
        assert_eq!(wrong(CommissionRules { tax_basis_points: 10_001, ..rules() }), ["tax_basis_points"]);
        let entry = |basis_points| CategoryCommission { category: Category::parse("a").unwrap(), basis_points };
        let by_category = vec![entry(1), entry(5_001)];
        let paths = ["by_category[1].basis_points", "by_category[1].category"];
        assert_eq!(wrong(CommissionRules { by_category, ..rules() }), paths);
        let many = |n: u16| {
            let entry =
                |n| CategoryCommission { category: Category::parse(&format!("c{n}")).unwrap(), basis_points: 1 };
            CommissionRules { by_category: (0..n).map(entry).collect(), ..rules() }
        };
        assert_eq!((wrong(many(200)), wrong(many(201))), (vec![], vec!["by_category".to_owned()]));
    }
}
