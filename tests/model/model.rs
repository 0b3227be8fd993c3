//! The pure model of the money domain: what each order may be by now, given what people were answered.
//!
//! Payments, timers and payouts have their effect some time later, so an order is not in a state but in a set of states that are
//! still possible. An answer that fits none of them is wrong; one that fits some leaves only those.

use crate::command::{Back, Card, Command, Step, Who};
use std::collections::BTreeSet;
use tradewind_tests::proof::Venue;

/// Where an order is.
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
    /// A state by its name in JSON.
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

    /// Whether its units cannot be bought.
    fn holds(self) -> bool {
        !matches!(self, Self::Expired | Self::Cancelled)
    }
}

/// Where a step leads from a state, and who may take it; `None` if there is no such step.
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
    /// What it can be.
    pub states: BTreeSet<State>,
    /// What the buyer pays for it, and what went back of that.
    pub total: i64,
    pub gone: i64,
    /// Units that came back with refunds, at most: one of the first line each time.
    pub back: i64,
    /// Whether it may complete by itself by now.
    pub ripe: bool,
}

#[derive(Debug, Clone)]
pub struct Checkout {
    pub buyer: usize,
    pub key: String,
    pub payment: String,
    pub amount: serde_json::Value,
    /// What the buyer was answered.
    pub answer: String,
    /// Whether the provider was asked to capture it, so that it may be paid by now.
    pub asked: bool,
    /// Whether the time to pay is over, so that it may have expired by now.
    pub over: bool,
    /// Whether its reply is forgotten.
    pub forgotten: bool,
}

#[derive(Debug, Clone)]
pub struct Model {
    pub stock: Vec<i64>,
    /// Whether it can be sold out.
    pub ends: Vec<bool>,
    pub prices: Vec<i64>,
    pub currencies: Vec<&'static str>,
    pub sellers: Vec<usize>,
    pub carts: Vec<Vec<(usize, u32)>>,
    pub checkouts: Vec<Checkout>,
    pub orders: Vec<Order>,
}

/// A command, aimed.
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

    /// What a command means as things are; `None` if there is nothing that it could be aimed at.
    pub fn aim(&self, command: &Command) -> Option<Action> {
        let newest = |which: usize, count: usize| (count > 0).then(|| count - 1 - which % count);
        let checkout = |which: usize| newest(which, self.checkouts.len());
        let order = |which: usize| newest(which, self.orders.len());
        Some(match command.clone() {
            Command::Fill { buyer, mut lines } => {
                // A variant stands in a cart once.
                let mut seen = BTreeSet::new();
                lines.retain(|line| seen.insert(line.0));
                Action::Fill { buyer, lines }
            }
            Command::CheckOut { buyer, empty } => {
                let filled = |buyer: &usize| !self.carts[*buyer].is_empty();
                let buyer = [buyer, 1 - buyer].into_iter().find(|b| empty || filled(b)).unwrap_or(buyer);
                // Whoever has nothing to buy takes something first.
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

    /// Time passes: payments expire; after weeks what was shipped completes and replies are forgotten.
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

    /// Adds whatever may have happened by itself since.
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

    /// Whether lines are in several currencies, so that they cannot be bought together.
    pub fn mixed(&self, lines: &[(usize, u32)]) -> bool {
        lines.iter().any(|line| self.currencies[line.0] != self.currencies[lines[0].0])
    }

    /// How many units of a listing can be free at least and at most.
    pub fn free(&self, listing: usize) -> (i64, i64) {
        let (mut least, mut most) = (self.stock[listing], self.stock[listing]);
        for order in &self.orders {
            let units: i64 = order.lines.iter().filter(|line| line.0 == listing).map(|line| i64::from(line.1)).sum();
            // What came back may have, or may not: refunds are made by several, and some are not answered.
            let back =
                if order.lines.first().is_some_and(|line| line.0 == listing) { order.back.min(units) } else { 0 };
            most += if order.states.iter().any(|state| state.holds()) { back } else { 0 };
            least -= if order.states.iter().any(|state| state.holds()) { units } else { 0 };
            // Of what was refunded whole, the goods may be on the shelf again: unless they had been sent.
            let surely = |state: &State| state.holds() && *state != State::Refunded;
            most -= if order.states.iter().all(surely) { units } else { 0 };
        }
        (least, most)
    }
}
