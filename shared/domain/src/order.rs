//! Orders: how a cart becomes one, and who may move it where.
//!
//! The process is data ([`TRANSITIONS`]): each row says from where, to where, by whom, and what it does to the money. A state
//! that no row leaves is final, and in every final state an order's escrow is zero.

use crate::{
    CheckoutId, ListingId, MarketplaceId, Money, OrderId, PaymentId, SellerId, Time, UserId, VariantId,
    cart::{Cart, LineError, offer},
    listing::Listing,
    marketplace::Marketplace,
    money::{LARGEST, MoneyError},
    payment::{Payment, PaymentStatus},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// How long stock is kept for an order that is not paid.
pub const RESERVATION: Duration = Duration::from_secs(15 * 60);
/// How long after shipping an order completes by itself, if the buyer says nothing.
pub const AUTO_COMPLETE: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// Most sellers in one checkout; see [`crate::cart::MOST_LINES`] for why there is a limit.
pub const MOST_SELLERS: usize = 10;

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Stock is reserved, money is awaited.
    PendingPayment,
    /// Not paid in time; the stock is back.
    Expired,
    /// The provider captured the money.
    Paid,
    /// The seller has seen it.
    Accepted,
    /// It is on its way.
    Shipped,
    /// The buyer has it.
    Delivered,
    /// The seller has earned it.
    Completed,
    /// Called off; what was paid goes back.
    Cancelled,
}

/// A step of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// The payment was captured.
    Pay,
    /// The payment did not come in time.
    Expire,
    /// The seller takes the order on.
    Accept,
    /// The seller hands it to a carrier.
    Ship,
    /// It arrived.
    Deliver,
    /// It is done.
    Complete,
    /// It is called off.
    Cancel,
}

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The order's buyer.
    Buyer,
    /// The order's seller.
    Seller,
    /// An administrator of the marketplace.
    Admin,
    /// The passing of time.
    Timer,
    /// The payment provider.
    Provider,
}

/// What a step does to money and stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// Reserved units become sold ones. (The money was booked with the payment, which may pay several orders.)
    Sell,
    /// Reserved units become available ones.
    Unreserve,
    /// Escrow becomes the seller's and the marketplace's.
    Release,
    /// Escrow goes back to the buyer, sold units become available.
    Refund,
}

/// A row of the process.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The step.
    pub transition: Transition,
    /// Where it can be taken.
    pub from: &'static [OrderStatus],
    /// Where it leads.
    pub to: OrderStatus,
    /// Who may take it.
    pub by: &'static [Actor],
    /// What it does.
    pub effect: Effect,
}

/// The process.
pub const TRANSITIONS: &[Rule] = {
    use {Actor::*, OrderStatus::*, Transition::*};
    &[
        Rule { transition: Pay, from: &[PendingPayment], to: Paid, by: &[Provider], effect: Effect::Sell },
        Rule { transition: Expire, from: &[PendingPayment], to: Expired, by: &[Timer], effect: Effect::Unreserve },
        Rule { transition: Accept, from: &[Paid], to: Accepted, by: &[Seller, Admin], effect: Effect::None },
        Rule { transition: Ship, from: &[Paid, Accepted], to: Shipped, by: &[Seller, Admin], effect: Effect::None },
        Rule {
            transition: Deliver,
            from: &[Shipped],
            to: Delivered,
            by: &[Buyer, Seller, Admin],
            effect: Effect::None,
        },
        Rule {
            transition: Complete,
            from: &[Shipped, Delivered],
            to: Completed,
            by: &[Buyer, Admin, Timer],
            effect: Effect::Release,
        },
        Rule {
            transition: Cancel,
            from: &[Paid, Accepted],
            to: Cancelled,
            by: &[Buyer, Seller, Admin],
            effect: Effect::Refund,
        },
        Rule {
            transition: Cancel,
            from: &[PendingPayment],
            to: Cancelled,
            by: &[Buyer, Admin],
            effect: Effect::Unreserve,
        },
    ]
};

/// What one buyer buys of one seller at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// The purchase it is part of.
    pub checkout: CheckoutId,
    /// What pays for it.
    pub payment: PaymentId,
    /// Who buys.
    pub buyer: UserId,
    /// Who sells.
    pub seller: SellerId,
    /// What is bought, as it was when it was bought.
    pub lines: Vec<OrderLine>,
    /// What the buyer pays.
    pub total: Money,
    /// What the marketplace keeps of it, fixed when the order was placed.
    pub fee: Money,
    /// Where it is.
    pub status: OrderStatus,
    /// How it travels, once shipped.
    pub shipment: Option<Shipment>,
    /// Every step it took.
    pub timeline: Vec<TimelineEntry>,
    /// When it was placed.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// Counts the changes, for `ETag`.
    pub version: u64,
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLine {
    /// The listing.
    pub listing: ListingId,
    /// The variant.
    pub variant: VariantId,
    /// The listing's title when it was sold.
    pub title: String,
    /// The variant's options when it was sold.
    pub options: Vec<String>,
    /// The seller's number for it.
    pub sku: Option<String>,
    /// How many.
    pub quantity: u32,
    /// What one cost.
    pub unit_price: Money,
    /// What they cost together.
    pub total: Money,
}

/// How an order travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shipment {
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking: String,
}

/// A step that an order took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineEntry {
    /// Where it was then.
    pub status: OrderStatus,
    /// Who did it.
    pub by: Actor,
    /// When.
    pub at: Time,
    /// What happened, in a sentence.
    pub note: String,
}

/// Why a cart cannot be bought.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Nothing is in it.
    #[error("the cart is empty")]
    EmptyCart,
    /// A listing is gone, not published, or has no such variant.
    #[error("listing {0} is not for sale any more")]
    NotForSale(ListingId),
    /// Buyer and seller are one person.
    #[error("listing {0} is your own")]
    OwnListing(ListingId),
    /// Too many sellers for one transaction.
    #[error("a checkout takes at most {MOST_SELLERS} sellers")]
    TooManySellers,
    /// An amount does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The process has no such step from where the order is.
    #[error("an order cannot {transition:?} while it is {status:?}")]
    NotFromHere {
        /// The step.
        transition: Transition,
        /// Where the order is.
        status: OrderStatus,
    },
    /// Somebody else takes this step.
    #[error("this step is not yours to take")]
    NotYours,
    /// The parcel has no carrier.
    #[error("shipping needs a shipment")]
    NoShipment,
}

/// The new ids that a checkout needs.
pub struct NewIds<'a> {
    /// The purchase.
    pub checkout: CheckoutId,
    /// Its payment.
    pub payment: PaymentId,
    /// One for each seller's order.
    pub order: &'a mut dyn FnMut() -> OrderId,
}

/// A cart turned into orders.
#[derive(Debug, Clone)]
pub struct Placed {
    /// An order for each seller.
    pub orders: Vec<Order>,
    /// What will pay for them.
    pub payment: Payment,
}

/// Turns a cart into an order for each seller, at the prices of now.
pub fn place(
    cart: &Cart,
    listings: &[Listing],
    marketplace: &Marketplace,
    buyer: &UserId,
    buyers_shop: Option<&SellerId>,
    ids: NewIds<'_>,
    now: Time,
) -> Result<Placed, PlaceError> {
    let mut by_seller: BTreeMap<SellerId, Vec<OrderLine>> = BTreeMap::new();
    for line in &cart.lines {
        let (listing, variant) = offer(line, listings, buyers_shop).map_err(|error| match error {
            LineError::NoListing | LineError::NoVariant => PlaceError::NotForSale(line.listing.clone()),
            LineError::Own => PlaceError::OwnListing(line.listing.clone()),
        })?;
        by_seller.entry(listing.seller.clone()).or_default().push(OrderLine {
            listing: listing.id.clone(),
            variant: variant.id.clone(),
            title: listing.title.clone(),
            options: variant.options.clone(),
            sku: variant.sku.clone(),
            quantity: line.quantity,
            unit_price: variant.price,
            total: variant.price.times(line.quantity)?,
        });
    }
    if by_seller.is_empty() {
        return Err(PlaceError::EmptyCart);
    }
    if by_seller.len() > MOST_SELLERS {
        return Err(PlaceError::TooManySellers);
    }
    let mut whole = Money::zero(marketplace.currency);
    let mut orders = Vec::with_capacity(by_seller.len());
    for (seller, lines) in by_seller {
        let total = lines.iter().try_fold(Money::zero(marketplace.currency), |sum, line| sum.plus(line.total))?;
        whole = whole.plus(total)?;
        orders.push(Order {
            id: (ids.order)(),
            checkout: ids.checkout.clone(),
            payment: ids.payment.clone(),
            buyer: buyer.clone(),
            seller,
            lines,
            total,
            fee: total.basis_points(marketplace.fee_basis_points)?,
            status: OrderStatus::PendingPayment,
            shipment: None,
            timeline: vec![TimelineEntry {
                status: OrderStatus::PendingPayment,
                by: Actor::Buyer,
                at: now,
                note: "The order was placed; its stock is kept until it is paid.".into(),
            }],
            created_at: now,
            updated_at: now,
            version: 1,
        });
    }
    if whole.amount > LARGEST {
        return Err(MoneyError::Overflow.into());
    }
    let payment = Payment {
        id: ids.payment,
        checkout: ids.checkout,
        buyer: buyer.clone(),
        orders: orders.iter().map(|order| order.id.clone()).collect(),
        amount: whole,
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: now.after(RESERVATION),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    Ok(Placed { orders, payment })
}

impl Order {
    /// Takes a step, and says what it does to money and stock.
    pub fn step(
        mut self,
        transition: Transition,
        by: Actor,
        shipment: Option<Shipment>,
        now: Time,
    ) -> Result<(Self, Effect), TransitionError> {
        let rule = TRANSITIONS
            .iter()
            .find(|rule| rule.transition == transition && rule.from.contains(&self.status))
            .ok_or(TransitionError::NotFromHere { transition, status: self.status })?;
        if !rule.by.contains(&by) {
            return Err(TransitionError::NotYours);
        }
        if transition == Transition::Ship {
            self.shipment = Some(shipment.ok_or(TransitionError::NoShipment)?);
        }
        let note = note(transition, rule.effect, self.shipment.as_ref());
        self.status = rule.to;
        self.updated_at = now;
        self.timeline.push(TimelineEntry { status: rule.to, by, at: now, note });
        Ok((self, rule.effect))
    }

    /// What the seller earns.
    pub fn earnings(&self) -> Result<Money, MoneyError> {
        self.total.minus(self.fee)
    }
}

/// The key of a due timer names the marketplace, because one sweep serves them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// When it is due.
    pub due_at: Time,
    /// Whose it is.
    pub marketplace: MarketplaceId,
    /// What is due.
    pub due: Due,
}

/// What a timer brings about. What has moved on by then stays as it is: timers are never cancelled, only found out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Due {
    /// A payment did not come: its orders expire.
    Payment(PaymentId),
    /// A shipped order completes by itself.
    Order(OrderId),
}

fn note(transition: Transition, effect: Effect, shipment: Option<&Shipment>) -> String {
    match transition {
        Transition::Pay => "The payment arrived.".into(),
        Transition::Expire => "The payment did not arrive in time; the stock was released.".into(),
        Transition::Accept => "The seller accepted the order.".into(),
        Transition::Ship => match shipment {
            Some(Shipment { carrier, tracking }) => format!("Shipped with {carrier}, tracking number {tracking}."),
            None => "Shipped.".into(),
        },
        Transition::Deliver => "Delivered.".into(),
        Transition::Complete => "Completed; the seller's share was released.".into(),
        Transition::Cancel if effect == Effect::Refund => "Cancelled; what was paid goes back to the buyer.".into(),
        Transition::Cancel => "Cancelled before it was paid; the stock was released.".into(),
    }
}

#[cfg(test)]
mod tests;
