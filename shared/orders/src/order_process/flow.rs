//! Follows an order's money and goods along every path of a process.

use super::{
    Action, Escrow, OrderProcess, StateName,
    faults::{Faults, ProcessFault},
};
use std::collections::{BTreeMap, BTreeSet};

/// The whereabouts of an order's money and goods. Four of them are [`Escrow::Settled`] and differ in what came before: goods can be
/// restocked only after a refund, and once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Position {
    Unplaced,
    Awaited,
    Unreserved,
    Held,
    OnHold,
    Released,
    Refunded,
    Restocked,
}

impl Position {
    const fn escrow(self) -> Escrow {
        match self {
            Self::Unplaced | Self::Awaited => Escrow::Unpaid,
            Self::Held => Escrow::Held,
            Self::OnHold => Escrow::OnHold,
            Self::Unreserved | Self::Released | Self::Refunded | Self::Restocked => Escrow::Settled,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Unplaced => "the order is not placed yet",
            Self::Awaited => "the payment is awaited",
            Self::Unreserved => "the order ended unpaid",
            Self::Held => "the money is in escrow",
            Self::OnHold => "the money is on hold",
            Self::Released => "the money was released to the seller",
            Self::Refunded => "the money went back to the buyer",
            Self::Restocked => "the money went back to the buyer and the goods to the shelf",
        }
    }
}

impl Action {
    /// The position that an action needs, and the one that it leads to.
    const fn turns(self) -> (Position, Position) {
        match self {
            Self::Reserve => (Position::Unplaced, Position::Awaited),
            Self::Capture => (Position::Awaited, Position::Held),
            Self::Unreserve => (Position::Awaited, Position::Unreserved),
            Self::Release => (Position::Held, Position::Released),
            Self::Fee => (Position::Released, Position::Released),
            Self::Refund => (Position::Held, Position::Refunded),
            Self::Restock => (Position::Refunded, Position::Restocked),
            Self::Hold => (Position::Held, Position::OnHold),
            Self::Unhold => (Position::OnHold, Position::Held),
        }
    }
}

/// The positions in which an order can be in each state, and the faults that were found.
pub(super) struct Flow<'a> {
    positions: BTreeMap<&'a StateName, BTreeSet<Position>>,
    faults: Faults,
}

/// Follows every path from the initial state. After a fault a path is not followed any further, so that one mistake is reported once.
pub(super) fn follow(process: &OrderProcess) -> Flow<'_> {
    let start = (&process.initial, Position::Awaited);
    let mut flow =
        Flow { positions: BTreeMap::from([(start.0, BTreeSet::from([start.1]))]), faults: Faults::default() };
    let mut waiting = vec![start];
    while let Some((state, position)) = waiting.pop() {
        // If an order was refunded outside of the process, its goods can come back as after a refund.
        if let (Some((to, path)), Position::Held | Position::OnHold | Position::Released) =
            (when_refunded(process, state), position)
            && flow.arrive(to, Position::Refunded, path)
        {
            waiting.push((to, Position::Refunded));
        }
        for (number, rule) in process.transitions.iter().enumerate().filter(|(_, rule)| rule.from.contains(state)) {
            match perform(&rule.actions, position) {
                Ok(then) if flow.arrive(&rule.to, then, format!("transitions[{number}].to")) => {
                    waiting.push((&rule.to, then))
                }
                Ok(_) => {}
                Err((action, message)) => {
                    flow.faults.once(format!("transitions[{number}].actions[{action}]"), message);
                }
            }
        }
    }
    flow
}

/// The state to which a full refund leads from a state, and where the process says so.
fn when_refunded<'a>(process: &'a OrderProcess, state: &StateName) -> Option<(&'a StateName, String)> {
    let (number, found) = process.states.iter().enumerate().find(|(_, found)| found.name == *state)?;
    Some((&found.when_refunded.as_ref()?.to, format!("states[{number}].when_refunded.to")))
}

/// The position to which the actions lead, or the first action that is not possible.
fn perform(actions: &[Action], mut position: Position) -> Result<Position, (usize, String)> {
    for (number, action) in actions.iter().enumerate() {
        let (needed, then) = action.turns();
        if position != needed {
            let (name, needed, is) = (action.name(), needed.words(), position.words());
            return Err((
                number,
                format!("`{name}` is possible only when {needed}, but here {is}: move it or leave it out."),
            ));
        }
        position = then;
    }
    Ok(position)
}

impl<'a> Flow<'a> {
    /// What is in escrow in a state; `None` if no path leads there.
    pub(super) fn escrow(&self, state: &StateName) -> Option<Escrow> {
        self.positions.get(state)?.first().map(|position| position.escrow())
    }

    /// All faults, including the states in which an order would end with money in escrow.
    pub(super) fn faults(self, process: &OrderProcess) -> Vec<ProcessFault> {
        let held = |state: &StateName| matches!(self.escrow(state), Some(Escrow::Held | Escrow::OnHold));
        let stuck: Vec<_> =
            process.states.iter().map(|state| process.is_final(&state.name) && held(&state.name)).collect();
        let mut faults = self.faults;
        for (number, _) in stuck.into_iter().enumerate().filter(|(_, stuck)| *stuck) {
            let message = "Nothing leads out of here, but the money is still in escrow: `release` or `refund` it on the way, \
                           or add a transition that does.";
            faults.add(format!("states[{number}]"), message);
        }
        faults.all()
    }

    /// Records a position in a state and returns whether it is new there. All paths into a state must agree about escrow.
    fn arrive(&mut self, state: &'a StateName, position: Position, path: String) -> bool {
        let known = self.positions.entry(state).or_default();
        if let Some(other) = known.first().filter(|known| known.escrow() != position.escrow()) {
            let (is, other) = (position.words(), other.words());
            let message = format!(
                "By this {is} when the order comes to `{state}`, by another one {other}: let it lead to a state of \
                 its own."
            );
            self.faults.once(path, message);
            return false;
        }
        known.insert(position)
    }
}
