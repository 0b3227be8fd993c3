//! `POST /v1/checkout-quotes`: what the cart would cost, and the ways in which each seller can ship it. Nothing is bought or stored.

use crate::checkouts::placing::{COUPON_CODES, Choice, Loaded};
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tradewind_kernel::{Explain, ListingId, Money, SellerId, VariantId};
use tradewind_lambda::{App, Endpoint, Grant, Problem, Reply, Request, User};
use tradewind_orders::{Address, OfSeller, PlaceError, Placing};
use tradewind_pricing::{BasketPrice, Country, CouponCode, CouponError, LinePrice, PriceError, PriceTotals};

pub const ENDPOINT: Endpoint =
    Endpoint::post("orders-checkout-quotes-create", "/v1/checkout-quotes", "Says what the cart would cost.")
        .refusals(&[PlaceError::CODES, PriceError::CODES, CouponError::CODES, COUPON_CODES])
        .grants(&[Grant::MainRead, Grant::EphemeralRead]);

/// The choices for which a price is wanted. Whatever is not chosen yet is left out of the total.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    /// The address to which the goods would be sent. Taxes and ways of shipping depend on its country.
    #[serde(default)]
    #[garde(dive)]
    ship_to: Option<Address>,
    /// The buyer's country, in which goods that are not shipped are taxed. Required once the marketplace has tax rates and no default
    /// country, unless `ship_to` is given.
    #[serde(default)]
    #[garde(skip)]
    billing_country: Option<Country>,
    /// For each seller who ships goods, the id of one of their shipping options.
    #[serde(default)]
    #[garde(skip)]
    #[schemars(with = "BTreeMap<SellerId, tradewind_pricing::ShippingOptionId>", extend("maxProperties" = 20))]
    shipping: BTreeMap<SellerId, String>,
    /// The code of a coupon.
    #[serde(default)]
    #[garde(skip)]
    coupon: Option<CouponCode>,
}

/// What the cart would cost.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuoteView {
    /// What would be bought, seller by seller.
    sellers: Vec<QuotedSeller>,
    /// Whether `tax` is included in the prices, or is added to them.
    prices_include_tax: bool,
    /// The price of the goods before any discount.
    goods: Money,
    /// The amount that the coupon takes off.
    discount: Money,
    /// The price of shipping.
    shipping: Money,
    /// The sum of all taxes.
    tax: Money,
    /// What the buyer would pay, to be sent as `expected_total` of the checkout.
    total: Money,
    /// Whether a checkout with these choices would succeed, as far as the choices alone decide.
    complete: bool,
}

/// What would be bought of one seller.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuotedSeller {
    /// The shop.
    seller: SellerId,
    /// The shop's name.
    name: String,
    /// The lines of this shop's goods.
    lines: Vec<QuotedLine>,
    /// The ways in which the seller ships these goods to that country, in the currency of the goods. Empty if nothing has to be shipped.
    /// Also empty if the seller does not ship there or not in that currency; then the quote is not `complete`.
    shipping_options: Vec<QuotedOption>,
    /// What the order to this shop would cost.
    total: Money,
}

/// A line of the quote.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuotedLine {
    /// The listing.
    listing: ListingId,
    /// The variant of the listing.
    variant: VariantId,
    /// The number of units.
    quantity: u32,
    /// The price of the units before any discount.
    goods: Money,
    /// The amount that the coupon takes off the line.
    discount: Money,
    /// The tax on the line.
    tax: Money,
    /// What the line costs.
    total: Money,
}

/// A way of shipping.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuotedOption {
    /// The id by which the checkout chooses it.
    id: String,
    /// The name that buyers see.
    name: String,
    /// The price for shipping these goods, before tax that is added to prices.
    price: Money,
    /// Whether the request chose this option.
    chosen: bool,
}

pub async fn handle(app: App, request: Request<User, Option<Quote>>) -> Result<Reply<QuoteView>, Problem> {
    let Quote { ship_to, billing_country, shipping, coupon } = request.body.clone().unwrap_or_default();
    let loaded =
        Loaded::load(&app, &request, Choice { ship_to, buyer_in: billing_country, shipping, coupon, note: None })
            .await?;
    let placing = loaded.placing(&request);
    let baskets = tradewind_orders::baskets(&placing)?;
    let price = placing.price(&baskets)?;
    let totals: Vec<_> = price.baskets.iter().map(|basket| basket.totals.total).collect();
    let sellers: Vec<_> = baskets
        .iter()
        .zip(price.baskets)
        .map(|(of, price)| quoted(&placing, of, price))
        .collect::<Result<_, Problem>>()?;
    let PriceTotals { goods, discount, shipping, tax_charged, total, split: _ } = price.totals;
    placing.check_total(total, totals)?;
    Ok(Reply::new(QuoteView {
        complete: placing.country_known()
            && baskets.iter().all(|of| of.seller.shipping.is_empty() || of.chosen.is_some()),
        sellers,
        prices_include_tax: request.marketplace().taxes.prices_include_tax,
        goods,
        discount,
        shipping,
        tax: tax_charged,
        total,
    }))
}

fn quoted(placing: &Placing<'_>, of: &OfSeller<'_>, price: BasketPrice) -> Result<QuotedSeller, Problem> {
    let country = placing.choices.ship_to.map(|address| &address.country);
    let (goods, grams) = (price.totals.goods.minus(price.totals.discount)?, tradewind_orders::weight(&of.lines));
    let mut shipping_options = vec![];
    for option in of.options() {
        if let Some(price) = option.quote(goods, grams, country)? {
            let chosen = of.chosen.is_some_and(|chosen| chosen.id == option.id);
            shipping_options.push(QuotedOption { id: option.id.clone(), name: option.name.clone(), price, chosen });
        }
    }
    let line = |((line, ..), price): (&(&tradewind_orders::cart::CartLine, _, _), &LinePrice)| QuotedLine {
        listing: line.listing.clone(),
        variant: line.variant.clone(),
        quantity: line.quantity,
        goods: price.goods,
        discount: price.discount,
        tax: price.tax_charged,
        total: price.total,
    };
    Ok(QuotedSeller {
        seller: of.seller.id.clone(),
        name: of.seller.name.clone(),
        lines: of.lines.iter().zip(&price.lines).map(line).collect(),
        shipping_options,
        total: price.totals.total,
    })
}
