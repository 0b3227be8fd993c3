//! Which states can be reached from which others.

use super::{OrderProcess, State, StateName, faults::Faults};
use crate::Actor;
use std::collections::BTreeSet;

/// Checks that every state can be reached from the initial one, and a final state from every one.
pub(super) fn check(process: &OrderProcess, faults: &mut Faults) {
    let steps = process.transitions.iter().flat_map(|rule| rule.from.iter().map(move |from| (from, &rule.to)));
    let refunded = |state: &'_ State| state.when_refunded.as_ref().map(|rule| rule.to.clone());
    let ends: Vec<_> = process.states.iter().filter_map(|state| Some((&state.name, refunded(state)?))).collect();
    let steps: Vec<_> = steps.chain(ends.iter().map(|(from, to)| (*from, to))).collect();
    let reached = closure(BTreeSet::from([&process.initial]), &steps);
    let back: Vec<_> = steps.into_iter().map(|(from, to)| (to, from)).collect();
    let ends = process.states.iter().map(|state| &state.name).filter(|name| process.is_final(name)).collect();
    let ending = closure(ends, &back);
    for (number, State { name, .. }) in process.states.iter().enumerate() {
        if !reached.contains(name) {
            let initial = &process.initial;
            let message =
                format!("No path leads from `{initial}` to `{name}`: add a transition, or take the state out.");
            faults.add(format!("states[{number}]"), message);
        }
        if !ending.contains(name) {
            let message = format!("No path leads from `{name}` to a final state: add a transition that ends it.");
            faults.add(format!("states[{number}]"), message);
        }
    }
}

/// Checks that timers alone do not lead an order in a circle, which would cost money for ever.
pub(super) fn check_timers(process: &OrderProcess, faults: &mut Faults) {
    for (number, rule) in process.transitions.iter().enumerate().filter(|(_, rule)| rule.by.contains(&Actor::Timer)) {
        let mut state = &rule.to;
        // A path without a loop has at most as many steps as there are states.
        for _ in &process.states {
            if rule.from.contains(state) {
                let message =
                    format!("Time alone leads back to `{state}`, again and again: let somebody else lead back.");
                faults.add(format!("transitions[{number}].to"), message);
                break;
            }
            match process.timer(state) {
                Some((next, _)) => state = &next.to,
                None => break,
            }
        }
    }
}

fn closure<'a>(
    mut found: BTreeSet<&'a StateName>,
    steps: &[(&'a StateName, &'a StateName)],
) -> BTreeSet<&'a StateName> {
    loop {
        let before = found.len();
        for (from, to) in steps {
            if found.contains(from) {
                found.insert(to);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}
