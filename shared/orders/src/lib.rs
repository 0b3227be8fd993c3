//! Orders: what one buyer buys of one seller at once, and how it moves.
//!
//! How an order moves is its marketplace's [`OrderProcess`], of which it keeps the version that it began with. What it costs, and
//! who gets what of that, is frozen in it when it is placed ([`OrderPrice`]).

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
    CheckoutId, ListingId, Money, OrderId, PaymentId, SellerId, Time, UserId, VariantId, money::MoneyError,
    order_number::OrderNumber,
};
use tradewind_pricing::{Category, Country, CouponCode, Split};

/// Most steps of an order's buyer and seller: a process may lead in circles, and each round makes the order larger.
pub const MOST_STEPS: usize = 60;
/// Most sellers in one checkout; see [`crate::cart::MOST_LINES`] for why there is a limit.
pub const MOST_SELLERS: usize = 10;

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

/// What an open dispute takes of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDispute {
    /// The provider's id of the dispute.
    pub id: String,
    /// What would go back to the buyer.
    pub amount: Money,
}

/// What one buyer buys of one seller at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The order's id.
    pub id: OrderId,
    /// What people call it; orders of older versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
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
    /// What it costs, line by line and the shipping, and who gets what of it.
    pub price: OrderPrice,
    /// The name of the way in which it is sent, if it is sent.
    pub shipping: Option<String>,
    /// Where to.
    pub ship_to: Option<Address>,
    /// Where the buyer said that they are, for the tax on what is not sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_in: Option<Country>,
    /// The coupon that took something off.
    pub coupon: Option<CouponCode>,
    /// The version of the marketplace's process that it follows.
    pub process: u32,
    /// Where it is.
    pub status: StateName,
    /// When it came there.
    pub entered_at: Time,
    /// Where its money is.
    pub funds: Funds,
    /// What was given back so far, in minor units: of each line, then of the shipping, as [`Split::measure`] counts it. Empty if
    /// nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded: Vec<i64>,
    /// Units of each line that were refunded as units. Empty if none were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded_units: Vec<u32>,
    /// The open disputes that take a part of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<OpenDispute>,
    /// Older versions stored no more than that there is a dispute: this holds until that is decided.
    #[serde(default, rename = "disputed", skip_serializing_if = "std::ops::Not::not")]
    pub disputed_of_old: bool,
    /// What a bank gave the buyer although it had gone back already or was to, in minor units: lost disputes took more than was left.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bank_gave: i64,
    /// What of what went back the provider could not send, in minor units: the marketplace owes it to the buyer, unless a bank gave it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unsent: i64,
    /// What a bank gave the buyer of what other disputes hold, in minor units: the marketplace bears it until those are decided.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bank_ahead: i64,
    /// Whether all of it was given back by refunds or a lost dispute.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_up: bool,
    /// Whether its process does not say what that means where the order is: no step is possible any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// Whether its process released it without the fee: the seller has what the commission and its tax would have been.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fee_waived: bool,
    /// Units of each line that came back and can be sold again. Empty if none did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restocked: Vec<u32>,
    /// From which buckets of stock the units of each line were taken, and where they go back: from none if the line's units are not
    /// counted, whatever becomes of that later. Empty if all came from bucket 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<Vec<Share>>,
    /// What the buyer wants the seller to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_note: Option<String>,
    /// What the seller wants to remember.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller_note: Option<String>,
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

/// Where the money of an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Funds {
    /// Not paid yet.
    Awaited,
    /// It was not paid, and will not be.
    NeverPaid,
    /// The marketplace keeps it until the order's process says whose it is.
    Escrow,
    /// As in escrow, but neither released nor refunded while the buyer's report is looked at.
    OnHold,
    /// The seller was given their share.
    Released,
    /// All that was left went back to the buyer.
    Returned,
}

impl Funds {
    /// Whether the order was paid, whatever came after.
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
    /// What kind of goods it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
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
    pub status: StateName,
    /// Who did it.
    pub by: Actor,
    /// When.
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
    /// The parcel has no carrier.
    #[error("this step needs a shipment")]
    NoShipment,
    /// All of it has gone back.
    #[error("all of the order has gone back to the buyer")]
    Refunded,
    /// It has been moved back and forth too often: an administrator settles it.
    #[error("an order takes at most {MOST_STEPS} steps of its buyer and seller")]
    TooManySteps,
    /// Nothing is sent with this step.
    #[error("this step takes no shipment")]
    ShipmentUnwanted,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

impl Order {
    /// Takes a step, and says what it does to money and stock.
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

    /// Something happened to the order without moving it.
    pub fn tell(&mut self, by: Actor, note: String, now: Time) {
        self.updated_at = now;
        self.timeline.push(TimelineEntry { status: self.status.clone(), by, at: now, note });
    }

    /// What has not been given back of each line and, last, of the shipping, as [`Split::measure`] counts it.
    pub fn left(&self) -> Result<Vec<Money>, MoneyError> {
        let given = self.refunded.iter().copied().chain(std::iter::repeat(0));
        let left = |(split, given): (Split, i64)| split.measure().minus(Money::new(given, split.paid.currency));
        self.price.pieces().zip(given).map(left).collect()
    }

    /// What can still go back to the buyer of each line and, last, of the shipping.
    pub fn refundable(&self) -> Result<Vec<Money>, MoneyError> {
        let to_buyer = |(split, left): (Split, Money)| if split.paid.amount == 0 { split.paid } else { left };
        Ok(self.price.pieces().zip(self.left()?).map(to_buyer).collect())
    }

    /// What has gone back to the buyer, or is on its way, of each line and, last, of the shipping.
    pub fn gone_back(&self) -> Vec<Money> {
        let given = self.refunded.iter().copied().chain(std::iter::repeat(0));
        let to_buyer = |(split, given): (Split, i64)| match split.paid.amount {
            0 => split.paid,
            _ => Money::new(given, split.paid.currency),
        };
        self.price.pieces().zip(given).map(to_buyer).collect()
    }

    /// What of that which could not be sent the marketplace still owes to the buyer, in minor units: a bank may have given it to them.
    pub fn still_owed(&self) -> i64 {
        self.unsent.saturating_sub(self.bank_gave).max(0)
    }

    /// Whether a bank disputes its payment, and has not decided yet.
    pub fn is_disputed(&self) -> bool {
        self.disputed_of_old || !self.disputes.is_empty()
    }

    /// Whether its state of affairs allows a step that its process knows: what has gone back whole may take none, and what is disputed
    /// keeps its money where it is.
    pub fn allows(&self, rule: &Rule) -> bool {
        let moves_money = rule.actions.iter().any(|action| matches!(action, Action::Release | Action::Refund));
        !(self.stopped || (moves_money && self.is_disputed()))
    }

    /// Who has what of a part of its price: a fee that was waived is the seller's.
    pub fn shared(&self, part: Split) -> Result<Split, MoneyError> {
        if self.fee_waived { part.without_fee() } else { Ok(part) }
    }

    /// Units of a line that were refunded as units.
    pub fn units_refunded_of(&self, place: usize) -> u32 {
        self.refunded_units.get(place).copied().unwrap_or(0)
    }

    /// Whether nobody has anything of it any more. Of an order that cost nothing, it is the units that count.
    pub fn is_all_back(&self) -> Result<bool, MoneyError> {
        let free = self.price.pieces().all(|split| split.measure().amount == 0);
        Ok(match free {
            true => self.lines.iter().enumerate().all(|(place, line)| self.units_refunded_of(place) >= line.quantity),
            false => self.left()?.iter().all(|left| left.amount <= 0),
        })
    }

    /// Where the units of each line are taken from.
    pub fn take(&mut self, shares: Vec<Vec<Share>>) {
        // Stock in one piece has nothing to remember.
        let usual = |(line, shares): (&OrderLine, &Vec<Share>)| **shares == [Share { bucket: 0, units: line.quantity }];
        self.taken = if self.lines.iter().zip(&shares).all(usual) { vec![] } else { shares };
    }

    /// From which buckets the units of a line came.
    pub fn shares(&self, place: usize) -> Vec<Share> {
        match (self.taken.get(place), self.lines.get(place)) {
            (Some(shares), _) => shares.clone(),
            (None, Some(line)) => vec![Share { bucket: 0, units: line.quantity }],
            (None, None) => vec![],
        }
    }

    /// Units of a line that came back.
    pub fn restocked_of(&self, place: usize) -> u32 {
        self.restocked.get(place).copied().unwrap_or(0)
    }

    /// Units of each line that have not come back.
    pub fn not_restocked(&self) -> Vec<u32> {
        let left = |(place, line): (usize, &OrderLine)| line.quantity.saturating_sub(self.restocked_of(place));
        self.lines.iter().enumerate().map(left).collect()
    }

    /// What the buyer pays.
    pub fn total(&self) -> Money {
        self.price.totals.total
    }
}

#[cfg(test)]
mod shirt;
#[cfg(test)]
pub(crate) mod tests;
