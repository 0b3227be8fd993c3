//! Orders: the goods that one buyer buys from one seller in one purchase, and the steps that they go through.
//!
//! The steps of an order follow its marketplace's [`OrderProcess`]; an order keeps the version that it began with. Its price, and how
//! that is split, is frozen when it is placed ([`OrderPrice`]).

pub mod entities;
mod explain;
pub mod keys;
pub mod numbers;
mod stored;

pub use explain::not_possible;
pub use stored::KINDS;

mod address;
pub mod cart;
mod correct;
mod event;
pub mod order_process;
mod place;
mod price;
pub mod refund;
pub mod search;

pub use address::Address;
pub use correct::{Correction, CorrectionError, MOST_NOTE};
pub use event::{OrderEvent, RefundEvent};
pub use place::{Choices, NewIds, OfSeller, PlaceError, Placed, Placing, baskets, place, weight};
pub use price::OrderPrice;

use crate::order_process::{Action, OrderProcess, Rule, StateName, StepError, TransitionName};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tradewind_catalog::stock::Share;
use tradewind_kernel::{
    CheckoutId, ListingId, Money, OrderId, PaymentId, SellerId, Time, UserId, VariantId, event::Queue,
    money::MoneyError, order_number::OrderNumber,
};
use tradewind_pricing::{Category, Country, CouponCode, Split};

/// The queue of what is personal in the orders of deleted accounts.
pub const ERASURES: Queue = Queue::named("orders-erase");
/// The most steps that an order's buyer and seller can take: a process may lead in circles, and each round makes the order larger.
pub const MOST_STEPS: usize = 60;
/// The most sellers in one checkout; see [`crate::cart::MOST_LINES`] for why there is a limit.
pub const MOST_SELLERS: usize = 10;

/// Who takes a step of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The order's buyer.
    Buyer,
    /// The order's seller.
    Seller,
    /// An administrator of the marketplace.
    Admin,
    /// A timer, when a delay has passed.
    Timer,
    /// The payment provider.
    Provider,
}

/// An open dispute about an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDispute {
    /// The provider's id of the dispute.
    pub id: String,
    /// The part of the order that it disputes, which would go back to the buyer.
    pub amount: Money,
}

/// The goods that one buyer buys from one seller in one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// The number by which people refer to it; orders of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// The purchase that it is part of.
    pub checkout: CheckoutId,
    /// The payment for it.
    pub payment: PaymentId,
    /// The buyer.
    pub buyer: UserId,
    /// The seller.
    pub seller: SellerId,
    /// The goods, as they were when they were bought.
    pub lines: Vec<OrderLine>,
    /// The price of each line and of the shipping, and how it is split.
    pub price: OrderPrice,
    /// The name of the shipping option, if it is sent.
    pub shipping: Option<String>,
    /// The address to which it is sent, if it is sent.
    pub ship_to: Option<Address>,
    /// The country in which the buyer said that they are, for the tax on goods that are not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_in: Option<Country>,
    /// The coupon that gave a discount.
    pub coupon: Option<CouponCode>,
    /// The version of the marketplace's process that it follows.
    pub process: u32,
    /// The state of the order.
    pub status: StateName,
    /// When it entered that state.
    pub entered_at: Time,
    /// The whereabouts of its money, such as escrow.
    pub funds: Funds,
    /// The amounts given back so far, in minor units: of each line, then of the shipping, measured as by [`Split::measure`]. Empty if
    /// nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded: Vec<i64>,
    /// The units of each line that were refunded as units. Empty if none were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded_units: Vec<u32>,
    /// The open disputes about a part of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<OpenDispute>,
    /// Older versions stored only whether there is a dispute: this is true until that dispute is decided.
    #[serde(default, rename = "disputed", skip_serializing_if = "std::ops::Not::not")]
    pub disputed_of_old: bool,
    /// The amount that a bank gave the buyer although it had been refunded already or was about to be, in minor units: lost disputes
    /// took more than was left.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bank_gave: i64,
    /// The amount of refunds that the provider could not send, in minor units: the marketplace owes it to the buyer, unless a bank
    /// gave it to them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsent: i64,
    /// The amount that a bank gave the buyer although other disputes hold it, in minor units: the marketplace bears it until those
    /// are decided.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bank_ahead: i64,
    /// Whether all of it was given back, by refunds or a lost dispute.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_up: bool,
    /// Whether it was refunded entirely in a state for which its process does not say what follows: no step is possible any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// Whether its process released it without the fee: the seller gets what the commission and its tax would have been.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fee_waived: bool,
    /// The units of each line that came back and can be sold again. Empty if none did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restocked: Vec<u32>,
    /// The stock buckets from which the units of each line were taken, and to which they return: none if the line's units are not
    /// counted, even if that changes later. Empty if all came from bucket 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Vec<Share>>,
    /// The buyer's note to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_note: Option<String>,
    /// The seller's own note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_note: Option<String>,
    /// The carrier and tracking number, once it is shipped.
    pub shipment: Option<Shipment>,
    /// Every step that it took, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// When it was placed.
    pub created_at: Time,
    /// When the order last changed.
    pub updated_at: Time,
    /// Incremented with each change, for the `ETag`.
    pub version: u64,
}

impl Order {
    /// Erases what is personal to a buyer whose account was deleted; whether there was anything. The country stays, because taxes depend on it.
    pub fn erase(&mut self) -> bool {
        let address = self.ship_to.take();
        if let (None, Some(address)) = (&self.buyer_in, &address) {
            self.buyer_in = Some(address.country.clone());
        }
        let note = self.buyer_note.take();
        note.is_some() || address.is_some()
    }
}

/// The whereabouts of an order's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Funds {
    /// Not paid yet.
    Awaited,
    /// It was not paid, and will not be.
    NeverPaid,
    /// The marketplace keeps it until the order's process decides who gets it.
    Escrow,
    /// As in escrow, but neither released nor refunded while the buyer's problem is looked into.
    OnHold,
    /// The seller's share was released to the seller.
    Released,
    /// All that was left went back to the buyer.
    Returned,
}

impl Funds {
    /// Whether the order was paid, whatever happened afterwards.
    pub fn paid(self) -> bool {
        match self {
            Self::Awaited | Self::NeverPaid => false,
            Self::Escrow | Self::OnHold | Self::Released | Self::Returned => true,
        }
    }

    fn after(self, action: Action) -> Self {
        match action {
            Action::Capture | Action::Unhold => Self::Escrow,
            Action::Unreserve => Self::NeverPaid,
            Action::Hold => Self::OnHold,
            Action::Release => Self::Released,
            Action::Refund => Self::Returned,
            Action::Reserve | Action::Fee | Action::Restock => self,
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrderLine {
    /// The listing that was bought.
    pub listing: ListingId,
    /// The variant that was bought.
    pub variant: VariantId,
    /// The listing's title when it was sold.
    pub title: String,
    /// The variant's options when it was sold.
    pub options: Vec<String>,
    /// The seller's own number for the variant.
    pub sku: Option<String>,
    /// The number of units.
    pub quantity: u32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The category of the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
}

/// The carrier and tracking number of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Shipment {
    /// The name of the carrier.
    pub carrier: String,
    /// The carrier's tracking number.
    pub tracking: String,
}

/// A step that an order took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TimelineEntry {
    /// The state of the order after this step.
    pub status: StateName,
    /// Who took the step.
    pub by: Actor,
    /// When the step was taken.
    pub at: Time,
    /// What happened, in a sentence.
    pub note: String,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The process does not allow it.
    #[error(transparent)]
    Step(#[from] StepError),
    /// The step needs a shipment, and none was given.
    #[error("this step needs a shipment")]
    NoShipment,
    /// The whole order has been refunded.
    #[error("all of the order has gone back to the buyer")]
    Refunded,
    /// The order has taken too many steps: an administrator must settle it.
    #[error("an order takes at most {MOST_STEPS} steps of its buyer and seller")]
    TooManySteps,
    /// A shipment was given, but the step takes none.
    #[error("this step takes no shipment")]
    ShipmentUnwanted,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Order {
    /// Takes a step, and returns what it does to money and stock.
    pub fn step(
        mut self,
        process: &OrderProcess,
        transition: &TransitionName,
        by: Actor,
        shipment: Option<Shipment>,
        now: Time,
    ) -> Result<(Self, Vec<Action>), TransitionError> {
        if self.stopped {
            return Err(TransitionError::Refunded);
        }
        let rule = process.step(&self.status, transition, by)?;
        let mut note = rule.note.clone().unwrap_or_else(|| process.label(&rule.to).to_owned());
        match (rule.needs_shipment, shipment) {
            (true, Some(shipment)) => {
                note = format!("{note} {}, tracking number {}.", shipment.carrier, shipment.tracking);
                self.shipment = Some(shipment);
            }
            (true, None) => return Err(TransitionError::NoShipment),
            (false, Some(_)) => return Err(TransitionError::ShipmentUnwanted),
            (false, None) => {}
        }
        if self.timeline.len() >= MOST_STEPS && !matches!(by, Actor::Timer | Actor::Provider | Actor::Admin) {
            return Err(TransitionError::TooManySteps);
        }
        self.funds = rule.actions.iter().fold(self.funds, |funds, action| funds.after(*action));
        self.status = rule.to.clone();
        self.entered_at = now;
        self.tell(by, note, now);
        Ok((self, rule.actions.clone()))
    }

    /// Adds an entry to the timeline for something that does not change the order's state.
    pub fn tell(&mut self, by: Actor, note: String, now: Time) {
        self.updated_at = now;
        self.timeline.push(TimelineEntry { status: self.status.clone(), by, at: now, note });
    }

    /// The amounts that have not been given back, of each line and, last, of the shipping, measured as by [`Split::measure`].
    pub fn left(&self) -> Result<Vec<Money>, MoneyError> {
        let given = self.refunded.iter().copied().chain(std::iter::repeat(0));
        let left = |(split, given): (Split, i64)| split.measure().minus(Money::new(given, split.paid.currency));
        self.price.pieces().zip(given).map(left).collect()
    }

    /// The amounts that can still go back to the buyer, of each line and, last, of the shipping.
    pub fn refundable(&self) -> Result<Vec<Money>, MoneyError> {
        let to_buyer = |(split, left): (Split, Money)| if split.paid.amount == 0 { split.paid } else { left };
        Ok(self.price.pieces().zip(self.left()?).map(to_buyer).collect())
    }

    /// The amounts that have gone back to the buyer, or are on their way, of each line and, last, of the shipping.
    pub fn gone_back(&self) -> Vec<Money> {
        let given = self.refunded.iter().copied().chain(std::iter::repeat(0));
        let to_buyer = |(split, given): (Split, i64)| match split.paid.amount {
            0 => split.paid,
            _ => Money::new(given, split.paid.currency),
        };
        self.price.pieces().zip(given).map(to_buyer).collect()
    }

    /// The amount of failed refunds that the marketplace still owes to the buyer, in minor units: a bank may have given them a part
    /// of it.
    pub fn still_owed(&self) -> i64 {
        self.unsent.saturating_sub(self.bank_gave).max(0)
    }

    /// Whether there is an open dispute about its payment.
    pub fn is_disputed(&self) -> bool {
        self.disputed_of_old || !self.disputes.is_empty()
    }

    /// Whether its money allows a step of its process: an order that was refunded entirely may be stopped, and a disputed order keeps
    /// its money where it is.
    pub fn allows(&self, rule: &Rule) -> bool {
        let moves_money = rule.actions.iter().any(|action| matches!(action, Action::Release | Action::Refund));
        !(self.stopped || (moves_money && self.is_disputed()))
    }

    /// How a part of its price is split: a fee that was waived is the seller's.
    pub fn shared(&self, part: Split) -> Result<Split, MoneyError> {
        if self.fee_waived { part.without_fee() } else { Ok(part) }
    }

    /// The units of a line that were refunded as units.
    pub fn units_refunded_of(&self, place: usize) -> u32 {
        self.refunded_units.get(place).copied().unwrap_or(0)
    }

    /// Whether all of it was given back. For an order that cost nothing, the units decide.
    pub fn is_all_back(&self) -> Result<bool, MoneyError> {
        let free = self.price.pieces().all(|split| split.measure().amount == 0);
        Ok(match free {
            true => self.lines.iter().enumerate().all(|(place, line)| self.units_refunded_of(place) >= line.quantity),
            false => self.left()?.iter().all(|left| left.amount <= 0),
        })
    }

    /// Records the stock buckets from which the units of each line are taken.
    pub fn take(&mut self, shares: Vec<Vec<Share>>) {
        // Nothing needs to be recorded if all units came from bucket 0.
        let usual = |(line, shares): (&OrderLine, &Vec<Share>)| **shares == [Share { bucket: 0, units: line.quantity }];
        self.taken = if self.lines.iter().zip(&shares).all(usual) { vec![] } else { shares };
    }

    /// The stock buckets from which the units of a line came.
    pub fn shares(&self, place: usize) -> Vec<Share> {
        match (self.taken.get(place), self.lines.get(place)) {
            (Some(shares), _) => shares.clone(),
            (None, Some(line)) => vec![Share { bucket: 0, units: line.quantity }],
            (None, None) => vec![],
        }
    }

    /// The units of a line that came back and can be sold again.
    pub fn restocked_of(&self, place: usize) -> u32 {
        self.restocked.get(place).copied().unwrap_or(0)
    }

    /// The units of each line that have not come back.
    pub fn not_restocked(&self) -> Vec<u32> {
        let left = |(place, line): (usize, &OrderLine)| line.quantity.saturating_sub(self.restocked_of(place));
        self.lines.iter().enumerate().map(left).collect()
    }

    /// What the buyer pays in total.
    pub fn total(&self) -> Money {
        self.price.totals.total
    }
}

#[cfg(test)]
mod shirt;
#[cfg(test)]
pub(crate) mod tests;
