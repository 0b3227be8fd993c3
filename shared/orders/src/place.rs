//! Placing orders: how a cart becomes orders at current prices.

use super::{Actor, Address, Funds, MOST_SELLERS, Order, OrderLine, TimelineEntry};
use crate::{
    cart::{Cart, CartLine, LineError, offer},
    order_process::OrderProcess,
};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_catalog::listing::{Listing, Variant};
use tradewind_kernel::{
    CheckoutId, Currency, ListingId, Money, OrderId, PaymentId, SellerId, Time, UserId, order_number::OrderNumber,
};
use tradewind_payments::{Payment, PaymentStatus};
use tradewind_pricing::{
    Basket, BasketLine, CheckoutPrice, Country, CouponUse, PriceError, ShippingOption, Terms, UsedCoupon, price,
};
use tradewind_sellers::Seller;
use tradewind_tenancy::Marketplace;

/// The buyer's choices besides the goods.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices<'a> {
    /// The address to which goods are sent.
    pub ship_to: Option<&'a Address>,
    /// The id of the chosen shipping option, for each seller who has some.
    pub shipping: Option<&'a BTreeMap<SellerId, String>>,
    /// The buyer's country, in which goods that are not sent count as sold.
    pub buyer_in: Option<&'a Country>,
    /// The coupon that the buyer entered.
    pub coupon: Option<CouponUse<'a>>,
    /// The buyer's note to the sellers.
    pub note: Option<&'a str>,
}

/// The inputs of a purchase.
#[derive(Debug, Clone, Copy)]
pub struct Placing<'a> {
    /// The buyer's cart.
    pub cart: &'a Cart,
    /// The listings of its lines.
    pub listings: &'a [Listing],
    /// The sellers of the listings.
    pub sellers: &'a [Seller],
    /// The marketplace, whose current rules apply.
    pub marketplace: &'a Marketplace,
    /// The version of its process that the orders will follow.
    pub process: &'a OrderProcess,
    /// The buyer.
    pub buyer: &'a UserId,
    /// The buyer's own shop, from which they cannot buy.
    pub buyers_shop: Option<&'a SellerId>,
    /// The buyer's choices.
    pub choices: Choices<'a>,
    /// The current moment.
    pub now: Time,
}

/// Why a cart cannot be bought.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The cart has no lines.
    #[error("the cart is empty")]
    EmptyCart,
    /// A listing does not exist any more, is not published, or has no such variant.
    #[error("listing {0} is not for sale any more")]
    NotForSale(ListingId),
    /// Buyer and seller are the same person.
    #[error("listing {0} is your own")]
    OwnListing(ListingId),
    /// The cart has too many sellers for one transaction.
    #[error("a checkout takes at most {MOST_SELLERS} sellers")]
    TooManySellers,
    /// The goods are priced in several currencies, and nothing is converted.
    #[error("a checkout is in one currency, and the cart has several")]
    MixedCurrencies(Vec<Currency>),
    /// A seller sends goods, and no address was given.
    #[error("an address is needed")]
    AddressMissing,
    /// There are taxes, and the country of the sale is not known.
    #[error("the buyer's country is needed")]
    CountryMissing,
    /// The payment provider cannot process the total, or refund one of the orders.
    #[error("{amount} cannot be charged")]
    NotChargeable {
        /// The amount that cannot be processed.
        amount: Money,
        /// The nearest amounts that can be processed.
        nearest: Vec<Money>,
    },
    /// A seller sends goods, and no shipping option was chosen, or one that they do not offer.
    #[error("a way of shipping of {seller} must be chosen")]
    ShippingMissing {
        /// The seller of the goods.
        seller: SellerId,
        /// The ids of the shipping options that the seller offers there.
        options: Vec<String>,
    },
    /// A seller sends goods, but none that are priced in this currency.
    #[error("{seller} sends no goods that are priced in {currency}")]
    NotSentIn {
        /// The seller of the goods.
        seller: SellerId,
        /// The currency of the cart.
        currency: Currency,
    },
    /// The checkout cannot be priced.
    #[error(transparent)]
    Price(#[from] PriceError),
}

/// The new ids that a checkout needs.
pub struct NewIds<'a> {
    /// The id of the purchase.
    pub checkout: CheckoutId,
    /// The id of its payment.
    pub payment: PaymentId,
    /// Makes an id for each seller's order.
    pub order: &'a mut dyn FnMut() -> OrderId,
}

/// A cart turned into orders.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The orders, one for each seller.
    pub orders: Vec<Order>,
    /// The payment for all of them.
    pub payment: Payment,
}

impl Placed {
    /// Gives the orders consecutive numbers of a shard, beginning with this one.
    pub fn number(&mut self, first: OrderNumber) {
        self.payment.number = Some(first);
        for (place, order) in self.orders.iter_mut().enumerate() {
            order.number = Some(first.beside(place));
        }
    }
}

/// The lines of one seller in a cart.
#[derive(Debug, Clone)]
pub struct OfSeller<'a> {
    /// The seller of the lines.
    pub seller: &'a Seller,
    /// The lines, each with its listing and variant.
    pub lines: Vec<(&'a CartLine, &'a Listing, &'a Variant)>,
    /// The currency of all lines of all sellers.
    pub currency: Currency,
    /// The shipping option that was chosen.
    pub chosen: Option<&'a ShippingOption>,
}

impl<'a> OfSeller<'a> {
    /// The seller's shipping options for goods in this currency.
    pub fn options(&self) -> impl Iterator<Item = &'a ShippingOption> + use<'a> {
        let (seller, currency) = (self.seller, self.currency);
        seller.shipping.iter().filter(move |option| option.currency() == Some(currency))
    }
}

/// The total weight of the lines in grams.
pub fn weight(lines: &[(&CartLine, &Listing, &Variant)]) -> u64 {
    lines.iter().fold(0, |grams, (line, _, variant)| {
        grams.saturating_add(u64::from(variant.weight_grams).saturating_mul(u64::from(line.quantity)))
    })
}

/// Groups the lines of the cart by seller, with the shipping option that was chosen, if one was. All must be in one currency.
pub fn baskets<'a>(placing: &Placing<'a>) -> Result<Vec<OfSeller<'a>>, PlaceError> {
    let mut by_seller: BTreeMap<&SellerId, Vec<_>> = BTreeMap::new();
    let sold_in = placing.marketplace.sells_in();
    let mut currencies = BTreeSet::new();
    for line in &placing.cart.lines {
        let (listing, variant) =
            offer(line, placing.listings, &sold_in, placing.buyers_shop).map_err(|error| match error {
                LineError::NoListing | LineError::NoVariant => PlaceError::NotForSale(line.listing.clone()),
                LineError::Own => PlaceError::OwnListing(line.listing.clone()),
            })?;
        currencies.insert(variant.price.currency);
        by_seller.entry(&listing.seller).or_default().push((line, listing, variant));
    }
    match by_seller.len() {
        0 => return Err(PlaceError::EmptyCart),
        1..=MOST_SELLERS => {}
        _ => return Err(PlaceError::TooManySellers),
    }
    let mut all = currencies.iter().copied();
    let (Some(currency), None) = (all.next(), all.next()) else {
        return Err(PlaceError::MixedCurrencies(currencies.into_iter().collect()));
    };
    let choice = |seller: &Seller| placing.choices.shipping.and_then(|chosen| chosen.get(&seller.id));
    by_seller
        .into_iter()
        .map(|(id, lines)| {
            let gone = || PlaceError::NotForSale(lines.first().map_or_else(nothing, |(line, ..)| line.listing.clone()));
            let seller = placing.sellers.iter().find(|seller| seller.id == *id).ok_or_else(gone)?;
            let basket = OfSeller { seller, lines, currency, chosen: None };
            let chosen = choice(seller).and_then(|wanted| basket.options().find(|option| option.id == *wanted));
            Ok(OfSeller { chosen, ..basket })
        })
        .collect()
}

fn nothing() -> ListingId {
    <ListingId as tradewind_kernel::Id>::from_ulid("00000000000000000000000000")
}

impl<'a> Placing<'a> {
    /// Prices the baskets.
    pub fn price(&self, baskets: &[OfSeller<'a>]) -> Result<CheckoutPrice, PriceError> {
        let terms = Terms {
            // The currency of an empty cart does not matter, because there are no amounts in it.
            currency: baskets.first().map_or(self.marketplace.currency, |of| of.currency),
            country: self.choices.ship_to.map(|address| &address.country),
            buyer_in: self.choices.buyer_in,
            taxes: &self.marketplace.taxes,
            commissions: &self.marketplace.commission,
            coupon: self.choices.coupon,
        };
        let basket = |of: &OfSeller<'a>| Basket {
            seller: &of.seller.id,
            lines: of.lines.iter().map(|(line, listing, variant)| basket_line(line, listing, variant)).collect(),
            shipping: of.chosen,
            commission: of.seller.commission.as_ref(),
        };
        price(&terms, &baskets.iter().map(basket).collect::<Vec<_>>())
    }

    /// Whether it is known in which country everything counts as sold, as far as there are taxes.
    pub fn country_known(&self) -> bool {
        let taxes = &self.marketplace.taxes;
        let known = self.choices.ship_to.is_some() || self.choices.buyer_in.is_some();
        known || taxes.default_country.is_some() || !taxes.need_country()
    }

    /// Checks that the provider can charge the total, and can send back the money of each order.
    pub fn check_total(&self, total: Money, orders: impl IntoIterator<Item = Money>) -> Result<(), PlaceError> {
        let provider = self.marketplace.payment_provider;
        provider.chargeable(total).map_err(|nearest| PlaceError::NotChargeable { amount: total, nearest })?;
        for amount in orders {
            let nearest = provider.sendable(amount);
            nearest.map_err(|nearest| PlaceError::NotChargeable { amount, nearest: nearest.into() })?;
        }
        Ok(())
    }

    /// A seller who sends goods must know the address and the shipping option.
    fn check_shipping(&self, of: &OfSeller<'_>) -> Result<(), PlaceError> {
        let country = self.choices.ship_to.map(|address| &address.country);
        match (of.seller.shipping.is_empty(), country, of.chosen) {
            (true, _, _) | (false, Some(_), Some(_)) => Ok(()),
            (false, None, _) => Err(PlaceError::AddressMissing),
            (false, Some(_), None) => {
                let seller = of.seller.id.clone();
                if of.options().next().is_none() {
                    return Err(PlaceError::NotSentIn { seller, currency: of.currency });
                }
                let there = of.options().filter(|option| option.delivers_to(country));
                let options = there.map(|option| option.id.clone()).collect();
                Err(PlaceError::ShippingMissing { seller, options })
            }
        }
    }
}

fn basket_line<'a>(line: &CartLine, listing: &'a Listing, variant: &Variant) -> BasketLine<'a> {
    BasketLine {
        unit_price: variant.price,
        quantity: line.quantity,
        category: listing.category.as_ref(),
        weight_grams: variant.weight_grams,
    }
}

/// Turns a cart into an order for each seller, at current prices.
pub fn place(placing: &Placing<'_>, ids: NewIds<'_>) -> Result<Placed, PlaceError> {
    let baskets = baskets(placing)?;
    baskets.iter().try_for_each(|of| placing.check_shipping(of))?;
    if !placing.country_known() {
        return Err(PlaceError::CountryMissing);
    }
    let CheckoutPrice { baskets: prices, totals } = placing.price(&baskets)?;
    placing.check_total(totals.total, prices.iter().map(|price| price.totals.total))?;
    let Placing { marketplace, process, buyer, choices, now, .. } = *placing;
    let mut orders = Vec::with_capacity(baskets.len());
    for (of, price) in baskets.iter().zip(prices) {
        let sent = of.chosen.is_some();
        orders.push(Order {
            id: (ids.order)(),
            number: None,
            checkout: ids.checkout.clone(),
            payment: ids.payment.clone(),
            buyer: buyer.clone(),
            seller: of.seller.id.clone(),
            lines: of.lines.iter().map(|(line, listing, variant)| order_line(line, listing, variant)).collect(),
            price: price.into(),
            shipping: of.chosen.map(|option| option.name.clone()),
            ship_to: choices.ship_to.filter(|_| sent).cloned(),
            buyer_in: choices.buyer_in.cloned(),
            coupon: choices
                .coupon
                .filter(|used| used.coupon.is_for(&of.seller.id))
                .map(|used| used.coupon.code.clone()),
            process: marketplace.process,
            status: process.initial.clone(),
            entered_at: now,
            funds: Funds::Awaited,
            refunded: vec![],
            refunded_units: vec![],
            disputes: vec![],
            disputed_of_old: false,
            bank_gave: 0,
            bank_ahead: 0,
            unsent: 0,
            given_up: false,
            fee_waived: false,
            stopped: false,
            restocked: vec![],
            taken: vec![],
            buyer_note: choices.note.map(str::to_owned),
            seller_note: None,
            shipment: None,
            timeline: vec![TimelineEntry {
                status: process.initial.clone(),
                by: Actor::Buyer,
                at: now,
                note: "The order was placed; its stock is kept until it is paid.".into(),
            }],
            created_at: now,
            updated_at: now,
            version: 1,
        });
    }
    let payment = Payment {
        id: ids.payment,
        checkout: ids.checkout,
        buyer: buyer.clone(),
        orders: orders.iter().map(|order| order.id.clone()).collect(),
        number: None,
        amount: totals.total,
        coupon: choices.coupon.map(|used| UsedCoupon {
            code: used.coupon.code.clone(),
            per_buyer: used.coupon.limit_per_buyer.is_some(),
            orders: u32::try_from(orders.iter().filter(|order| order.coupon.is_some()).count()).unwrap_or(u32::MAX),
            returns: used.coupon.returns,
        }),
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: now.after(process.reservation()),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    Ok(Placed { orders, payment })
}

fn order_line(line: &CartLine, listing: &Listing, variant: &Variant) -> OrderLine {
    OrderLine {
        listing: listing.id.clone(),
        variant: variant.id.clone(),
        title: listing.title.clone(),
        options: variant.options.clone(),
        sku: variant.sku.clone(),
        quantity: line.quantity,
        unit_price: variant.price,
        category: listing.category.clone(),
    }
}
