//! Carts and orders as the API shows them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{
    CheckoutId, ListingId, Money, OrderId, PaymentId, SellerId, Time, UserId, VariantId, order_number::OrderNumber,
};
use tradewind_orders::{
    Actor, Address, Funds, Order, OrderLine, Shipment, TimelineEntry,
    cart::{Availability, PricedLine},
    entities::OrderSummary,
    order_process::{OrderProcess, StateName, TransitionName},
};
use tradewind_pricing::{CouponCode, LinePrice, PriceTotals};

/// A cart at current prices.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CartView {
    /// The lines of the cart.
    lines: Vec<CartLineView>,
    /// The sum of the lines that can be bought now, to be sent as `expected_total` of a checkout. Absent if the lines that can be bought
    /// have prices in several currencies: a checkout has one currency, so remove the lines in all others first.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
    /// The same sums, one for each currency.
    totals: Vec<Money>,
}

/// A line of a cart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CartLineView {
    /// The listing.
    listing: ListingId,
    /// The variant of the listing.
    variant: VariantId,
    /// The number of units.
    quantity: u32,
    /// Whether the line can be bought now.
    availability: Availability,
    /// The number of units in stock. Below zero if units were sold beyond the stock and are still owed to buyers. `null` if the units are
    /// not counted.
    available: Option<i64>,
    /// The listing's title; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The variant's options.
    options: Vec<String>,
    /// The shop that sells it; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<SellerId>,
    /// The price of one unit; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_price: Option<Money>,
    /// The price of all units of the line; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
}

impl CartView {
    /// Builds a cart from priced lines.
    pub fn new(lines: Vec<PricedLine<'_>>, totals: Vec<Money>) -> Self {
        let line = |priced: PricedLine<'_>| CartLineView {
            listing: priced.line.listing.clone(),
            variant: priced.line.variant.clone(),
            quantity: priced.line.quantity,
            availability: priced.availability,
            available: priced.left,
            title: priced.offer.map(|(listing, _)| listing.title.clone()),
            options: priced.offer.map(|(_, variant)| variant.options.clone()).unwrap_or_default(),
            seller: priced.offer.map(|(listing, _)| listing.seller.clone()),
            unit_price: priced.offer.map(|(_, variant)| variant.price),
            total: priced.total,
        };
        let total = totals.first().copied().filter(|_| totals.len() == 1);
        Self { lines: lines.into_iter().map(line).collect(), total, totals }
    }
}

/// An order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderView {
    /// The order's id.
    id: OrderId,
    /// The number by which people refer to the order: `#1042` for 1042. Absent on orders that were placed before orders had numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<OrderNumber>,
    /// The checkout that it came from.
    checkout: CheckoutId,
    /// The payment that it is paid with.
    payment: PaymentId,
    /// The buyer.
    buyer: UserId,
    /// The shop that sells.
    seller: SellerId,
    /// The state of the order, in its process.
    status: StateName,
    /// The status in words that people can read.
    status_label: String,
    /// What has to happen next; absent if nothing has to.
    waits_for: Option<String>,
    /// Where the money is.
    funds: Funds,
    /// Whether the buyer's bank disputes the payment. While it does, the money stays where it is until the bank has decided.
    disputed: bool,
    /// The steps that the caller can take now.
    possible: Vec<TransitionName>,
    /// The lines of the order, as they were when it was placed.
    lines: Vec<OrderLineView>,
    /// How the goods are sent; absent if nothing is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping: Option<ShippingView>,
    /// The address to which the goods are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_to: Option<Address>,
    /// The coupon that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon: Option<CouponCode>,
    /// The price of the goods before any discount.
    goods: Money,
    /// The amount that the coupon takes off.
    discount: Money,
    /// The tax on goods and shipping.
    tax: Money,
    /// Whether `tax` is included in the prices, or was added to them.
    prices_include_tax: bool,
    /// What the buyer pays.
    total: Money,
    /// The amount that has been refunded to the buyer, or is being refunded.
    refunded: Money,
    /// The amount whose refund failed, and which the buyer is still owed; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_owed: Option<Money>,
    /// The marketplace's commission on the order; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<Money>,
    /// The tax on the fee; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_tax: Option<Money>,
    /// What the seller earns, provided that nothing is refunded and that the order's process does not leave the fee with the seller; not
    /// shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    earnings: Option<Money>,
    /// The buyer's note to the seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_note: Option<String>,
    /// The seller's own note; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller_note: Option<String>,
    /// The carrier and the tracking number, once shipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipment: Option<Shipment>,
    /// Every step that the order took, the first one first.
    timeline: Vec<TimelineEntry>,
    /// The version of the marketplace's process that the order follows.
    process: u32,
    /// When the order was placed.
    created_at: Time,
    /// When the order was last changed.
    updated_at: Time,
}

/// A line of an order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderLineView {
    #[serde(flatten)]
    line: OrderLine,
    /// The amount that the coupon takes off the line.
    discount: Money,
    /// The tax on the line.
    tax: Money,
    /// The rate of that tax, in hundredths of a per cent.
    tax_rate_basis_points: u16,
    /// What the buyer pays for the line.
    total: Money,
    /// How much of that has been refunded.
    refunded: Money,
}

/// The shipping of an order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShippingView {
    /// The name that the seller gave to this way of shipping.
    name: String,
    /// The tax on the shipping.
    tax: Money,
    /// What the buyer pays for the shipping.
    total: Money,
    /// How much of that has been refunded.
    refunded: Money,
}

impl OrderView {
    /// Shows an order to somebody who has these roles.
    pub fn new(order: &Order, process: &OrderProcess, viewers: &[Actor]) -> Self {
        let inside = viewers.iter().any(|by| matches!(by, Actor::Seller | Actor::Admin));
        let PriceTotals { goods, discount, tax_charged, total, .. } = order.price.totals;
        let split = order.shared(order.price.totals.split).unwrap_or(order.price.totals.split);
        let gone = order.gone_back();
        let refunded = |place: usize| gone.get(place).copied().unwrap_or(Money::zero(total.currency));
        let sum = gone.iter().fold(0, |sum, amount| i64::saturating_add(sum, amount.amount));
        let waits = process.state(&order.status).map(|state| state.waits_for.clone()).unwrap_or_default();
        let mut possible: Vec<TransitionName> = vec![];
        let steps = viewers.iter().flat_map(|by| process.possible(&order.status, *by));
        for rule in steps.filter(|rule| order.allows(rule)) {
            if !possible.contains(&rule.name) {
                possible.push(rule.name.clone());
            }
        }
        let line = |(place, (line, price)): (usize, (&OrderLine, &LinePrice))| OrderLineView {
            line: line.clone(),
            discount: price.discount,
            tax: price.tax_charged,
            tax_rate_basis_points: price.tax_rate_basis_points,
            total: price.total,
            refunded: refunded(place),
        };
        let sent = &order.price.shipping;
        let shipping = order.shipping.clone().map(|name| ShippingView {
            name,
            tax: sent.tax_charged,
            total: sent.total,
            refunded: refunded(order.lines.len()),
        });
        Self {
            id: order.id.clone(),
            number: order.number,
            checkout: order.checkout.clone(),
            payment: order.payment.clone(),
            buyer: order.buyer.clone(),
            seller: order.seller.clone(),
            status: order.status.clone(),
            status_label: process.label(&order.status).to_owned(),
            waits_for: if order.stopped {
                None
            } else if order.is_disputed() {
                Some("The buyer's bank disputes the payment and decides about the money.".to_owned())
            } else if viewers.contains(&Actor::Seller) {
                waits.seller
            } else {
                waits.buyer
            },
            funds: order.funds,
            disputed: order.is_disputed(),
            possible,
            lines: order.lines.iter().zip(&order.price.lines).enumerate().map(line).collect(),
            shipping,
            ship_to: order.ship_to.clone(),
            coupon: order.coupon.clone(),
            goods,
            discount,
            tax: tax_charged,
            prices_include_tax: order.price.prices_include_tax,
            total,
            // Money that arrived too late never counted as the order's, so its refund does not count as the order's either.
            refunded: Money::new(sum.saturating_sub(order.still_owed()).max(0), total.currency),
            refund_owed: (order.still_owed() > 0).then(|| Money::new(order.still_owed(), total.currency)),
            fee: inside.then_some(split.commission),
            fee_tax: inside.then_some(split.commission_tax),
            earnings: inside.then_some(split.seller),
            buyer_note: order.buyer_note.clone(),
            seller_note: order.seller_note.clone().filter(|_| inside),
            shipment: order.shipment.clone(),
            timeline: order.timeline.clone(),
            process: order.process,
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

/// The summary of an order, as lists show it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderSummaryView {
    /// The order's id.
    id: OrderId,
    /// The number by which people refer to the order: `#1042` for 1042. Absent on orders that were placed before orders had numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<OrderNumber>,
    /// The buyer.
    buyer: UserId,
    /// The shop that sells.
    seller: SellerId,
    /// The state of the order, in its process.
    status: StateName,
    /// What the buyer pays.
    total: Money,
    /// The title of the first line.
    title: String,
    /// The number of lines.
    lines: u32,
    /// When the order was placed.
    created_at: Time,
}

impl From<OrderSummary> for OrderSummaryView {
    fn from(summary: OrderSummary) -> Self {
        let OrderSummary { id, number, buyer, seller, status, total, title, lines, created_at } = summary;
        Self { id, number, buyer, seller, status, total, title, lines, created_at }
    }
}
