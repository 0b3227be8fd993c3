//! What buyers are told when a cart cannot be bought.

use crate::{MOST_SELLERS, PlaceError};
use serde_json::json;
use tradewind_kernel::{Explain, Explanation, Member, Money};

impl Explain for PlaceError {
    const CODES: &'static [&'static str] =
        &["cart_empty", "not_for_sale", "own_listing", "too_many_sellers", "mixed_currencies", "amount_not_chargeable"];

    fn explain(self) -> Explanation {
        match self {
            Self::EmptyCart => Explanation::conflict("cart_empty", "Your cart is empty. Put something in it first."),
            Self::NotForSale(listing) => {
                let detail = "Something in your cart is not for sale any more. Take it out, then try again.";
                Explanation::conflict("not_for_sale", detail).with(Member::Listing, listing.as_str())
            }
            Self::OwnListing(listing) => {
                let detail = "Something in your cart is from your own shop. Take it out, then try again.";
                Explanation::conflict("own_listing", detail).with(Member::Listing, listing.as_str())
            }
            Self::TooManySellers => {
                let detail = format!(
                    "One checkout takes the goods of at most {MOST_SELLERS} sellers. Buy the rest with another one."
                );
                Explanation::conflict("too_many_sellers", detail)
            }
            Self::MixedCurrencies(currencies) => {
                let codes: Vec<_> = currencies.iter().map(|currency| currency.code()).collect();
                let detail = format!(
                    "One checkout is in one currency, and your cart has goods in {}. Take out those of all but one, and buy them with \
                 another checkout.",
                    codes.join(" and ")
                );
                Explanation::conflict("mixed_currencies", detail).with(Member::Currencies, json!(codes))
            }
            Self::NotSentIn { seller, currency } => {
                let message = format!("This seller does not send goods that are priced in {currency}.");
                Explanation::invalid(format!("shipping.{seller}"), message)
            }
            Self::CountryMissing => Explanation::invalid(
                "billing_country",
                "Say in which country you are: the tax depends on it. An address in `ship_to` says it, too.",
            ),
            Self::NotChargeable { amount, nearest } => not_possible(amount, &nearest, "charged"),
            Self::AddressMissing => Explanation::invalid("ship_to", "Say where the goods are to be sent."),
            Self::ShippingMissing { seller, options } if options.is_empty() => {
                Explanation::invalid(format!("shipping.{seller}"), "This seller does not deliver to that country.")
            }
            Self::ShippingMissing { seller, options } => {
                let message = format!("Choose how this seller is to send the goods: {}.", options.join(", "));
                Explanation::invalid(format!("shipping.{seller}"), message)
            }
            Self::Price(error) => error.explain(),
        }
    }
}

/// An amount that the marketplace's payment provider cannot move, with those that it can.
pub fn not_possible(amount: Money, nearest: &[Money], how: &str) -> Explanation {
    let told: Vec<_> = nearest.iter().map(Money::to_string).collect();
    let detail = format!(
        "The payment provider does not let {amount} be {how}. The nearest amounts that can are {}.",
        told.join(" and ")
    );
    Explanation::conflict("amount_not_chargeable", detail).with(Member::Nearest, json!(nearest))
}
