//! What may happen before an order is paid: the payment decides it, for all orders of a checkout at once.

use super::{
    Action, OrderProcess, Rule,
    faults::Faults,
    names::{EXPIRE, PAY},
};
use crate::Actor;

/// Checks the rules that leave the initial state, and the two reserved names.
pub(super) fn check(process: &OrderProcess, faults: &mut Faults) {
    if process.on_start != [Action::Reserve] {
        faults
            .add("on_start", "Write `[\"reserve\"]`: an order begins by taking its stock, and does nothing else then.");
    }
    let mut captures = 0_usize;
    let mut expires = false;
    for (number, rule) in process.transitions.iter().enumerate() {
        let path = |field: &str| format!("transitions[{number}].{field}");
        if rule.actions.contains(&Action::Capture) {
            captures = captures.saturating_add(1);
            if captures > 1 {
                faults.add(path("actions"), "Another transition has `capture` already: a payment is captured once.");
            }
            if rule.from != [process.initial.clone()] {
                faults.add(path("from"), format!("A payment comes in `{}` only: write that, alone.", process.initial));
            }
        }
        let expiry = is_expiry(process, rule);
        expires |= expiry;
        names(rule, expiry, &path, faults);
        if rule.from.contains(&process.initial) {
            leaving(rule, &path, faults);
        }
    }
    let initial = &process.initial;
    if captures == 0 {
        let message = format!("Add the transition `{PAY}` from `{initial}`, by `provider`, with the action `capture`.");
        faults.add("transitions", message);
    }
    if !expires {
        let message =
            format!("Add the transition `{EXPIRE}` from `{initial}`, by `timer`, with the action `unreserve`.");
        faults.add("transitions", message);
    }
}

/// Whether the rule ends the time to pay.
pub(super) fn is_expiry(process: &OrderProcess, rule: &Rule) -> bool {
    rule.from.contains(&process.initial) && rule.by.contains(&Actor::Timer) && rule.actions == [Action::Unreserve]
}

fn names(rule: &Rule, expiry: bool, path: &impl Fn(&str) -> String, faults: &mut Faults) {
    for (name, is, what) in [
        (PAY, rule.actions.contains(&Action::Capture), "captures the payment"),
        (EXPIRE, expiry, "ends the time to pay"),
    ] {
        let named = rule.name.as_str() == name;
        if named && !is {
            faults.add(path("name"), format!("`{name}` is the transition that {what}: give this one another name."));
        }
        if is && !named {
            faults.add(path("name"), format!("A transition that {what} is named `{name}`: name it so."));
        }
    }
}

fn leaving(rule: &Rule, path: &impl Fn(&str) -> String, faults: &mut Faults) {
    if rule.needs_shipment {
        faults.add(path("needs_shipment"), "What is not paid is not shipped: leave it out.");
    }
    match rule.actions.as_slice() {
        [Action::Capture] => {
            if rule.by != [Actor::Provider] {
                faults.add(
                    path("by"),
                    "Only the payment provider knows that a payment arrived: write `provider`, alone.",
                );
            }
        }
        [Action::Unreserve] => {
            let times_out = rule.by == [Actor::Timer];
            let called_off = rule.by.iter().all(|by| matches!(by, Actor::Buyer | Actor::Admin));
            if !times_out && !called_off {
                let message = "An unpaid order is ended by `timer` alone, or by `buyer` and `admin`: all orders of its payment \
                               end with it, those of other sellers too.";
                faults.add(path("by"), message);
            }
        }
        _ => {
            let message = "An order that is not paid can only be paid or ended: write `capture` or `unreserve`, alone.";
            faults.add(path("actions"), message);
        }
    }
}
