//! What buyers are told when a cart has no price.

use crate::{CouponError, PriceError};
use serde_json::json;
use tradewind_kernel::{Explain, Explanation, Member};

impl Explain for PriceError {
    const CODES: &'static [&'static str] = &["amount_not_possible"];

    fn explain(self) -> Explanation {
        match self {
            Self::Amount(error) => Explanation::conflict(
                "amount_not_possible",
                format!("This cannot be charged: {error}. Take something out."),
            ),
            Self::Coupon(error) => error.explain(),
            Self::DoesNotDeliver { seller, option } => {
                let message = format!("`{option}` does not deliver to that country. Choose another one.");
                Explanation::invalid(format!("shipping.{seller}"), message)
            }
            Self::TooHeavy { seller, option, grams } => {
                let message =
                    format!("`{option}` cannot carry {grams} grams. Choose another one, or take something out.");
                Explanation::invalid(format!("shipping.{seller}"), message)
            }
        }
    }
}

impl Explain for CouponError {
    const CODES: &'static [&'static str] = &[
        "coupon_inactive",
        "coupon_not_started",
        "coupon_ended",
        "coupon_used_up",
        "coupon_used_up_by_you",
        "coupon_not_for_these",
        "coupon_other_currency",
        "coupon_below_minimum",
        "amount_not_possible",
    ];

    fn explain(self) -> Explanation {
        match self {
            Self::Inactive => Explanation::conflict("coupon_inactive", "This coupon is not valid any more."),
            Self::NotStarted => Explanation::conflict("coupon_not_started", "This coupon is not valid yet."),
            Self::Ended => Explanation::conflict("coupon_ended", "This coupon is not valid any more."),
            Self::UsedUp => Explanation::conflict("coupon_used_up", "This coupon has been used up."),
            Self::UsedUpByBuyer => {
                Explanation::conflict("coupon_used_up_by_you", "You have used this coupon as often as you can.")
            }
            Self::NotForThese => {
                Explanation::conflict("coupon_not_for_these", "This coupon is not for anything in your cart.")
            }
            Self::OtherCurrency { currency } => {
                let detail =
                    format!("This coupon is for goods in {currency} only. Buy without it, or with another one.");
                Explanation::conflict("coupon_other_currency", detail).with(Member::Currency, currency.code())
            }
            Self::BelowMinimum { minimum } => {
                let detail =
                    format!("This coupon needs goods for at least {minimum}. Add something, or buy without it.");
                Explanation::conflict("coupon_below_minimum", detail).with(Member::Minimum, json!(minimum))
            }
            Self::Money(error) => error.explain(),
        }
    }
}
