//! Random checkouts: properties that hold whatever is bought, under whatever rules.
#![allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]

use super::*;
use proptest::prelude::*;

/// Random checkouts in a currency with 0, 2 or 3 decimals, with random rules, some of them beyond what is accepted.
fn shops() -> impl Strategy<Value = Shop> {
    let currency = prop_oneof![Just("JPY"), Just("EUR"), Just("KWD")].prop_map(|code| Currency::parse(code).unwrap());
    currency.prop_flat_map(|currency| {
        let amount = move |most: i64| prop_oneof![0..=50_i64, 0..=most].prop_map(move |n| Money::new(n, currency));
        let category =
            || proptest::option::of(prop_oneof![Just("a"), Just("b")].prop_map(|c| Category::parse(c).unwrap()));
        let commission = move || {
            let basis_points = prop_oneof![4 => 0..=5_000_u16, 1 => Just(u16::MAX)];
            (basis_points, amount(500))
                .prop_map(|(basis_points, fixed)| Commission { basis_points, fixed: fixed.into() })
        };
        let line = (amount(1_000_000), 1..=1_000_u32, category(), 0..=5_000_u32);
        let free = proptest::option::of(amount(100_000));
        let shipping = proptest::option::of(
            (amount(5_000), free).prop_map(|(price, free_from)| ShippingOption { free_from, ..flat(price) }),
        );
        let basket = (proptest::collection::vec(line, 1..7), shipping, proptest::option::of(commission()));
        let baskets = proptest::collection::vec(basket, 1..5).prop_map(|baskets| {
            let sold = |(n, (lines, shipping, commission))| Sold { seller: seller(n), lines, shipping, commission };
            baskets.into_iter().enumerate().map(sold).collect::<Vec<_>>()
        });
        let country = || Country::parse("DE").unwrap();
        let rates = proptest::collection::vec(
            (category(), 0..=10_000_u16).prop_map(move |(category, rate_basis_points)| TaxRate {
                country: country(),
                category,
                rate_basis_points,
            }),
            0..4,
        );
        let remitted_by = prop_oneof![Just(RemittedBy::Seller), Just(RemittedBy::Marketplace)];
        let shipping_rate = prop_oneof![Just(ShippingTax::OfGoods), Just(ShippingTax::Standard)];
        let taxes = (any::<bool>(), remitted_by, rates, any::<bool>(), shipping_rate).prop_map(
            |(prices_include_tax, remitted_by, rates, shipping_taxable, shipping_rate)| TaxRules {
                prices_include_tax,
                remitted_by,
                rates,
                shipping_taxable,
                shipping_rate,
                default_country: None,
            },
        );
        let by_category = proptest::option::of(0..=5_000_u16).prop_map(|points| {
            let entry = |basis_points| CategoryCommission { category: Category::parse("a").unwrap(), basis_points };
            points.map(entry).into_iter().collect::<Vec<_>>()
        });
        let commissions =
            (commission(), by_category, 0..=10_000_u16).prop_map(|(default, by_category, tax_basis_points)| {
                CommissionRules { default, by_category, tax_basis_points }
            });
        let discount = prop_oneof![
            (1..=10_000_u16).prop_map(|basis_points| Discount::Percent { basis_points }),
            amount(1_000_000).prop_map(|amount| Discount::Fixed { amount }),
        ];
        let coupon = (discount, proptest::option::of(0..3_usize))
            .prop_map(|(discount, of)| Coupon { seller: of.map(seller), ..coupon(discount) });
        let country = proptest::option::weighted(0.8, Just(country()));
        (country, taxes, commissions, proptest::option::of(coupon), baskets).prop_map(
            move |(country, taxes, commissions, coupon, baskets)| Shop {
                currency,
                country,
                taxes,
                commissions,
                coupon,
                baskets,
            },
        )
    })
}

fn add(amounts: impl IntoIterator<Item = Money>) -> i64 {
    amounts.into_iter().map(|money| money.amount).sum()
}

fn check_split(split: &Split, total: Money) -> Result<(), TestCaseError> {
    prop_assert!(split.is_balanced());
    prop_assert_eq!(split.paid, total);
    prop_assert!(parts(split).iter().all(|part| *part >= 0), "{:?}", split);
    Ok(())
}

/// Checks the properties of the totals of a basket or a checkout, given its lines and shippings.
fn check_totals(
    shop: &Shop,
    totals: &PriceTotals,
    lines: &[&LinePrice],
    shipping: &[&ShippingPrice],
) -> Result<(), TestCaseError> {
    prop_assert_eq!(totals.goods.amount, add(lines.iter().map(|line| line.goods)));
    prop_assert_eq!(totals.discount.amount, add(lines.iter().map(|line| line.discount)));
    prop_assert_eq!(totals.shipping.amount, add(shipping.iter().map(|s| s.amount)));
    let taxes = lines.iter().map(|line| line.tax_charged).chain(shipping.iter().map(|s| s.tax_charged));
    prop_assert_eq!(totals.tax_charged.amount, add(taxes));
    let paid = lines.iter().map(|line| line.total).chain(shipping.iter().map(|s| s.total));
    prop_assert_eq!(totals.total.amount, add(paid));
    let on_top = if shop.taxes.prices_include_tax { 0 } else { totals.tax_charged.amount };
    let total = totals.goods.amount - totals.discount.amount + totals.shipping.amount + on_top;
    prop_assert_eq!(totals.total.amount, total);
    let splits = lines.iter().map(|line| line.split).chain(shipping.iter().map(|s| s.split));
    let zero = Split::zero(shop.currency);
    prop_assert_eq!(totals.split, splits.fold(zero, |sum, split| sum.plus(&split).unwrap()));
    let remitted = if shop.taxes.remitted_by == RemittedBy::Marketplace { totals.tax_charged.amount } else { 0 };
    prop_assert_eq!(totals.split.tax.amount, remitted);
    check_split(&totals.split, totals.total)
}

proptest! {
    #[test]
    fn all_parts_of_any_checkout_add_up(shop in shops()) {
        let price = match shop.price() {
            Ok(price) => price,
            // The only refusals here: a coupon for a seller without a basket, or for goods that cost nothing.
            Err(error) => return { prop_assert_eq!(error, PriceError::Coupon(CouponError::NotForThese)); Ok(()) },
        };
        prop_assert_eq!(price.baskets.len(), shop.baskets.len());
        for (basket, sold) in price.baskets.iter().zip(&shop.baskets) {
            prop_assert_eq!((&basket.seller, basket.lines.len()), (&sold.seller, sold.lines.len()));
            for (line, (unit_price, quantity, ..)) in basket.lines.iter().zip(&sold.lines) {
                check_split(&line.split, line.total)?;
                prop_assert_eq!(line.goods.amount, unit_price.amount * i64::from(*quantity));
                prop_assert!((0..=line.goods.amount).contains(&line.discount.amount));
                let kept = line.split.commission.amount + line.split.commission_tax.amount;
                prop_assert!(kept <= line.goods.amount);
            }
            check_split(&basket.shipping.split, basket.shipping.total)?;
            prop_assert_eq!(basket.shipping.split.commission.amount, 0);
            let lines = basket.lines.iter().collect::<Vec<_>>();
            check_totals(&shop, &basket.totals, &lines, &[&basket.shipping])?;
        }
        let lines = price.baskets.iter().flat_map(|basket| &basket.lines).collect::<Vec<_>>();
        let shipping = price.baskets.iter().map(|basket| &basket.shipping).collect::<Vec<_>>();
        check_totals(&shop, &price.totals, &lines, &shipping)?;
        prop_assert_eq!(price.totals.total.amount, add(price.baskets.iter().map(|basket| basket.totals.total)));
    }

    #[test]
    fn a_coupon_takes_off_what_it_says_from_the_goods_it_is_for(shop in shops()) {
        let (Some(coupon), Ok(price)) = (&shop.coupon, shop.price()) else { return Ok(()) };
        let eligible = price.baskets.iter().filter(|basket| coupon.is_for(&basket.seller));
        let goods = Money::new(add(eligible.map(|basket| basket.totals.goods)), shop.currency);
        prop_assert_eq!(price.totals.discount, coupon.discount_on(goods).unwrap());
        let subsidy = if coupon.seller.is_none() { price.totals.discount.amount } else { 0 };
        prop_assert_eq!(price.totals.split.subsidy.amount, subsidy);
        for basket in price.baskets.iter().filter(|basket| !coupon.is_for(&basket.seller)) {
            prop_assert_eq!(basket.totals.discount.amount, 0);
        }
    }
}
