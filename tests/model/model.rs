//! The pure model of the money domain: the states in which each order may be, given the answers that people got.
//!
//! Payments, timers and payouts take effect some time later, so an order is not in one state but in a set of states that are still
//! possible. An answer that fits none of them is wrong; an answer that fits some leaves only those.

use crate::command::{Back, Card, Command, Step, Who};
use std::collections::BTreeSet;
use tradewind_tests::proof::Venue;

/// The state of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    PendingPayment,
    Expired,
    Paid,
    Accepted,
    Shipped,
    Delivered,
    Completed,
    Cancelled,
    Disputed,
    Refunded,
}

impl State {
    /// A state, by its name in JSON.
    pub fn named(name: &str) -> Option<Self> {
        use State::*;
        let all =
            [PendingPayment, Expired, Paid, Accepted, Shipped, Delivered, Completed, Cancelled, Disputed, Refunded];
        all.into_iter().find(|state| state.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::PendingPayment => "pending_payment",
            Self::Expired => "expired",
            Self::Paid => "paid",
            Self::Accepted => "accepted",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Disputed => "disputed",
            Self::Refunded => "refunded",
        }
    }

    /// Whether the order holds its units, so that they cannot be bought.
    fn holds(self) -> bool {
        !matches!(self, Self::Expired | Self::Cancelled)
    }
}

/// The state to which a step leads, and who may take it; `None` if there is no such step.
pub fn step(from: State, step: Step) -> Option<(State, &'static [Who])> {
    use {State::*, Who::*};
    match (step, from) {
        (Step::Accept, Paid) => Some((Accepted, &[Seller, Admin])),
        (Step::Ship, Paid | Accepted) => Some((Shipped, &[Seller, Admin])),
        (Step::Deliver, Shipped) => Some((Delivered, &[Buyer, Seller, Admin])),
        (Step::Complete, Shipped) => Some((Completed, &[Buyer])),
        (Step::Complete, Delivered) => Some((Completed, &[Buyer, Admin])),
        (Step::Dispute, Shipped | Delivered) => Some((Disputed, &[Buyer])),
        (Step::Withdraw, Disputed) => Some((Delivered, &[Buyer])),
        (Step::ForSeller, Disputed) => Some((Completed, &[Admin])),
        (Step::ForBuyer, Disputed) => Some((Refunded, &[Admin])),
        (Step::Cancel, Paid | Accepted) => Some((Cancelled, &[Buyer, Seller, Admin])),
        (Step::Cancel, PendingPayment) => Some((Cancelled, &[Buyer, Admin])),
        _ => None,
    }
}

#[derive(Debug, Clone)]
pub struct Order {
    pub id: String,
    pub checkout: usize,
    pub seller: usize,
    pub lines: Vec<(usize, u32)>,
    /// The states in which the order may be.
    pub states: BTreeSet<State>,
    /// The amount that the buyer pays for it, and how much of that was refunded.
    pub total: i64,
    pub gone: i64,
    /// The largest number of units that may have come back with refunds: one of the first line each time.
    pub back: i64,
    /// Whether it may have completed by itself.
    pub ripe: bool,
}

#[derive(Debug, Clone)]
pub struct Checkout {
    pub buyer: usize,
    pub key: String,
    pub payment: String,
    pub amount: serde_json::Value,
    /// The answer that the buyer got.
    pub answer: String,
    /// Whether the provider was asked to capture the payment, so that it may be paid.
    pub asked: bool,
    /// Whether the time to pay is over, so that the payment may have expired.
    pub over: bool,
    /// Whether its stored reply has expired.
    pub forgotten: bool,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub stock: Vec<i64>,
    /// For each listing, whether it can be sold out.
    pub ends: Vec<bool>,
    pub prices: Vec<i64>,
    pub currencies: Vec<&'static str>,
    pub sellers: Vec<usize>,
    pub carts: Vec<Vec<(usize, u32)>>,
    pub checkouts: Vec<Checkout>,
    pub orders: Vec<Order>,
}

/// A command with its target.
#[derive(Debug, Clone)]
pub enum Action {
    Fill { buyer: usize, lines: Vec<(usize, u32)> },
    CheckOut { buyer: usize },
    CheckOutAgain { checkout: usize },
    CheckOutOther { checkout: usize },
    Confirm { checkout: usize, card: Card, deliveries: u8, late: bool, mine: bool },
    Report { checkout: usize, captured: bool, id: usize, times: usize },
    Take { order: usize, step: Step, who: Who },
    Read { order: usize, who: Who },
    Refund { order: usize, what: Back, who: Who },
    PayOut { admin: bool },
    PayoutReported { seller: usize, which: usize, failed: bool },
}

impl Model {
    pub fn new(venue: &Venue) -> Self {
        Self {
            stock: venue.listings.iter().map(|listing| i64::from(listing.stock)).collect(),
            ends: venue.listings.iter().map(|listing| listing.ends).collect(),
            prices: venue.listings.iter().map(|listing| listing.price).collect(),
            currencies: venue.listings.iter().map(|listing| listing.currency).collect(),
            sellers: venue.listings.iter().map(|listing| listing.seller).collect(),
            carts: vec![vec![]; venue.buyers.len()],
            checkouts: vec![],
            orders: vec![],
        }
    }

    /// Chooses the target of a command; `None` if there is nothing that it could apply to.
    pub fn aim(&self, command: &Command) -> Option<Action> {
        let newest = |which: usize, count: usize| (count > 0).then(|| count - 1 - which % count);
        let checkout = |which: usize| newest(which, self.checkouts.len());
        let order = |which: usize| newest(which, self.orders.len());
        Some(match command.clone() {
            Command::Fill { buyer, mut lines } => {
                // A cart contains each variant only once.
                let mut seen = BTreeSet::new();
                lines.retain(|line| seen.insert(line.0));
                Action::Fill { buyer, lines }
            }
            Command::CheckOut { buyer, empty } => {
                let filled = |buyer: &usize| !self.carts[*buyer].is_empty();
                let buyer = [buyer, 1 - buyer].into_iter().find(|b| empty || filled(b)).unwrap_or(buyer);
                // A buyer with an empty cart fills it first.
                match empty || filled(&buyer) {
                    true => Action::CheckOut { buyer },
                    false => Action::Fill { buyer, lines: vec![(self.orders.len() % self.stock.len(), 1)] },
                }
            }
            Command::CheckOutAgain { which } => {
                let checkout = checkout(which).filter(|c| !self.checkouts[*c].forgotten)?;
                Action::CheckOutAgain { checkout }
            }
            Command::CheckOutOther { which } => {
                let checkout = checkout(which).filter(|c| !self.checkouts[*c].forgotten)?;
                Action::CheckOutOther { checkout }
            }
            Command::Confirm { which, card, deliveries, late, mine } => {
                Action::Confirm { checkout: checkout(which)?, card, deliveries, late, mine }
            }
            Command::Report { which, captured, id, times } => {
                Action::Report { checkout: checkout(which)?, captured, id, times }
            }
            Command::Take { which, step, who } => Action::Take { order: order(which)?, step, who },
            Command::Onward { which } => {
                let order = order(which)?;
                let (step, who) = match self.orders[order].states.last()? {
                    State::PendingPayment => {
                        let checkout = self.orders[order].checkout;
                        let (card, deliveries) = (Card::Pays, 2);
                        return Some(Action::Confirm { checkout, card, deliveries, late: false, mine: true });
                    }
                    State::Paid | State::Accepted => (Step::Ship, Who::Seller),
                    State::Shipped | State::Delivered => (Step::Complete, Who::Buyer),
                    State::Completed => return Some(Action::PayOut { admin: true }),
                    State::Disputed => (if which % 2 == 0 { Step::ForSeller } else { Step::ForBuyer }, Who::Admin),
                    State::Expired | State::Cancelled | State::Refunded => (Step::Accept, Who::Seller),
                };
                Action::Take { order, step, who }
            }
            Command::Refund { which, what, who } => Action::Refund { order: order(which)?, what, who },
            Command::Read { which, who } => Action::Read { order: order(which)?, who },
            Command::PayOut { admin } => Action::PayOut { admin },
            Command::PayoutReported { seller, which, failed } => Action::PayoutReported { seller, which, failed },
            Command::Together(..) => return None,
        })
    }

    /// Time passes: payments expire; after weeks, shipped orders complete and stored replies expire.
    pub fn pass(&mut self, weeks: bool) {
        for checkout in &mut self.checkouts {
            checkout.over = true;
            checkout.forgotten |= weeks;
        }
        for order in &mut self.orders {
            order.ripe |= weeks;
        }
        self.spread();
    }

    /// Adds the states that orders may have reached by themselves since.
    pub fn spread(&mut self) {
        for order in &mut self.orders {
            let checkout = &self.checkouts[order.checkout];
            if order.states.contains(&State::PendingPayment) {
                order.states.extend(checkout.asked.then_some(State::Paid));
                order.states.extend(checkout.over.then_some(State::Expired));
            }
            for (from, to) in [
                (State::Paid, State::Accepted),
                (State::Shipped, State::Delivered),
                (State::Delivered, State::Completed),
            ] {
                if order.ripe && order.states.contains(&from) {
                    order.states.insert(to);
                }
            }
        }
    }

    /// Whether lines have several currencies, so that they cannot be bought together.
    pub fn mixed(&self, lines: &[(usize, u32)]) -> bool {
        lines.iter().any(|line| self.currencies[line.0] != self.currencies[lines[0].0])
    }

    /// The smallest and the largest possible number of free units of a listing.
    pub fn free(&self, listing: usize) -> (i64, i64) {
        let (mut least, mut most) = (self.stock[listing], self.stock[listing]);
        for order in &self.orders {
            let units: i64 = order.lines.iter().filter(|line| line.0 == listing).map(|line| i64::from(line.1)).sum();
            // Units may have come back or not: several people make refunds, and some are not answered.
            let back =
                if order.lines.first().is_some_and(|line| line.0 == listing) { order.back.min(units) } else { 0 };
            most += if order.states.iter().any(|state| state.holds()) { back } else { 0 };
            least -= if order.states.iter().any(|state| state.holds()) { units } else { 0 };
            // After a full refund the goods may be back in stock, unless they had been shipped.
            let surely = |state: &State| state.holds() && *state != State::Refunded;
            most -= if order.states.iter().all(surely) { units } else { 0 };
        }
        (least, most)
    }
}
