//! The default process, and taking steps in any process.

use super::*;
use serde_json::{Value, json};

mod checks;
mod walks;

pub(super) const ACTORS: [Actor; 5] = [Actor::Buyer, Actor::Seller, Actor::Admin, Actor::Timer, Actor::Provider];

pub(super) fn state(name: &str) -> StateName {
    StateName::parse(name).unwrap()
}

pub(super) fn transition(name: &str) -> TransitionName {
    TransitionName::parse(name).unwrap()
}

fn standard() -> &'static OrderProcess {
    OrderProcess::standard()
}

fn names(rules: &[&Rule]) -> Vec<String> {
    rules.iter().map(|rule| rule.name.to_string()).collect()
}

fn leads(from: &str, name: &str, by: Actor) -> String {
    standard().step(&state(from), &transition(name), by).unwrap().to.to_string()
}

#[test]
fn the_default_process_passes() {
    assert_eq!(check(standard()), Ok(()));
    assert_eq!((standard().version, standard().states.len()), (0, 10));
}

#[test]
fn the_default_process_reads_back_from_its_json() {
    let file: Value = serde_json::from_str(include_str!("../default.json")).unwrap();
    assert_eq!(serde_json::to_value(standard()).unwrap(), file);
    assert_eq!(serde_json::from_value::<OrderProcess>(file).unwrap(), *standard());
}

#[test]
fn every_step_of_the_default_process_has_its_sentence_and_every_open_state_says_what_is_awaited() {
    assert!(standard().transitions.iter().all(|rule| rule.note.is_some()));
    for State { name, waits_for, .. } in &standard().states {
        assert_eq!(standard().is_final(name), waits_for.is_empty(), "{name}");
    }
}

#[test]
fn an_order_that_goes_well_takes_the_steps_it_always_took() {
    assert_eq!(standard().initial, state("pending_payment"));
    assert_eq!(leads("pending_payment", "pay", Actor::Provider), "paid");
    assert_eq!(leads("paid", "accept", Actor::Seller), "accepted");
    assert_eq!(leads("accepted", "ship", Actor::Seller), "shipped");
    assert_eq!(leads("shipped", "deliver", Actor::Buyer), "delivered");
    assert_eq!(leads("delivered", "complete", Actor::Buyer), "completed");
    assert_eq!(leads("paid", "ship", Actor::Admin), "shipped");
    assert_eq!(leads("shipped", "complete", Actor::Buyer), "completed");
    for paid in ["pending_payment", "paid", "accepted"] {
        assert_eq!(leads(paid, "cancel", Actor::Buyer), "cancelled");
    }
}

#[test]
fn a_dispute_is_decided_for_one_of_them_or_withdrawn() {
    for open in ["shipped", "delivered"] {
        assert_eq!(leads(open, "dispute", Actor::Buyer), "disputed");
    }
    assert_eq!(
        names(&standard().possible(&state("disputed"), Actor::Admin)),
        ["resolve_for_seller", "resolve_for_buyer"]
    );
    assert_eq!(leads("disputed", "withdraw", Actor::Buyer), "delivered");
    assert!(standard().possible(&state("disputed"), Actor::Seller).is_empty());
    assert_eq!(standard().timer(&state("disputed")), None);
}

#[test]
fn time_moves_four_states_on() {
    let timers: Vec<_> = standard()
        .states
        .iter()
        .filter_map(|state| standard().timer(&state.name))
        .map(|(rule, after)| (rule.name.to_string(), rule.to.to_string(), after.as_secs()))
        .collect();
    let expected = [
        ("expire", "expired", 15 * 60),
        ("auto_accept", "accepted", 3 * 24 * 60 * 60),
        ("auto_deliver", "delivered", 14 * 24 * 60 * 60),
        ("auto_complete", "completed", 3 * 24 * 60 * 60),
    ];
    assert_eq!(timers, expected.map(|(name, to, after)| (name.to_owned(), to.to_owned(), after)));
}

#[test]
fn four_states_are_final_and_none_that_is_unknown() {
    let finals: Vec<_> = standard().states.iter().map(|s| &s.name).filter(|name| standard().is_final(name)).collect();
    assert_eq!(
        finals.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        ["expired", "completed", "cancelled", "refunded"]
    );
    assert!(!standard().is_final(&state("lost")));
}

#[test]
fn what_is_in_escrow_follows_from_the_state() {
    let escrow = |name| standard().escrow(&state(name));
    assert_eq!(escrow("pending_payment"), Some(Escrow::Unpaid));
    for held in ["paid", "accepted", "shipped", "delivered"] {
        assert_eq!(escrow(held), Some(Escrow::Held));
    }
    assert_eq!(escrow("disputed"), Some(Escrow::OnHold));
    for settled in ["expired", "cancelled", "completed", "refunded"] {
        assert_eq!(escrow(settled), Some(Escrow::Settled));
    }
    assert_eq!(escrow("lost"), None);
}

#[test]
fn a_step_from_elsewhere_says_what_is_possible_instead() {
    let error = standard().step(&state("delivered"), &transition("ship"), Actor::Buyer).unwrap_err();
    let expected = "`ship` is not possible while the order is `delivered`; possible now: `complete`, `dispute`";
    assert_eq!(error.to_string(), expected);
    let error = standard().step(&state("completed"), &transition("dispute"), Actor::Buyer).unwrap_err();
    assert!(error.to_string().ends_with("; there is nothing for you to do now"), "{error}");
    assert!(standard().step(&state("lost"), &transition("pay"), Actor::Provider).is_err());
}

#[test]
fn somebody_elses_step_is_refused() {
    for (from, name, by) in [
        ("pending_payment", "pay", Actor::Buyer),
        ("pending_payment", "cancel", Actor::Seller),
        ("paid", "accept", Actor::Buyer),
        ("shipped", "complete", Actor::Seller),
        ("shipped", "complete", Actor::Admin),
        ("disputed", "resolve_for_buyer", Actor::Buyer),
    ] {
        let refused = standard().step(&state(from), &transition(name), by);
        assert_eq!(refused, Err(StepError::NotYours), "{name} by {by:?}");
    }
}

#[test]
fn what_is_possible_is_what_can_be_taken() {
    for State { name: from, .. } in &standard().states {
        for by in ACTORS {
            let possible = standard().possible(from, by);
            for rule in &standard().transitions {
                let taken = standard().step(from, &rule.name, by).ok();
                assert_eq!(taken, possible.iter().find(|other| other.name == rule.name).copied());
            }
        }
    }
}

#[test]
fn a_member_that_nobody_knows_is_refused() {
    for at in ["", "/states/0", "/states/0/waits_for", "/transitions/1", "/transitions/1/after"] {
        let mut json = serde_json::to_value(standard()).unwrap();
        json.pointer_mut(at).unwrap()["colour"] = json!("green");
        assert!(serde_json::from_value::<OrderProcess>(json).is_err(), "{at}");
    }
}

#[test]
fn an_action_is_called_in_json_as_in_sentences() {
    for action in walks::ACTIONS {
        assert_eq!(serde_json::to_value(action).unwrap(), action.name());
    }
}

#[test]
fn nothing_can_be_done_without_a_process() {
    let nothing = OrderProcess::nothing();
    assert!(check(&nothing).is_err());
    assert!(ACTORS.iter().all(|by| nothing.possible(&nothing.initial, *by).is_empty()));
}
