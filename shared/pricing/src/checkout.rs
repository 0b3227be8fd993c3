//! Pricing a checkout: its inputs, and how its price is computed.

use super::{
    BasketPrice, Category, CheckoutPrice, Commission, CommissionRules, Country, Coupon, CouponError, LinePrice,
    PriceTotals, RemittedBy, ShippingOption, ShippingPrice, Split, TaxRules,
};
use std::collections::BTreeMap;
use tradewind_kernel::{
    Currency, Money, SellerId, Time,
    fields::{AmountError, chargeable},
    money::MoneyError,
};

/// The conditions by which a checkout is priced.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The currency of the goods, in which all amounts must be.
    pub currency: Currency,
    /// The country to which the goods are sent, if it is known.
    pub country: Option<&'a Country>,
    /// The country of the buyer, if it is known: goods that are not sent count as sold there.
    pub buyer_in: Option<&'a Country>,
    /// The marketplace's tax rules.
    pub taxes: &'a TaxRules,
    /// The marketplace's commission rules.
    pub commissions: &'a CommissionRules,
    /// The coupon that the buyer entered.
    pub coupon: Option<CouponUse<'a>>,
}

/// A coupon, and the facts that decide whether it can be used.
#[derive(Debug, Clone, Copy)]
pub struct CouponUse<'a> {
    /// The coupon that is to be used.
    pub coupon: &'a Coupon,
    /// The moment at which it is to be used.
    pub now: Time,
    /// How many checkouts of this buyer have used it.
    pub used_by_buyer: u32,
}

/// The goods bought from one seller.
#[derive(Debug, Clone)]
pub struct Basket<'a> {
    /// The seller of the goods.
    pub seller: &'a SellerId,
    /// The lines of the basket, one for each variant.
    pub lines: Vec<BasketLine<'a>>,
    /// The shipping option; `None` if nothing is sent.
    pub shipping: Option<&'a ShippingOption>,
    /// The commission agreed with this seller, instead of the marketplace's.
    pub commission: Option<&'a Commission>,
}

/// The units bought of one variant.
#[derive(Debug, Clone, Copy)]
pub struct BasketLine<'a> {
    /// The price of one unit.
    pub unit_price: Money,
    /// The number of units.
    pub quantity: u32,
    /// The category of the goods, if they have one.
    pub category: Option<&'a Category>,
    /// The weight of one unit in grams.
    pub weight_grams: u32,
}

/// Why a checkout cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// A price or a sum cannot be charged.
    #[error(transparent)]
    Amount(#[from] AmountError),
    /// The coupon cannot be used.
    #[error(transparent)]
    Coupon(#[from] CouponError),
    /// The chosen option does not deliver to the country, or the country is not known and it does not deliver everywhere.
    #[error("shipping option {option} does not deliver there")]
    DoesNotDeliver {
        /// The seller of the basket.
        seller: SellerId,
        /// The option's id.
        option: String,
    },
    /// The basket is too heavy for the chosen option.
    #[error("shipping option {option} cannot carry {grams} grams")]
    TooHeavy {
        /// The seller of the basket.
        seller: SellerId,
        /// The option's id.
        option: String,
        /// The weight of the basket in grams.
        grams: u64,
    },
}

impl From<MoneyError> for PriceError {
    fn from(error: MoneyError) -> Self {
        Self::Amount(error.into())
    }
}

/// Prices a checkout by the rules of [the module](super).
pub fn price(terms: &Terms<'_>, baskets: &[Basket<'_>]) -> Result<CheckoutPrice, PriceError> {
    let mut goods = Vec::new();
    for line in baskets.iter().flat_map(|basket| &basket.lines) {
        let unit_price = chargeable(line.unit_price, terms.currency)?;
        goods.push(chargeable(unit_price.times(line.quantity)?, terms.currency)?);
    }
    chargeable(Money::sum(terms.currency, goods.iter().copied())?, terms.currency)?;
    let discounts = terms.discounts(baskets, &goods)?;
    let mut amounts = goods.into_iter().zip(discounts);
    let mut priced = Vec::with_capacity(baskets.len());
    for basket in baskets {
        let amounts: Vec<_> = amounts.by_ref().take(basket.lines.len()).collect();
        priced.push(terms.basket(basket, &amounts)?);
    }
    let totals = PriceTotals::sum(terms.currency, priced.iter().map(|basket| basket.totals))?;
    chargeable(totals.total, terms.currency)?;
    Ok(CheckoutPrice { baskets: priced, totals })
}

impl Terms<'_> {
    /// The discount on each line of all baskets.
    fn discounts(&self, baskets: &[Basket<'_>], goods: &[Money]) -> Result<Vec<Money>, PriceError> {
        let Some(CouponUse { coupon, now, used_by_buyer }) = self.coupon else {
            return Ok(vec![Money::zero(self.currency); goods.len()]);
        };
        let lines = baskets.iter().flat_map(|basket| basket.lines.iter().map(|_| coupon.is_for(basket.seller)));
        let eligible: Vec<_> =
            lines.zip(goods).map(|(counts, goods)| if counts { *goods } else { Money::zero(self.currency) }).collect();
        let total = Money::sum(self.currency, eligible.iter().copied())?;
        coupon.check(now, total, used_by_buyer)?;
        let discount = chargeable(coupon.discount_on(total)?, self.currency)?;
        let weights: Vec<_> = eligible.iter().map(|goods| goods.amount).collect();
        Ok(discount.allocate(&weights)?)
    }

    /// Prices a basket whose lines have these prices and discounts.
    fn basket(&self, basket: &Basket<'_>, amounts: &[(Money, Money)]) -> Result<BasketPrice, PriceError> {
        let zero = Money::zero(self.currency);
        let mut lines = Vec::with_capacity(amounts.len());
        let mut bases = Vec::with_capacity(amounts.len());
        let taxed_in = self.taxed_in(basket);
        for (line, &(goods, discount)) in basket.lines.iter().zip(amounts) {
            let price = self.line(line, taxed_in, goods, discount)?;
            let in_price = if self.taxes.prices_include_tax { price.split.tax } else { zero };
            let base = goods.minus(discount)?.plus(price.split.subsidy)?.minus(in_price)?;
            bases.push((base, line.category));
            lines.push(price);
        }
        let charges = self.commissions.charge(&bases, basket.commission, self.currency)?;
        for (line, charge) in lines.iter_mut().zip(charges) {
            let Split { paid, subsidy, tax, .. } = line.split;
            line.split = Split::of(paid, subsidy, tax, charge.commission, charge.tax)?;
        }
        let goods = PriceTotals::sum(self.currency, lines.iter().map(|line| line.totals(zero)))?;
        let shipping = self.shipping(basket, &lines, goods.goods.minus(goods.discount)?)?;
        Ok(BasketPrice {
            seller: basket.seller.clone(),
            lines,
            totals: PriceTotals::sum(self.currency, [goods, shipping.totals(zero)])?,
            shipping,
            prices_include_tax: self.taxes.prices_include_tax,
        })
    }

    /// Prices a line, before any commission is deducted.
    fn line(
        &self,
        line: &BasketLine<'_>,
        country: Option<&Country>,
        goods: Money,
        discount: Money,
    ) -> Result<LinePrice, MoneyError> {
        let zero = Money::zero(self.currency);
        let rate = self.taxes.rate(country, line.category);
        let taxed = self.tax(goods.minus(discount)?, rate)?;
        let subsidised = self.coupon.is_some_and(|used| used.coupon.is_marketplace_funded());
        let subsidy = if subsidised { discount } else { zero };
        Ok(LinePrice {
            goods,
            discount,
            tax_charged: taxed.charged,
            tax_rate_basis_points: rate,
            total: taxed.total,
            split: Split::of(taxed.total, subsidy, taxed.remitted, zero, zero)?,
        })
    }

    /// The country in which a basket counts as sold.
    fn taxed_in(&self, basket: &Basket<'_>) -> Option<&Country> {
        let (first, then) = match basket.shipping {
            Some(_) => (self.country, self.buyer_in),
            None => (self.buyer_in, self.country),
        };
        first.or(then).or(self.taxes.default_country.as_ref())
    }

    fn shipping(
        &self,
        basket: &Basket<'_>,
        lines: &[LinePrice],
        goods_after_discount: Money,
    ) -> Result<ShippingPrice, PriceError> {
        let Some(option) = basket.shipping else { return Ok(ShippingPrice::none(self.currency)) };
        let grams = basket.lines.iter().fold(0_u64, |grams, line| {
            grams.saturating_add(u64::from(line.weight_grams).saturating_mul(u64::from(line.quantity)))
        });
        let quote = option.quote(goods_after_discount, grams, self.country)?;
        let amount = quote.ok_or_else(|| {
            let (seller, id) = (basket.seller.clone(), option.id.clone());
            if option.delivers_to(self.country) {
                PriceError::TooHeavy { seller, option: id, grams }
            } else {
                PriceError::DoesNotDeliver { seller, option: id }
            }
        })?;
        let amount = chargeable(amount, self.currency)?;
        let zero = Money::zero(self.currency);
        let sent = lines.iter().zip(&basket.lines);
        let sent = sent.map(|(price, line)| Ok((price.goods.minus(price.discount)?, line.category)));
        let sent = sent.collect::<Result<Vec<_>, MoneyError>>()?;
        let parts = self.taxes.shipping_parts(amount, self.taxed_in(basket), &sent)?;
        let mut taxed = Taxed { charged: zero, remitted: zero, total: zero };
        for (rate, part) in &parts {
            taxed = taxed.plus(self.tax(*part, *rate)?)?;
        }
        let rate = blended(&parts, amount);
        Ok(ShippingPrice {
            option: Some(option.id.clone()),
            amount,
            tax_charged: taxed.charged,
            tax_rate_basis_points: rate,
            total: taxed.total,
            split: Split::of(taxed.total, zero, taxed.remitted, zero, zero)?,
        })
    }

    fn tax(&self, price: Money, rate_basis_points: u16) -> Result<Taxed, MoneyError> {
        let charged = self.taxes.tax_on(price, rate_basis_points)?;
        let total = if self.taxes.prices_include_tax { price } else { price.plus(charged)? };
        let remitted = match self.taxes.remitted_by {
            RemittedBy::Seller => Money::zero(self.currency),
            RemittedBy::Marketplace => charged,
        };
        Ok(Taxed { charged, remitted, total })
    }
}

/// A price with its tax.
#[derive(Clone, Copy)]
struct Taxed {
    /// The tax that is charged.
    charged: Money,
    /// The part of the tax that the marketplace pays to the state: all or nothing.
    remitted: Money,
    /// What the buyer pays, tax included.
    total: Money,
}

impl Taxed {
    fn plus(self, other: Self) -> Result<Self, MoneyError> {
        Ok(Self {
            charged: self.charged.plus(other.charged)?,
            remitted: self.remitted.plus(other.remitted)?,
            total: self.total.plus(other.total)?,
        })
    }
}

/// The average rate of several parts, for display.
fn blended(parts: &BTreeMap<u16, Money>, whole: Money) -> u16 {
    let weighed = parts.iter().map(|(rate, part)| i128::from(*rate).saturating_mul(i128::from(part.amount)));
    let sum = weighed.fold(0, i128::saturating_add);
    let rate = sum.checked_div(i128::from(whole.amount)).and_then(|rate| u16::try_from(rate).ok());
    rate.or(parts.keys().next().copied()).unwrap_or(0)
}
