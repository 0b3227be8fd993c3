//! What a quote and a checkout have in common: the buyer's choices, the data loaded for them, and the errors that can result.

use crate::load;
use std::{collections::BTreeMap, sync::Arc};
use tradewind_catalog::listing::Listing;
use tradewind_kernel::{Money, SellerId};
use tradewind_lambda::{App, Member, Problem, Request, User};
use tradewind_orders::{
    Address, Choices, MOST_SELLERS, PlaceError, Placing, cart::Cart, keys as orders_keys, order_process::OrderProcess,
};
use tradewind_pricing::{Country, Coupon, CouponCode, CouponError, CouponUse, PriceError, keys as pricing_keys};
use tradewind_sellers::Seller;

/// What the buyer chose besides the goods.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub ship_to: Option<Address>,
    pub buyer_in: Option<Country>,
    pub shipping: BTreeMap<SellerId, String>,
    pub coupon: Option<CouponCode>,
    pub note: Option<String>,
}

/// Everything that a price depends on.
pub struct Loaded {
    pub cart: Cart,
    pub choice: Choice,
    pub coupon: Option<(Coupon, u32)>,
    pub listings: Vec<Listing>,
    sellers: Vec<Seller>,
    pub process: Arc<OrderProcess>,
}

impl Loaded {
    /// Loads the data: 1 read unit for the cart, one for each 4 KB of a listing, one for each seller, and up to two for a coupon.
    pub async fn load<B>(app: &App, request: &Request<User, B>, choice: Choice) -> Result<Self, Problem> {
        let (tenant, user) = (request.tenant(), &request.caller);
        let cart = app.table.get(orders_keys::cart(tenant, &user.id)).await?;
        let cart: Cart = cart.ok_or_else(|| problem(PlaceError::EmptyCart))?;
        let (listings, sellers) = load::offers(app, tenant, &cart).await?;
        let coupon = match &choice.coupon {
            Some(code) => Some(coupon(app, request, code).await?),
            None => None,
        };
        let process = app.process(tenant, request.marketplace().process).await?;
        Ok(Self { cart, choice, coupon, listings, sellers, process })
    }

    /// The input for the pricing and ordering rules.
    pub fn placing<'a, B>(&'a self, request: &'a Request<User, B>) -> Placing<'a> {
        let now = request.now();
        let use_of = |(coupon, used): &'a (Coupon, u32)| CouponUse { coupon, now, used_by_buyer: *used };
        Placing {
            cart: &self.cart,
            listings: &self.listings,
            sellers: &self.sellers,
            marketplace: request.marketplace(),
            process: &self.process,
            buyer: &request.caller.id,
            buyers_shop: request.caller.seller.as_ref(),
            choices: Choices {
                ship_to: self.choice.ship_to.as_ref(),
                buyer_in: self.choice.buyer_in.as_ref(),
                shipping: Some(&self.choice.shipping),
                coupon: self.coupon.as_ref().map(use_of),
                note: self.choice.note.as_deref(),
            },
            now,
        }
    }
}

async fn coupon<B>(app: &App, request: &Request<User, B>, code: &CouponCode) -> Result<(Coupon, u32), Problem> {
    let tenant = request.tenant();
    let coupon = app.table.get(pricing_keys::coupon(tenant, code)).await?;
    let coupon: Coupon = coupon
        .ok_or_else(|| Problem::conflict("coupon_unknown", "There is no such coupon here. Check how it is written."))?;
    if coupon.limit_per_buyer.is_none() {
        return Ok((coupon, 0));
    }
    // A guest counts as a new person each time.
    if request.caller.guest {
        let detail = "This coupon counts how often each buyer uses it, which takes an account. Register or log in, or buy without it.";
        return Err(Problem::conflict("coupon_takes_account", detail));
    }
    let uses = app.table.get(pricing_keys::coupon_uses_by(tenant, &request.caller.id, code)).await?;
    Ok((coupon, uses.map_or(0, |uses| uses.used)))
}

/// Says why a cart cannot be bought, and what to do about it.
pub fn problem(error: PlaceError) -> Problem {
    match error {
        PlaceError::EmptyCart => Problem::conflict("cart_empty", "Your cart is empty. Put something in it first."),
        PlaceError::NotForSale(listing) => {
            let detail = "Something in your cart is not for sale any more. Take it out, then try again.";
            Problem::conflict("not_for_sale", detail).with(Member::Listing, listing.as_str())
        }
        PlaceError::OwnListing(listing) => {
            let detail = "Something in your cart is from your own shop. Take it out, then try again.";
            Problem::conflict("own_listing", detail).with(Member::Listing, listing.as_str())
        }
        PlaceError::TooManySellers => {
            let detail = format!(
                "One checkout takes the goods of at most {MOST_SELLERS} sellers. Buy the rest with another one."
            );
            Problem::conflict("too_many_sellers", detail)
        }
        PlaceError::MixedCurrencies(currencies) => {
            let codes: Vec<_> = currencies.iter().map(|currency| currency.code()).collect();
            let detail = format!(
                "One checkout is in one currency, and your cart has goods in {}. Take out those of all but one, and buy them with \
                 another checkout.",
                codes.join(" and ")
            );
            Problem::conflict("mixed_currencies", detail).with(Member::Currencies, serde_json::json!(codes))
        }
        PlaceError::NotSentIn { seller, currency } => {
            let message = format!("This seller does not send goods that are priced in {currency}.");
            Problem::invalid(format!("shipping.{seller}"), message)
        }
        PlaceError::CountryMissing => Problem::invalid(
            "billing_country",
            "Say in which country you are: the tax depends on it. An address in `ship_to` says it, too.",
        ),
        PlaceError::NotChargeable { amount, nearest } => not_possible(amount, &nearest, "charged"),
        PlaceError::AddressMissing => Problem::invalid("ship_to", "Say where the goods are to be sent."),
        PlaceError::ShippingMissing { seller, options } if options.is_empty() => {
            Problem::invalid(format!("shipping.{seller}"), "This seller does not deliver to that country.")
        }
        PlaceError::ShippingMissing { seller, options } => {
            let message = format!("Choose how this seller is to send the goods: {}.", options.join(", "));
            Problem::invalid(format!("shipping.{seller}"), message)
        }
        PlaceError::Price(error) => price_problem(error),
    }
}

/// The problem for an amount that the marketplace's payment provider cannot move, with the nearest amounts that it can.
pub fn not_possible(amount: Money, nearest: &[Money], how: &str) -> Problem {
    let told: Vec<_> = nearest.iter().map(Money::to_string).collect();
    let detail = format!(
        "The payment provider does not let {amount} be {how}. The nearest amounts that can are {}.",
        told.join(" and ")
    );
    Problem::conflict("amount_not_chargeable", detail).with(Member::Nearest, serde_json::json!(nearest))
}

/// Says why a cart has no price, and what to do about it.
pub fn price_problem(error: PriceError) -> Problem {
    match error {
        PriceError::Amount(error) => {
            Problem::conflict("amount_not_possible", format!("This cannot be charged: {error}. Take something out."))
        }
        PriceError::Coupon(error) => coupon_problem(error),
        PriceError::DoesNotDeliver { seller, option } => {
            let message = format!("`{option}` does not deliver to that country. Choose another one.");
            Problem::invalid(format!("shipping.{seller}"), message)
        }
        PriceError::TooHeavy { seller, option, grams } => {
            let message = format!("`{option}` cannot carry {grams} grams. Choose another one, or take something out.");
            Problem::invalid(format!("shipping.{seller}"), message)
        }
    }
}

fn coupon_problem(error: CouponError) -> Problem {
    match error {
        CouponError::Inactive => Problem::conflict("coupon_inactive", "This coupon is not valid any more."),
        CouponError::NotStarted => Problem::conflict("coupon_not_started", "This coupon is not valid yet."),
        CouponError::Ended => Problem::conflict("coupon_ended", "This coupon is not valid any more."),
        CouponError::UsedUp => Problem::conflict("coupon_used_up", "This coupon has been used up."),
        CouponError::UsedUpByBuyer => {
            Problem::conflict("coupon_used_up_by_you", "You have used this coupon as often as you can.")
        }
        CouponError::NotForThese => {
            Problem::conflict("coupon_not_for_these", "This coupon is not for anything in your cart.")
        }
        CouponError::OtherCurrency { currency } => {
            let detail = format!("This coupon is for goods in {currency} only. Buy without it, or with another one.");
            Problem::conflict("coupon_other_currency", detail).with(Member::Currency, currency.code())
        }
        CouponError::BelowMinimum { minimum } => {
            let detail = format!("This coupon needs goods for at least {minimum}. Add something, or buy without it.");
            Problem::conflict("coupon_below_minimum", detail).with(Member::Minimum, serde_json::json!(minimum))
        }
        CouponError::Money(error) => error.into(),
    }
}
