//! Whole checkouts: the example in the module's documentation, each rule by itself, and random checkouts.

use super::{coupon::tests::coupon, *};
use tradewind_kernel::{
    Currency, Id, Money, SellerId, Time,
    fields::AmountError,
    money::{LARGEST, MoneyError},
};

fn eur() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn euros(amount: i64) -> Money {
    Money::new(amount, eur())
}

fn seller(n: usize) -> SellerId {
    SellerId::from_ulid(&format!("01jd0000000000000000000{n:03}"))
}

/// A basket of [`Shop`].
#[derive(Debug, Clone)]
struct Sold {
    seller: SellerId,
    /// Unit price, quantity, category, grams.
    lines: Vec<(Money, u32, Option<Category>, u32)>,
    shipping: Option<ShippingOption>,
    commission: Option<Commission>,
}

/// The values that [`price`] borrows.
#[derive(Debug, Clone)]
struct Shop {
    currency: Currency,
    country: Option<Country>,
    taxes: TaxRules,
    commissions: CommissionRules,
    coupon: Option<Coupon>,
    baskets: Vec<Sold>,
}

impl Shop {
    fn price(&self) -> Result<CheckoutPrice, PriceError> {
        let now = Time::from_millis(0);
        let terms = Terms {
            currency: self.currency,
            country: self.country.as_ref(),
            buyer_in: None,
            taxes: &self.taxes,
            commissions: &self.commissions,
            coupon: self.coupon.as_ref().map(|coupon| CouponUse { coupon, now, used_by_buyer: 0 }),
        };
        let baskets = self.baskets.iter().map(|sold| Basket {
            seller: &sold.seller,
            lines: sold.lines.iter().map(line).collect(),
            shipping: sold.shipping.as_ref(),
            commission: sold.commission.as_ref(),
        });
        super::price(&terms, &baskets.collect::<Vec<_>>())
    }
}

fn line((unit_price, quantity, category, weight_grams): &(Money, u32, Option<Category>, u32)) -> BasketLine<'_> {
    BasketLine {
        unit_price: *unit_price,
        quantity: *quantity,
        category: category.as_ref(),
        weight_grams: *weight_grams,
    }
}

fn flat(price: Money) -> ShippingOption {
    let rate = ShippingRate::Flat { price };
    ShippingOption { id: "parcel".into(), name: "Parcel".into(), rate, free_from: None, countries: vec![] }
}

/// The example in the module's documentation.
fn example() -> Shop {
    let germany = Country::parse("DE").unwrap();
    let rates = vec![TaxRate { country: germany.clone(), category: None, rate_basis_points: 1_900 }];
    Shop {
        currency: eur(),
        country: Some(germany),
        taxes: TaxRules {
            prices_include_tax: true,
            remitted_by: RemittedBy::Marketplace,
            rates,
            shipping_taxable: true,
            shipping_rate: ShippingTax::OfGoods,
            default_country: None,
        },
        commissions: CommissionRules {
            default: Commission { basis_points: 1_000, fixed: euros(30).into() },
            by_category: vec![],
            tax_basis_points: 2_100,
        },
        coupon: Some(coupon(Discount::Percent { basis_points: 1_000 })),
        baskets: vec![Sold {
            seller: seller(1),
            lines: vec![(euros(2_500), 2, None, 200), (euros(1_999), 1, None, 100)],
            shipping: Some(flat(euros(490))),
            commission: None,
        }],
    }
}

/// The parts of a split: paid, subsidy, tax, commission, tax on it, seller.
fn parts(split: &Split) -> [i64; 6] {
    [split.paid, split.subsidy, split.tax, split.commission, split.commission_tax, split.seller].map(|m| m.amount)
}

#[test]
fn the_documented_example_comes_out_as_documented() {
    let price = example().price().unwrap();
    let basket = &price.baskets[0];
    assert_eq!(parts(&basket.lines[0].split), [4_500, 500, 718, 449, 94, 3_739]);
    assert_eq!(parts(&basket.lines[1].split), [1_799, 200, 287, 180, 38, 1_494]);
    assert_eq!(parts(&basket.shipping.split), [490, 0, 78, 0, 0, 412]);
    assert_eq!(parts(&price.totals.split), [6_789, 700, 1_083, 629, 132, 5_645]);
    let PriceTotals { goods, discount, shipping, tax_charged, total, .. } = price.totals;
    assert_eq!([goods, discount, shipping, tax_charged, total].map(|m| m.amount), [6_999, 700, 490, 1_083, 6_789]);
    let first = &basket.lines[0];
    assert_eq!((first.tax_rate_basis_points, basket.shipping.tax_rate_basis_points), (1_900, 1_900));
    assert_eq!((basket.shipping.option.as_deref(), basket.prices_include_tax), (Some("parcel"), true));
    assert_eq!(basket.totals, price.totals);
    let refund = first.split.refund_of(euros(0), euros(1_000)).unwrap();
    assert_eq!(parts(&refund), [1_000, 111, 160, 100, 21, 830]);
}

#[test]
fn a_price_reads_back_as_it_was_frozen() {
    let price = example().price().unwrap();
    let text = serde_json::to_string(&price).unwrap();
    assert_eq!(serde_json::from_str::<CheckoutPrice>(&text).unwrap(), price);
}

/// Prices one line of 100.00 at 19 per cent tax and 10 per cent commission without tax; a discount of 10.00 is borne by the
/// marketplace or the seller.
fn hundred(prices_include_tax: bool, remitted_by: RemittedBy, marketplace_funded: bool) -> ([i64; 6], i64) {
    let mut shop = example();
    shop.taxes = TaxRules { prices_include_tax, remitted_by, ..shop.taxes };
    shop.commissions.default.fixed = euros(0).into();
    shop.commissions.tax_basis_points = 0;
    let own = (!marketplace_funded).then(|| seller(1));
    shop.coupon = Some(Coupon { seller: own, ..coupon(Discount::Fixed { amount: euros(1_000) }) });
    shop.baskets[0].lines = vec![(euros(10_000), 1, None, 0)];
    shop.baskets[0].shipping = None;
    let price = shop.price().unwrap();
    assert_eq!(price.baskets[0].shipping.option, None);
    (parts(&price.totals.split), price.totals.tax_charged.amount)
}

#[test]
fn tax_and_discount_go_to_whom_they_belong() {
    use RemittedBy::{Marketplace, Seller};
    // Included in the price: 90.00 contain 14.37.
    assert_eq!(hundred(true, Marketplace, true), ([9_000, 1_000, 1_437, 856, 0, 7_707], 1_437));
    assert_eq!(hundred(true, Marketplace, false), ([9_000, 0, 1_437, 756, 0, 6_807], 1_437));
    assert_eq!(hundred(true, Seller, true), ([9_000, 1_000, 0, 1_000, 0, 9_000], 1_437));
    assert_eq!(hundred(true, Seller, false), ([9_000, 0, 0, 900, 0, 8_100], 1_437));
    // On top: 17.10 on 90.00. No commission is charged on it, whoever pays it to the state.
    assert_eq!(hundred(false, Marketplace, true), ([10_710, 1_000, 1_710, 1_000, 0, 9_000], 1_710));
    assert_eq!(hundred(false, Marketplace, false), ([10_710, 0, 1_710, 900, 0, 8_100], 1_710));
    assert_eq!(hundred(false, Seller, true), ([10_710, 1_000, 0, 1_000, 0, 10_710], 1_710));
    assert_eq!(hundred(false, Seller, false), ([10_710, 0, 0, 900, 0, 9_810], 1_710));
}

#[test]
fn a_sellers_coupon_takes_nothing_off_another_sellers_goods() {
    let mut shop = example();
    shop.baskets.push(Sold { seller: seller(2), ..shop.baskets[0].clone() });
    shop.coupon = Some(Coupon { seller: Some(seller(2)), ..coupon(Discount::Percent { basis_points: 10_000 }) });
    let price = shop.price().unwrap();
    let discounts = price.baskets.iter().map(|basket| basket.totals.discount.amount).collect::<Vec<_>>();
    assert_eq!(discounts, [0, 6_999]);
    assert_eq!(price.totals.split.subsidy.amount, 0);
    // Everything is free but the shipping, on which no commission is charged.
    assert_eq!(parts(&price.baskets[1].totals.split), [490, 0, 78, 0, 0, 412]);
    shop.coupon = Some(Coupon { seller: Some(seller(3)), ..coupon(Discount::Percent { basis_points: 1 }) });
    assert_eq!(shop.price(), Err(PriceError::Coupon(CouponError::NotForThese)));
}

#[test]
fn the_marketplaces_coupon_is_spread_over_all_sellers_and_counts_all_their_goods() {
    let mut shop = example();
    shop.baskets.push(Sold { seller: seller(2), lines: vec![(euros(1), 1, None, 0)], ..shop.baskets[0].clone() });
    let minimum = Some(euros(7_000));
    shop.coupon = Some(Coupon { minimum, ..coupon(Discount::Fixed { amount: euros(100_000) }) });
    let price = shop.price().unwrap();
    assert_eq!((price.totals.discount.amount, price.totals.total.amount), (7_000, 980));
    let minimum = euros(7_001);
    shop.coupon = Some(Coupon { minimum: Some(minimum), ..coupon(Discount::Fixed { amount: euros(1) }) });
    assert_eq!(shop.price(), Err(PriceError::Coupon(CouponError::BelowMinimum { minimum })));
}

#[test]
fn free_shipping_counts_the_goods_after_the_discount() {
    let mut shop = example();
    let free_from = |amount| Some(ShippingOption { free_from: Some(euros(amount)), ..flat(euros(490)) });
    shop.baskets[0].shipping = free_from(6_299);
    assert_eq!(shop.price().unwrap().totals.shipping.amount, 0);
    shop.baskets[0].shipping = free_from(6_300);
    assert_eq!(shop.price().unwrap().totals.shipping.amount, 490);
}

#[test]
fn shipping_is_taxed_only_if_it_is_taxable() {
    let mut shop = example();
    shop.taxes.shipping_taxable = false;
    let price = shop.price().unwrap();
    assert_eq!(parts(&price.baskets[0].shipping.split), [490, 0, 0, 0, 0, 490]);
    shop.taxes = TaxRules { prices_include_tax: false, shipping_taxable: true, ..shop.taxes };
    let shipping = &shop.price().unwrap().baskets[0].shipping;
    assert_eq!((shipping.amount.amount, shipping.tax_charged.amount, shipping.total.amount), (490, 93, 583));
}

#[test]
fn the_weight_of_all_units_is_carried() {
    let mut shop = example();
    let bands = |up_to_grams| ShippingRate::ByWeight { bands: vec![WeightBand { up_to_grams, price: euros(1) }] };
    shop.baskets[0].shipping = Some(ShippingOption { rate: bands(500), ..flat(euros(0)) });
    assert_eq!(shop.price().unwrap().totals.shipping.amount, 1);
    shop.baskets[0].shipping = Some(ShippingOption { rate: bands(499), ..flat(euros(0)) });
    let too_heavy = PriceError::TooHeavy { seller: seller(1), option: "parcel".into(), grams: 500 };
    assert_eq!(shop.price(), Err(too_heavy));
    let countries = vec![Country::parse("AT").unwrap()];
    shop.baskets[0].shipping = Some(ShippingOption { countries, ..flat(euros(0)) });
    assert_eq!(shop.price(), Err(PriceError::DoesNotDeliver { seller: seller(1), option: "parcel".into() }));
}

#[test]
fn categories_have_their_own_tax_and_commission_and_a_seller_their_own_agreement() {
    let mut shop = example();
    let books = Category::parse("books").unwrap();
    shop.coupon = None;
    shop.commissions.by_category = vec![CategoryCommission { category: books.clone(), basis_points: 500 }];
    let rate = TaxRate { category: Some(books.clone()), rate_basis_points: 700, ..shop.taxes.rates[0].clone() };
    shop.taxes.rates.push(rate);
    shop.baskets[0].lines = vec![(euros(10_700), 1, Some(books), 0)];
    let price = shop.price().unwrap();
    let line = &price.baskets[0].lines[0];
    assert_eq!((line.tax_charged.amount, line.split.commission.amount), (700, 530));
    shop.baskets[0].commission = Some(Commission { basis_points: 100, fixed: euros(7).into() });
    assert_eq!(shop.price().unwrap().totals.split.commission.amount, 107);
}

#[test]
fn what_cannot_be_charged_has_no_price() {
    let of = |unit_price, quantity| {
        let mut shop = example();
        shop.baskets[0].lines = vec![(unit_price, quantity, None, 0)];
        shop.coupon = None;
        shop.baskets[0].shipping = None;
        shop.price().map(|price| price.totals.total.amount)
    };
    let too_large = |amount| Err(PriceError::Amount(AmountError::TooLarge(euros(amount))));
    let dollar = Currency::parse("USD").unwrap();
    assert_eq!(of(Money::new(1, dollar), 1), Err(PriceError::from(MoneyError::Currencies(eur(), dollar))));
    assert_eq!(of(euros(-1), 1), Err(PriceError::Amount(AmountError::Negative(euros(-1)))));
    assert_eq!(of(euros(LARGEST), 1), Ok(LARGEST));
    assert_eq!(of(euros(LARGEST), 2), too_large(2 * LARGEST));
    assert_eq!(of(euros(i64::MAX), 1), too_large(i64::MAX));

    let mut two = example();
    two.coupon = None;
    two.baskets[0].lines = vec![(euros(LARGEST), 1, None, 0), (euros(1), 1, None, 0)];
    assert_eq!(two.price().map(|_| 0), too_large(LARGEST + 1));
    two.baskets[0].lines.pop();
    assert_eq!(two.price().map(|_| 0), too_large(LARGEST + 490));
    let mut foreign = example();
    foreign.baskets[0].shipping = Some(flat(Money::new(1, dollar)));
    assert_eq!(foreign.price(), Err(PriceError::from(MoneyError::Currencies(eur(), dollar))));
    let mut foreign = example();
    foreign.coupon = Some(coupon(Discount::Fixed { amount: Money::new(1, dollar) }));
    let dollars_only = CouponError::OtherCurrency { currency: dollar };
    assert_eq!(foreign.price(), Err(PriceError::Coupon(dollars_only)));
    let mut surcharge = example();
    surcharge.coupon = Some(coupon(Discount::Fixed { amount: euros(-1) }));
    assert_eq!(surcharge.price(), Err(PriceError::Amount(AmountError::Negative(euros(-1)))));
}

mod any;
