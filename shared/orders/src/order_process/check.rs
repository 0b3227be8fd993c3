//! Whether a process may be published. All faults are reported, each with its place and what to do about it.

use super::{
    Action, OrderProcess, Rule, StateName,
    faults::{Faults, ProcessFault},
    flow, graph, unpaid,
};
use crate::Actor;
use std::{collections::BTreeSet, time::Duration};

/// The most states of a process.
pub const MOST_STATES: usize = 30;
/// The most rules of a process.
pub const MOST_RULES: usize = 60;
/// The most characters of a process's name.
pub const MOST_NAME: usize = 80;
/// The most characters of a state's label.
pub const MOST_LABEL: usize = 60;
/// The most characters of a note, or of a sentence in `waits_for`.
pub const MOST_SENTENCE: usize = 200;
/// The shortest delay, because timers are checked every minute.
pub const SHORTEST_DELAY: Duration = Duration::from_secs(60);
/// The longest delay of a timer.
pub const LONGEST_DELAY: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// The longest time for which stock is reserved for an order that is not paid.
pub const LONGEST_RESERVATION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Checks whether orders may use this process. In one that passes, no action ever comes at a wrong moment, every order can reach a
/// final state, and none ends with money in escrow. Returns all faults; for a process that is too large, only that.
pub fn check(process: &OrderProcess) -> Result<(), Vec<ProcessFault>> {
    let mut faults = Faults::default();
    sizes(process, &mut faults);
    if faults.is_empty() {
        states(process, &mut faults);
        for (number, rule) in process.transitions.iter().enumerate() {
            let path = |field: &str| format!("transitions[{number}].{field}");
            shape(process, rule, &path, &mut faults);
            timing(process, rule, &path, &mut faults);
        }
        pairs(process, &mut faults);
        unpaid::check(process, &mut faults);
        graph::check(process, &mut faults);
        graph::check_timers(process, &mut faults);
        faults.extend(flow::follow(process).faults(process));
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.all()) }
}

fn sizes(process: &OrderProcess, faults: &mut Faults) {
    for (path, length, most) in
        [("states", process.states.len(), MOST_STATES), ("transitions", process.transitions.len(), MOST_RULES)]
    {
        if length > most {
            faults.add(path, format!("A process has at most {most}: leave out {}.", length.saturating_sub(most)));
        }
    }
}

fn states(process: &OrderProcess, faults: &mut Faults) {
    text("name", &process.name, MOST_NAME, faults);
    if process.state(&process.initial).is_none() {
        faults.add("initial", unknown(&process.initial));
    }
    let mut seen = BTreeSet::new();
    for (number, state) in process.states.iter().enumerate() {
        let path = |field: &str| format!("states[{number}].{field}");
        if !seen.insert(&state.name) {
            faults.add(path("name"), format!("Another state is named `{}` already: choose another name.", state.name));
        }
        text(&path("label"), &state.label, MOST_LABEL, faults);
        if let Some(rule) = &state.when_refunded {
            let to = &rule.to;
            if process.state(to).is_none() {
                faults.add(path("when_refunded.to"), unknown(to));
            }
            if state.name == process.initial {
                faults.add(path("when_refunded"), "What is not paid is not refunded: leave it out.");
            }
        }
        for (field, sentence) in [("buyer", &state.waits_for.buyer), ("seller", &state.waits_for.seller)] {
            if let Some(sentence) = sentence {
                text(&path(&format!("waits_for.{field}")), sentence, MOST_SENTENCE, faults);
            }
        }
    }
}

/// Checks the parts of a single rule.
fn shape(process: &OrderProcess, rule: &Rule, path: &impl Fn(&str) -> String, faults: &mut Faults) {
    for (number, from) in rule.from.iter().enumerate().filter(|(_, from)| process.state(from).is_none()) {
        faults.add(path(&format!("from[{number}]")), unknown(from));
    }
    if process.state(&rule.to).is_none() {
        faults.add(path("to"), unknown(&rule.to));
    }
    if rule.from.is_empty() {
        faults.add(path("from"), "Name at least one state that it leaves.");
    }
    if rule.by.is_empty() {
        faults.add(path("by"), "Name at least one who may take it.");
    }
    for (field, repeats) in
        [("from", repeats(&rule.from)), ("by", repeats(&rule.by)), ("actions", repeats(&rule.actions))]
    {
        if repeats {
            faults.add(path(field), "Something stands here twice: leave it out once.");
        }
    }
    for (number, action) in rule.actions.iter().enumerate().filter(|(_, action)| **action == Action::Fee) {
        let before = number.checked_sub(1).and_then(|before| rule.actions.get(before));
        if before != Some(&Action::Release) {
            let message =
                format!("A fee is kept of what is released: write `{}` directly after `release`.", action.name());
            faults.add(path(&format!("actions[{number}]")), message);
        }
    }
    if rule.needs_shipment && rule.by.iter().any(|by| matches!(by, Actor::Timer | Actor::Provider)) {
        faults
            .add(path("needs_shipment"), "Neither `timer` nor `provider` can name a shipment: leave them out of `by`.");
    }
    if let Some(note) = &rule.note {
        text(&path("note"), note, MOST_SENTENCE, faults);
    }
}

fn timing(process: &OrderProcess, rule: &Rule, path: &impl Fn(&str) -> String, faults: &mut Faults) {
    match (rule.by.contains(&Actor::Timer), rule.after) {
        (true, Some(after)) => {
            let longest = if unpaid::is_expiry(process, rule) { LONGEST_RESERVATION } else { LONGEST_DELAY };
            if !(SHORTEST_DELAY..=longest).contains(&after.duration()) {
                let (shortest, longest) = (SHORTEST_DELAY.as_secs(), longest.as_secs());
                faults.add(path("after.seconds"), format!("Write a number from {shortest} to {longest}."));
            }
        }
        (true, None) => faults.add(path("after"), "Say after how many seconds `timer` takes it."),
        (false, Some(_)) => faults.add(path("after"), "Only `timer` waits: leave this out, or add `timer` to `by`."),
        (false, None) => {}
    }
}

/// Checks that two rules that leave the same state do not have the same name, and are not both taken by a timer.
fn pairs(process: &OrderProcess, faults: &mut Faults) {
    for (number, rule) in process.transitions.iter().enumerate() {
        let before = || process.transitions.iter().take(number).filter_map(|other| Some((other, shared(rule, other)?)));
        if let Some((_, state)) = before().find(|(other, _)| other.name == rule.name) {
            let message =
                format!("Another transition from `{state}` is named `{}` too: choose another name.", rule.name);
            faults.add(format!("transitions[{number}].name"), message);
        }
        let timed = |rule: &Rule| rule.by.contains(&Actor::Timer);
        if let Some((other, state)) = before().find(|(other, _)| timed(rule) && timed(other)) {
            let message = format!(
                "The timer of `{}` leaves `{state}` already, and one of them would never come: leave `timer` out here.",
                other.name
            );
            faults.add(format!("transitions[{number}].by"), message);
        }
    }
}

/// A state that both rules leave, if there is one.
fn shared<'a>(one: &'a Rule, other: &Rule) -> Option<&'a StateName> {
    one.from.iter().find(|state| other.from.contains(state))
}

fn repeats<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().any(|(number, item)| list.iter().take(number).any(|other| other == item))
}

fn text(path: &str, text: &str, most: usize, faults: &mut Faults) {
    let fits = (1..=most).contains(&text.chars().count());
    if !fits || text.trim().is_empty() || text.chars().any(char::is_control) {
        faults.add(path, format!("Write 1 to {most} characters on one line."));
    }
}

fn unknown(state: &StateName) -> String {
    format!("There is no state `{state}`: name one of `states`, or add it there.")
}
