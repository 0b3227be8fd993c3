//! What a checkout charges, and who gets what of it: shipping, tax, coupons and commission.
//!
//! [`price`] takes the [`Terms`] of a marketplace and a [`Basket`] per seller, and answers a [`CheckoutPrice`]. That is frozen in
//! the orders: what is booked later, when it is released, refunded or paid out, is read from there and never computed again from
//! rules that may have changed.
//!
//! # The rules
//!
//! All amounts are whole minor units of one currency, whether it has 0, 2 or 3 decimals: that of the goods, which are all of one.
//! Nothing is converted. What a rule has as an amount counts in its own currency alone: a fixed commission is nothing in a currency
//! that it does not name ([`Amounts`]), an option of shipping is for goods of its currency, and so is a coupon with an amount.
//!
//! Where something does not divide evenly it is rounded half away from zero, once, and what it was taken from keeps the rest: so the
//! parts always add up to the whole.
//!
//! 1. **Goods.** A line's goods are its unit price times its quantity.
//! 2. **Discount.** A coupon is computed once on all goods that it is for (a seller's coupon is for that seller's lines, the
//!    marketplace's for all), is never more than they cost, and is spread over their lines in proportion to what they cost, by
//!    largest remainders, of equal ones the earlier ([`tradewind_kernel::Money::allocate`]). It never touches shipping.
//! 3. **Shipping.** What the chosen option asks for the weight and country of the basket; nothing from `free_from` on, which is
//!    compared with the goods after the discount and before any tax on top of them.
//! 4. **Tax.** On what the buyer pays for the line, after any discount, whoever bears it; per line and never per unit. In the
//!    price it is `price - price * 10000 / (10000 + rate)`, and buyers everywhere pay the same; on top it is
//!    `price * rate / 10000`. Shipping, if it is taxed, is taxed in the same way at the rates of the goods that are sent, in proportion
//!    to what they cost after the discount, rounded once for each rate; or at the country's rate for every category, if the marketplace
//!    says so. Goods count as sold where they are sent, other goods where the buyer is.
//! 5. **Commission.** Of a line, basis points of what its goods cost before a discount that the marketplace bears, and after one
//!    that the seller bears. Tax that the marketplace hands on is no part of this base, nor is tax on top of the price; tax in
//!    the price that the seller hands on is part of it. The fixed amount, once per order, is spread over the lines in proportion
//!    to what the basis points left of their bases, and takes no more than all of that. No commission is taken of shipping.
//! 6. **Tax on the commission.** Basis points of each line's commission, at most what that left of the line's base. So the
//!    marketplace never takes more than the base, and the seller's part is never negative.
//! 7. **Split.** `paid + subsidy == tax + commission + commission_tax + seller` for every line and for the shipping. `tax` is
//!    what the marketplace hands on; if sellers do, it is zero and the tax is in `seller`. A refund takes a [`Split`] apart in
//!    proportion, so that all refunds together give back exactly the whole ([`Split::refund_of`]).
//!
//! # An example in numbers
//!
//! Two shirts at 25.00 EUR and a cap at 19.99 EUR, shipping 4.90. Prices include 19 per cent tax that the marketplace hands on,
//! the marketplace's coupon takes 10 per cent off, the commission is 10 per cent and 0.30 per order, with 21 per cent tax on it.
//!
//! | | shirts | cap | shipping | order |
//! |---|---|---|---|---|
//! | goods | 50.00 | 19.99 | | 69.99 |
//! | discount: 10 % of 69.99 is 6.999, so 7.00 | 5.00 | 2.00 | | 7.00 |
//! | **paid** | 45.00 | 17.99 | 4.90 | 67.89 |
//! | **subsidy**: the discount, as the marketplace bears it | 5.00 | 2.00 | | 7.00 |
//! | **tax**: paid × 19 / 119 | 7.18 | 2.87 | 0.78 | 10.83 |
//! | base of the commission: goods - tax | 42.82 | 17.12 | | |
//! | 10 % of it | 4.28 | 1.71 | | |
//! | 0.30, spread by what is left (38.54 and 15.41) | 0.21 | 0.09 | | |
//! | **commission** | 4.49 | 1.80 | | 6.29 |
//! | **tax on the commission**: 21 % of it | 0.94 | 0.38 | | 1.32 |
//! | **seller**: what is left | 37.39 | 14.94 | 4.12 | 56.45 |
//!
//! 67.89 + 7.00 = 10.83 + 6.29 + 1.32 + 56.45. Of the shirts, 10.00 is refunded: the marketplace takes back 1.11 of its subsidy,
//! so 11.11 is given back, 1.60 of the tax, 1.00 of the commission, 0.21 of the tax on it and 8.30 by the seller.

mod effects;
pub mod entities;
mod explain;
pub mod keys;
mod stored;

pub use effects::{CouponCodeTaken, CouponUsedUp, GiveBackCoupon, UseCoupon};
pub use stored::KINDS;

mod amounts;
mod checkout;
mod commission;
mod coupon;
mod places;
mod prices;
mod shipping;
mod split;
mod tax;

pub use amounts::Amounts;
pub use checkout::{Basket, BasketLine, CouponUse, PriceError, Terms, price};
pub use commission::{CategoryCommission, Charge, Commission, CommissionRules, HIGHEST_TAX, MOST_CATEGORIES};
pub use coupon::{Coupon, CouponCode, CouponError, Discount, UsedCoupon};
pub use places::{Category, Country};
pub use prices::{BasketPrice, CheckoutPrice, LinePrice, PriceTotals, ShippingPrice};
pub use shipping::{
    LONGEST_NAME, MOST_BANDS, MOST_COUNTRIES, MOST_OPTIONS, ShippingOption, ShippingOptionId, ShippingRate, WeightBand,
    validate_options,
};
pub use split::{Split, SplitError};
pub use tax::{HIGHEST_RATE, MOST_RATES, RemittedBy, ShippingTax, TaxRate, TaxRules};

/// The largest fee: half of the sale, in basis points. A higher one is nearly always a slip of the pen.
pub const LARGEST_FEE_BASIS_POINTS: u16 = 5_000;
/// Most currencies that a marketplace sells in besides its main one.
pub const MOST_CURRENCIES: usize = 10;

#[cfg(test)]
mod tests;
