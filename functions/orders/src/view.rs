//! Carts and orders as people see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_kernel::{
    CheckoutId, ListingId, Money, OrderId, PaymentId, SellerId, Time, UserId, VariantId, order_number::OrderNumber,
};
use tradewind_orders::{
    Actor, Address, Funds, Order, OrderLine, Shipment, TimelineEntry,
    cart::{Availability, PricedLine},
    entities::OrderCard,
    order_process::{OrderProcess, StateName, TransitionName},
};
use tradewind_pricing::{CouponCode, LinePrice, PriceTotals};

/// A cart at the prices of now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CartView {
    /// What is in it.
    lines: Vec<CartLineView>,
    /// The sum of the lines that can be bought now: `expected_total` of a checkout. Absent if what is for sale has prices in several
    /// currencies: a checkout is in one, so take out the lines of all others.
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
    /// The variant of it.
    variant: VariantId,
    /// How many units.
    quantity: u32,
    /// Whether it can be bought now.
    availability: Availability,
    /// Units that there are; below zero, so many are owed of what is sold beyond zero. `null` if they are not counted.
    available: Option<i64>,
    /// The listing's title; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The variant's options.
    options: Vec<String>,
    /// Who sells it; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<SellerId>,
    /// What one costs; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_price: Option<Money>,
    /// What they cost together; absent if it is not for sale.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Money>,
}

impl CartView {
    /// A cart of these lines.
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
    /// What people call it: `#1042` for 1042. Orders of older versions have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<OrderNumber>,
    /// The checkout that it came from.
    checkout: CheckoutId,
    /// The payment that it is paid with.
    payment: PaymentId,
    /// Who buys.
    buyer: UserId,
    /// The shop that sells.
    seller: SellerId,
    /// The state that it is in, of its process.
    status: StateName,
    /// The status in plain words.
    status_label: String,
    /// What is awaited, if something is.
    waits_for: Option<String>,
    /// Where the money is.
    funds: Funds,
    /// Whether the buyer's bank disputes the payment; its money stays where it is until the bank decides.
    disputed: bool,
    /// The steps that the viewer can take now.
    possible: Vec<TransitionName>,
    /// What was bought, as it was then.
    lines: Vec<OrderLineView>,
    /// How it is sent; absent if nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping: Option<ShippingView>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    ship_to: Option<Address>,
    /// The coupon that was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    coupon: Option<CouponCode>,
    /// The goods before discount.
    goods: Money,
    /// What the coupon takes off.
    discount: Money,
    /// The tax on goods and shipping.
    tax: Money,
    /// Whether `tax` is in the prices, or came on top of them.
    prices_include_tax: bool,
    /// What the buyer pays.
    total: Money,
    /// What has gone back to the buyer, or is on its way.
    refunded: Money,
    /// What could not be sent back, and is still owed to the buyer; absent if nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_owed: Option<Money>,
    /// What the marketplace keeps of it; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<Money>,
    /// The tax on the fee; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee_tax: Option<Money>,
    /// What the seller earns, if nothing is refunded, and unless the order's process leaves the fee with them; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    earnings: Option<Money>,
    /// What the buyer wants the seller to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    buyer_note: Option<String>,
    /// What the seller wants to remember; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    seller_note: Option<String>,
    /// How it travels, once shipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipment: Option<Shipment>,
    /// Every step it took, the first one first.
    timeline: Vec<TimelineEntry>,
    /// The version of the marketplace's process that it follows.
    process: u32,
    /// When it was placed.
    created_at: Time,
    /// When it was last changed.
    updated_at: Time,
}

/// A line of an order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderLineView {
    #[serde(flatten)]
    line: OrderLine,
    /// What the coupon takes off.
    discount: Money,
    /// The tax on the line.
    tax: Money,
    /// The rate of that tax, in hundredths of a per cent.
    tax_rate_basis_points: u16,
    /// What the buyer pays for it.
    total: Money,
    /// What has gone back of that.
    refunded: Money,
}

/// The shipping of an order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShippingView {
    /// How the goods are sent, as the seller calls it.
    name: String,
    /// The tax on sending.
    tax: Money,
    /// What the buyer pays for it.
    total: Money,
    /// What has gone back of that.
    refunded: Money,
}

impl OrderView {
    /// An order, as it is shown to somebody in these roles.
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
            // What was paid too late was never the order's.
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

/// An order on a page of many.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderCardView {
    /// The order's id.
    id: OrderId,
    /// What people call it: `#1042` for 1042. Orders of older versions have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<OrderNumber>,
    /// Who buys.
    buyer: UserId,
    /// The shop that sells.
    seller: SellerId,
    /// The state that it is in, of its process.
    status: StateName,
    /// What the buyer pays.
    total: Money,
    /// The first line's title.
    title: String,
    /// How many lines there are.
    lines: u32,
    /// When it was placed.
    created_at: Time,
}

impl From<OrderCard> for OrderCardView {
    fn from(card: OrderCard) -> Self {
        let OrderCard { id, number, buyer, seller, status, total, title, lines, created_at } = card;
        Self { id, number, buyer, seller, status, total, title, lines, created_at }
    }
}
