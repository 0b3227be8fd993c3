//! The order process: a marketplace's state machine, held as data and versioned. An order keeps the version it began with.
//!
//! Version 0 ships with the product and is the file `default.json` beside this one:
//!
//! | state | leads on to | by |
//! |---|---|---|
//! | `pending_payment` | `paid` (pay) | the payment provider |
//! | | `expired` (expire), `cancelled` (cancel) | 15 minutes; buyer, admin |
//! | `paid` | `accepted` (accept, auto_accept) | seller, admin; 3 days |
//! | `paid`, `accepted` | `shipped` (ship), `cancelled` (cancel) | seller, admin; and to cancel, the buyer |
//! | `shipped` | `delivered` (deliver, auto_deliver) | buyer, seller, admin; 14 days |
//! | | `completed` (complete), `disputed` (dispute) | buyer |
//! | `delivered` | `completed` (complete, auto_complete) | buyer, admin; 3 days: the dispute window |
//! | | `disputed` (dispute) | buyer |
//! | `disputed` | `completed` (resolve_for_seller), `refunded` (resolve_for_buyer) | admin |
//! | | `delivered` (withdraw) | buyer |
//!
//! `expired`, `cancelled`, `completed` and `refunded` are final: no transition leaves them.
//!
//! # What a transition does to money and stock
//!
//! A rule names its [`Action`]s. They are performed in the given order, and each is possible in one situation only:
//!
//! | action | needs | and then |
//! |---|---|---|
//! | `reserve` | nothing; it is what `on_start` does | the payment is awaited, stock is reserved |
//! | `capture` | the payment is awaited | the money is in escrow, the units are sold |
//! | `unreserve` | the payment is awaited | the order ended unpaid, its stock is back |
//! | `hold` | the money is in escrow | it is on hold: neither `release` nor `refund` before `unhold` |
//! | `unhold` | the money is on hold | it is in escrow |
//! | `release` | the money is in escrow | it is the seller's |
//! | `fee` | `release` directly before it | the marketplace's fee was kept back; without it the seller gets all |
//! | `refund` | the money is in escrow | what is left of it goes back to the buyer |
//! | `restock` | a refund, in this rule or before | the units can be bought again |
//!
//! [`check`] follows every path and refuses a process in which an action could come at a wrong moment, or in which an order could end
//! with money in escrow.
//!
//! # When everything is refunded
//!
//! A partial refund leaves an order in its state. When the last of it is given back, in whatever way, the order ends: each state says
//! to which final state that leads and whether the goods are for sale again (`when_refunded`). In version 0 it leads to `refunded`
//! from every state in which an order is paid; the goods are for sale again unless they were sent.
//!
//! # Before the payment
//!
//! One payment pays for all orders of a checkout, so they move together until it arrives. Two names are therefore reserved: `pay`
//! (taken by the provider alone, with `capture`) and `expire` (by the timer alone, with `unreserve`; its delay is how long stock is
//! reserved). Both leave the initial state and must exist. Besides them only the buyer and an admin may end an unpaid order, with
//! `unreserve`: a seller would end the orders of other sellers with it.

use crate::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{sync::LazyLock, time::Duration};
use tradewind_kernel::text::Line;

mod check;
mod faults;
mod flow;
mod graph;
mod names;
mod unpaid;

pub use check::{
    LONGEST_DELAY, LONGEST_RESERVATION, MOST_LABEL, MOST_NAME, MOST_RULES, MOST_SENTENCE, MOST_STATES, SHORTEST_DELAY,
    check,
};
pub use faults::ProcessFault;
pub use names::{EXPIRE, PAY, StateName, TransitionName};

/// A version of a marketplace's order process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderProcess {
    /// The number of the version, counted from 1 for each marketplace. Version 0 is the one that ships with the product.
    pub version: u32,
    /// The name of the process for people: 1 to 80 characters.
    #[serde(deserialize_with = "tradewind_kernel::text::tidied")]
    #[schemars(with = "Line<1, 80>")]
    pub name: String,
    /// The state in which an order begins, and to which it never returns.
    pub initial: StateName,
    /// The actions when an order is placed: `reserve`, and nothing else.
    pub on_start: Vec<Action>,
    /// The states: at most 30.
    #[schemars(length(min = 1, max = 30))]
    pub states: Vec<State>,
    /// The transitions: at most 60.
    #[schemars(length(min = 1, max = 60))]
    pub transitions: Vec<Rule>,
}

/// A state in which an order can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// The state's name; unique.
    pub name: StateName,
    /// The state in plain words: 1 to 60 characters.
    #[serde(deserialize_with = "tradewind_kernel::text::tidied")]
    #[schemars(with = "Line<1, 60>")]
    pub label: String,
    /// What buyer and seller read while the order waits in this state.
    #[serde(default, skip_serializing_if = "WaitsFor::is_empty")]
    pub waits_for: WaitsFor,
    /// What follows if the whole order is refunded in this state. Without it the order stays in the state, no step is possible any
    /// more, and its goods can be sold again unless they were sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_refunded: Option<WhenRefunded>,
}

/// How an order ends if everything was given back by refunds, or by a lost dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WhenRefunded {
    /// The state to which it leads, in which no money is in escrow any more.
    pub to: StateName,
    /// Whether its goods can be sold again, as far as they have not come back yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restock: bool,
}

/// What an order in this state waits for, as it is shown to buyer and seller. Each is a sentence of 1 to 200 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WaitsFor {
    /// The sentence that the buyer reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line<1, 200>>")]
    pub buyer: Option<String>,
    /// The sentence that the seller reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line<1, 200>>")]
    pub seller: Option<String>,
}

impl WaitsFor {
    fn is_empty(&self) -> bool {
        self.buyer.is_none() && self.seller.is_none()
    }
}

/// A transition. Several rules may share a name if they leave different states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The transition's name.
    pub name: TransitionName,
    /// The states that it leaves.
    #[schemars(length(min = 1, max = 30))]
    pub from: Vec<StateName>,
    /// The state to which it leads.
    pub to: StateName,
    /// Who may take the transition; `admin` is an administrator of the marketplace.
    #[schemars(length(min = 1, max = 5))]
    pub by: Vec<Actor>,
    /// The delay after which the timer takes it: given if, and only if, `timer` is in `by`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Delay>,
    /// The actions on money and stock, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub actions: Vec<Action>,
    /// Whether whoever takes it must name carrier and tracking number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_shipment: bool,
    /// The sentence for the order's timeline: 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Line<1, 200>>")]
    pub note: Option<String>,
}

/// How long an order stays in a state before the timer moves it on, counted from when it entered the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delay {
    /// The delay in seconds, from a minute to 366 days; for `expire`, at most 7 days.
    #[schemars(range(min = 60, max = 31_622_400))]
    pub seconds: u32,
}

impl Delay {
    /// The delay as a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.seconds))
    }
}

/// An action of a transition on money and stock; the module's table says when each is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Available units become reserved. Every order begins with it.
    Reserve,
    /// The provider captured the money: it is in escrow, and reserved units become sold.
    Capture,
    /// The order is not paid: reserved units become available.
    Unreserve,
    /// Money in escrow becomes the seller's.
    Release,
    /// The marketplace keeps its fee from what is released.
    Fee,
    /// The money left in escrow goes back to the buyer.
    Refund,
    /// Sold units become available again.
    Restock,
    /// Money in escrow is blocked, because something is disputed.
    Hold,
    /// Money in escrow is no longer blocked.
    Unhold,
}

impl Action {
    /// The action's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserve => "reserve",
            Self::Capture => "capture",
            Self::Unreserve => "unreserve",
            Self::Release => "release",
            Self::Fee => "fee",
            Self::Refund => "refund",
            Self::Restock => "restock",
            Self::Hold => "hold",
            Self::Unhold => "unhold",
        }
    }
}

/// What is in escrow while an order is in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Escrow {
    /// Nothing yet: the order is not paid.
    Unpaid,
    /// The buyer's money.
    Held,
    /// The buyer's money, which stays there until the hold is lifted.
    OnHold,
    /// Nothing any more: the money was released or refunded, or the order ended unpaid.
    Settled,
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// The process has no such transition from the order's state.
    #[error("`{transition}` is not possible while the order is `{state}`; {}", offer(.possible))]
    NotFromHere {
        /// The transition that was asked for.
        transition: TransitionName,
        /// The state of the order.
        state: StateName,
        /// The transitions that the same actor can take instead.
        possible: Vec<TransitionName>,
    },
    /// This actor may not take the step.
    #[error("this step is not yours to take")]
    NotYours,
}

fn offer(possible: &[TransitionName]) -> String {
    if possible.is_empty() {
        return "there is nothing for you to do now".into();
    }
    let names: Vec<_> = possible.iter().map(|name| format!("`{name}`")).collect();
    format!("possible now: {}", names.join(", "))
}

/// The file is part of the binary and a test reads it, so the fallback is never used. If it were, nothing would be possible: an order
/// could not even be placed.
static STANDARD: LazyLock<OrderProcess> =
    LazyLock::new(|| serde_json::from_str(include_str!("default.json")).unwrap_or_else(|_| OrderProcess::nothing()));

impl OrderProcess {
    /// The process that ships with the product: version 0.
    pub fn standard() -> &'static OrderProcess {
        &STANDARD
    }

    fn nothing() -> Self {
        let (name, initial) = (String::new(), StateName::nowhere());
        Self { version: 0, name, initial, on_start: vec![], states: vec![], transitions: vec![] }
    }

    /// The rule by which an actor takes a transition. The caller must check whether a timer's delay has passed.
    pub fn step(&self, from: &StateName, transition: &TransitionName, by: Actor) -> Result<&Rule, StepError> {
        match self.leaving(from).find(|rule| rule.name == *transition) {
            Some(rule) if rule.by.contains(&by) => Ok(rule),
            Some(_) => Err(StepError::NotYours),
            None => Err(StepError::NotFromHere {
                transition: transition.clone(),
                state: from.clone(),
                possible: self.possible(from, by).into_iter().map(|rule| rule.name.clone()).collect(),
            }),
        }
    }

    /// The rules that an actor can take from a state, in the order of the process.
    pub fn possible(&self, from: &StateName, by: Actor) -> Vec<&Rule> {
        self.leaving(from).filter(|rule| rule.by.contains(&by)).collect()
    }

    /// The rule by which a timer leaves a state, and how long after the order *entered* the state. A state can be entered again
    /// (after a dispute is withdrawn), so a timer that comes due must be compared with the last entry, not only with the state.
    pub fn timer(&self, state: &StateName) -> Option<(&Rule, Duration)> {
        self.leaving(state)
            .find(|rule| rule.by.contains(&Actor::Timer))
            .and_then(|rule| rule.after.map(|after| (rule, after.duration())))
    }

    /// Whether the state is final, so that an order stays in it.
    pub fn is_final(&self, state: &StateName) -> bool {
        self.state(state).is_some() && self.leaving(state).next().is_none()
    }

    /// What is in escrow while an order is in this state; `None` if no path leads there. In a process that passes [`check`] it is the
    /// same on every path.
    pub fn escrow(&self, state: &StateName) -> Option<Escrow> {
        flow::follow(self).escrow(state)
    }

    /// The label of a state, for people to read.
    pub fn label<'a>(&'a self, state: &'a StateName) -> &'a str {
        self.state(state).map_or(state.as_str(), |state| state.label.as_str())
    }

    /// How long stock is reserved for an order that is not paid.
    pub fn reservation(&self) -> Duration {
        self.timer(&self.initial).map_or(Duration::ZERO, |(_, after)| after)
    }

    /// The state with this name.
    pub fn state(&self, name: &StateName) -> Option<&State> {
        self.states.iter().find(|state| state.name == *name)
    }

    /// The sentences for buyer and seller of an order that was just paid.
    pub fn when_paid(&self) -> WaitsFor {
        let pay = self.leaving(&self.initial).find(|rule| rule.name.as_str() == PAY);
        pay.and_then(|rule| self.state(&rule.to)).map_or_else(WaitsFor::default, |state| state.waits_for.clone())
    }

    /// Whether goods are sent: some transition needs a carrier and tracking number.
    pub fn is_sent(&self) -> bool {
        self.transitions.iter().any(|rule| rule.needs_shipment)
    }

    /// Whether the marketplace takes its fee in any transition.
    pub fn takes_fee(&self) -> bool {
        self.transitions.iter().any(|rule| rule.actions.contains(&Action::Fee))
    }

    fn leaving(&self, state: &StateName) -> impl Iterator<Item = &Rule> {
        self.transitions.iter().filter(|rule| rule.from.contains(state))
    }
}

#[cfg(test)]
mod tests;
