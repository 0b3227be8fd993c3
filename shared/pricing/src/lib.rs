//! The price of a checkout, and how it is split: shipping, tax, coupons and commission.
//!
//! [`price`] takes the [`Terms`] of a marketplace and a [`Basket`] per seller, and returns a [`CheckoutPrice`]. That is frozen in the
//! orders: whatever is booked later, when an order is released, refunded or paid out, is read from there and never computed again
//! from rules that may have changed.
//!
//! # The rules
//!
//! All amounts are whole minor units of one currency, whether it has 0, 2 or 3 decimals: the currency of the goods, which must all be
//! in the same one. Nothing is converted. An amount in a rule counts only in its own currency: a fixed commission is zero in a
//! currency for which it has no amount ([`Amounts`]), a shipping option is for goods in its currency, and so is a coupon with an
//! amount.
//!
//! If something does not divide evenly it is rounded half away from zero, once, and the rest is computed by subtraction: so the parts
//! always add up to the whole.
//!
//! 1. **Goods.** A line's goods are its unit price times its quantity.
//! 2. **Discount.** A coupon is computed once on all goods that it is for (a seller's coupon is for that seller's lines, the
//!    marketplace's for all), is never more than they cost, and is spread over their lines in proportion to what they cost, by largest
//!    remainders; among equal remainders the earlier line gets more ([`tradewind_kernel::Money::allocate`]). It never reduces the
//!    shipping.
//! 3. **Shipping.** The price of the chosen option for the weight and country of the basket; zero from `free_from` on, which is
//!    compared with the goods after the discount and before any tax on top of them.
//! 4. **Tax.** It is charged on what the buyer pays for the line, after any discount, whoever bears it; per line and never per unit.
//!    If prices include tax it is `price - price * 10000 / (10000 + rate)`, and buyers everywhere pay the same; if it comes on top it is
//!    `price * rate / 10000`. Shipping, if it is taxed, is taxed in the same way at the rates of the goods that are sent, in proportion
//!    to what they cost after the discount, rounded once for each rate; or at the country's rate for every category, if the marketplace
//!    says so. Goods that are sent count as sold where they are sent to, other goods where the buyer is.
//! 5. **Commission.** The share in basis points of what a line's goods cost, before a discount that the marketplace bears, and after
//!    one that the seller bears. Tax that the marketplace pays to the state is not part of this base, nor is tax on top of the price;
//!    tax included in the price that the seller pays to the state is part of it. The fixed amount, once per order, is spread over the
//!    lines in proportion to what the share left of their bases, and takes no more than all of that. No commission is charged on
//!    shipping.
//! 6. **Tax on the commission.** A share in basis points of each line's commission, at most what the commission left of the line's
//!    base. So the marketplace never takes more than the base, and the seller's part is never negative.
//! 7. **Split.** `paid + subsidy == tax + commission + commission_tax + seller` for every line and for the shipping. `tax` is the tax
//!    that the marketplace pays to the state; if sellers pay it, it is zero and the tax is in `seller`. A refund divides a [`Split`] in
//!    proportion, so that all refunds together give back exactly the whole ([`Split::refund_of`]).
//!
//! # An example in numbers
//!
//! Two shirts at 25.00 EUR and a cap at 19.99 EUR, shipping 4.90. Prices include 19 per cent tax that the marketplace pays to the
//! state, the marketplace's coupon takes 10 per cent off, the commission is 10 per cent and 0.30 per order, with 21 per cent tax on
//! it.
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

/// The largest commission: half of the sale, in basis points. A higher one is nearly always a typing error.
pub const LARGEST_FEE_BASIS_POINTS: u16 = 5_000;
/// The most currencies that a marketplace sells in besides its main one.
pub const MOST_CURRENCIES: usize = 10;

#[cfg(test)]
mod tests;
