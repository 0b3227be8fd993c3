//! Carts and orders as people see them.

use schemars::JsonSchema;
use serde::Serialize;
use tradewind_domain::{
    CheckoutId, ListingId, Money, OrderId, PaymentId, SellerId, Time, UserId, VariantId,
    cart::{Availability, PricedLine},
    money::MoneyError,
    order::{Actor, Order, OrderLine, OrderStatus, Shipment, TimelineEntry},
};
use tradewind_storage::entities::OrderCard;

/// A cart at the prices of now.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CartView {
    lines: Vec<CartLineView>,
    /// The sum of the lines that can be bought now: `expected_total` of a checkout.
    total: Money,
}

/// A line of a cart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CartLineView {
    listing: ListingId,
    variant: VariantId,
    quantity: u32,
    /// Whether it can be bought now.
    availability: Availability,
    /// Units that can be bought now.
    available: u32,
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
    pub fn new(lines: Vec<PricedLine<'_>>, total: Money) -> Self {
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
        Self { lines: lines.into_iter().map(line).collect(), total }
    }
}

/// An order.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderView {
    id: OrderId,
    checkout: CheckoutId,
    payment: PaymentId,
    buyer: UserId,
    seller: SellerId,
    status: OrderStatus,
    /// What was bought, as it was then.
    lines: Vec<OrderLine>,
    /// What the buyer pays.
    total: Money,
    /// What the marketplace keeps of it; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    fee: Option<Money>,
    /// What the seller earns; not shown to the buyer.
    #[serde(skip_serializing_if = "Option::is_none")]
    earnings: Option<Money>,
    /// How it travels, once shipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    shipment: Option<Shipment>,
    /// Every step it took, the first one first.
    timeline: Vec<TimelineEntry>,
    created_at: Time,
    updated_at: Time,
}

impl OrderView {
    /// An order, as it is shown to somebody in these roles.
    pub fn new(order: &Order, viewers: &[Actor]) -> Result<Self, MoneyError> {
        let inside = viewers.iter().any(|by| matches!(by, Actor::Seller | Actor::Admin));
        Ok(Self {
            id: order.id.clone(),
            checkout: order.checkout.clone(),
            payment: order.payment.clone(),
            buyer: order.buyer.clone(),
            seller: order.seller.clone(),
            status: order.status,
            lines: order.lines.clone(),
            total: order.total,
            fee: inside.then_some(order.fee),
            earnings: inside.then(|| order.earnings()).transpose()?,
            shipment: order.shipment.clone(),
            timeline: order.timeline.clone(),
            created_at: order.created_at,
            updated_at: order.updated_at,
        })
    }
}

/// An order on a page of many.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OrderCardView {
    id: OrderId,
    buyer: UserId,
    seller: SellerId,
    status: OrderStatus,
    /// What the buyer pays.
    total: Money,
    /// The first line's title.
    title: String,
    /// How many lines there are.
    lines: u32,
    created_at: Time,
}

impl From<OrderCard> for OrderCardView {
    fn from(card: OrderCard) -> Self {
        let OrderCard { id, buyer, seller, status, total, title, lines, created_at } = card;
        Self { id, buyer, seller, status, total, title, lines, created_at }
    }
}
