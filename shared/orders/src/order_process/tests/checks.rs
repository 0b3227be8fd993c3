//! For each check, a process that breaks it and, where possible, no other.

use super::*;

// The positions of rules in the default process.
const PAY: usize = 0;
const EXPIRE: usize = 1;
const CANCEL_UNPAID: usize = 2;
const ACCEPT: usize = 3;
const AUTO_ACCEPT: usize = 4;
const SHIP: usize = 5;
const CANCEL: usize = 6;
const DELIVER: usize = 7;
const AUTO_DELIVER: usize = 8;
const COMPLETE: usize = 10;
const AUTO_COMPLETE: usize = 11;
const DISPUTE: usize = 12;
const FOR_SELLER: usize = 13;
const FOR_BUYER: usize = 14;

/// The faults of the default process after a change.
fn faults(change: impl FnOnce(&mut OrderProcess)) -> Vec<ProcessFault> {
    let mut process = OrderProcess::standard().clone();
    change(&mut process);
    check(&process).err().unwrap_or_default()
}

/// Asserts that a change leads to faults in these places, with these words, and in no others.
#[track_caller]
fn found(change: impl FnOnce(&mut OrderProcess), expected: &[(&str, &str)]) {
    let faults = faults(change);
    let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(faults.len(), expected.len(), "{told}");
    for (path, words) in expected {
        assert!(
            faults.iter().any(|fault| fault.path == *path && fault.message.contains(words)),
            "{path} {words}:\n{told}"
        );
    }
}

fn rule(name: &str, from: &str, to: &str, by: Actor, actions: &[Action]) -> Rule {
    Rule {
        name: transition(name),
        from: vec![state(from)],
        to: state(to),
        by: vec![by],
        after: (by == Actor::Timer).then_some(Delay { seconds: 60 }),
        actions: actions.to_vec(),
        needs_shipment: false,
        note: None,
    }
}

fn add_state(process: &mut OrderProcess, name: &str) {
    process.states.push(State {
        name: state(name),
        label: "More".into(),
        waits_for: WaitsFor::default(),
        when_refunded: None,
    });
}

#[test]
fn two_states_of_one_name() {
    found(|p| add_state(p, "paid"), &[("states[10].name", "Another state is named `paid`")]);
}

#[test]
fn a_name_twice_from_one_state() {
    found(|p| p.transitions[AUTO_ACCEPT].name = transition("ship"), &[("transitions[5].name", "from `paid`")]);
}

#[test]
fn an_initial_state_that_is_unknown() {
    // The beginning of every path is lost as well.
    let faults = faults(|p| p.initial = state("cart"));
    assert!(faults.iter().any(|fault| fault.path == "initial" && fault.message.contains("no state `cart`")));
}

#[test]
fn states_that_are_unknown() {
    found(|p| p.transitions[DELIVER].to = state("lost"), &[("transitions[7].to", "no state `lost`")]);
    found(|p| p.transitions[SHIP].from.push(state("lost")), &[("transitions[5].from[2]", "no state `lost`")]);
}

#[test]
fn a_state_that_cannot_be_reached() {
    found(|p| add_state(p, "lost"), &[("states[10]", "No path leads from `pending_payment` to `lost`")]);
}

#[test]
fn a_state_without_an_end() {
    let change = |p: &mut OrderProcess| {
        add_state(p, "frozen");
        p.transitions.push(rule("freeze", "disputed", "frozen", Actor::Admin, &[]));
        p.transitions.push(rule("look", "frozen", "frozen", Actor::Admin, &[]));
    };
    found(change, &[("states[10]", "No path leads from `frozen` to a final state")]);
}

#[test]
fn an_end_with_money_in_escrow() {
    let held = |p: &mut OrderProcess| {
        add_state(p, "lost");
        p.transitions.push(rule("lose", "shipped", "lost", Actor::Seller, &[]));
    };
    found(held, &[("states[10]", "still in escrow")]);
    let on_hold = |p: &mut OrderProcess| {
        add_state(p, "lost");
        p.transitions.push(rule("lose", "disputed", "lost", Actor::Seller, &[]));
    };
    found(on_hold, &[("states[10]", "still in escrow")]);
}

#[test]
fn paths_that_disagree_about_escrow() {
    let held = |p: &mut OrderProcess| p.transitions[AUTO_COMPLETE].actions.clear();
    found(held, &[("transitions[11].to", "the money is in escrow when the order comes to `completed`")]);
    let on_hold = |p: &mut OrderProcess| p.transitions[DISPUTE].to = state("delivered");
    assert!(
        faults(on_hold).iter().any(|fault| fault.path == "transitions[12].to" && fault.message.contains("on hold"))
    );
}

#[test]
fn a_way_back_to_the_beginning() {
    let change =
        |p: &mut OrderProcess| p.transitions.push(rule("reopen", "paid", "pending_payment", Actor::Admin, &[]));
    found(change, &[("transitions[16].to", "comes to `pending_payment`, by another one the payment is awaited")]);
}

#[test]
fn money_released_before_it_came_or_twice() {
    let before = |p: &mut OrderProcess| {
        let early = rule("trust", "expired", "completed", Actor::Admin, &[Action::Release]);
        p.transitions.push(early);
    };
    found(before, &[("transitions[16].actions[0]", "`release` is possible only when the money is in escrow")]);
    let twice = |p: &mut OrderProcess| {
        p.transitions.push(rule("again", "completed", "refunded", Actor::Admin, &[Action::Refund]));
    };
    found(twice, &[("transitions[16].actions[0]", "but here the money was released to the seller")]);
}

#[test]
fn money_that_moves_while_it_is_on_hold() {
    for (number, action) in [(FOR_SELLER, "release"), (FOR_BUYER, "refund")] {
        let change = |p: &mut OrderProcess| {
            p.transitions[number].actions.remove(0);
        };
        let path = format!("transitions[{number}].actions[0]");
        let words = format!("`{action}` is possible only when the money is in escrow, but here the money is on hold");
        found(change, &[(&path, &words)]);
    }
}

#[test]
fn a_hold_that_is_lifted_twice() {
    let change = |p: &mut OrderProcess| p.transitions[DELIVER].actions.push(Action::Unhold);
    found(change, &[("transitions[7].actions[0]", "`unhold` is possible only when the money is on hold")]);
}

#[test]
fn goods_that_return_before_the_refund_or_after_a_sale_or_twice() {
    let before = |p: &mut OrderProcess| p.transitions[CANCEL].actions.swap(0, 1);
    found(before, &[("transitions[6].actions[0]", "`restock` is possible only when the money went back to the buyer")]);
    let after_sale = |p: &mut OrderProcess| p.transitions[COMPLETE].actions.push(Action::Restock);
    found(after_sale, &[("transitions[10].actions[2]", "released to the seller")]);
    let twice = |p: &mut OrderProcess| {
        add_state(p, "returned");
        p.transitions[CANCEL].to = state("refunded");
        p.transitions.push(rule("return", "refunded", "returned", Actor::Admin, &[Action::Restock]));
    };
    found(twice, &[("transitions[16].actions[0]", "and the goods to the shelf")]);
}

#[test]
fn goods_may_return_some_time_after_the_refund() {
    let change = |p: &mut OrderProcess| {
        add_state(p, "returned");
        p.transitions.push(rule("return", "refunded", "returned", Actor::Seller, &[Action::Restock]));
    };
    found(change, &[]);
}

#[test]
fn a_fee_that_is_not_of_a_release() {
    let alone = |p: &mut OrderProcess| {
        add_state(p, "archived");
        p.transitions.push(rule("charge", "completed", "archived", Actor::Admin, &[Action::Fee]));
    };
    found(alone, &[("transitions[16].actions[0]", "directly after `release`")]);
    found(|p| p.transitions[COMPLETE].actions = vec![Action::Release], &[]);
}

#[test]
fn stock_is_reserved_at_the_start_and_only_there() {
    found(|p| p.on_start.clear(), &[("on_start", "Write `[\"reserve\"]`")]);
    found(|p| p.on_start.push(Action::Hold), &[("on_start", "does nothing else")]);
    let later = |p: &mut OrderProcess| p.transitions[ACCEPT].actions.push(Action::Reserve);
    found(later, &[("transitions[3].actions[0]", "`reserve` is possible only when the order is not placed yet")]);
}

#[test]
fn a_transition_without_an_actor_or_from_nowhere() {
    found(|p| p.transitions[ACCEPT].by.clear(), &[("transitions[3].by", "at least one who may take it")]);
    found(|p| p.transitions[ACCEPT].from.clear(), &[("transitions[3].from", "at least one state")]);
}

#[test]
fn something_twice_in_a_list() {
    found(|p| p.transitions[ACCEPT].by.push(Actor::Seller), &[("transitions[3].by", "twice")]);
    found(|p| p.transitions[SHIP].from.push(state("paid")), &[("transitions[5].from", "twice")]);
    let actions = |p: &mut OrderProcess| p.transitions[ACCEPT].actions = [[Action::Hold, Action::Unhold]; 2].concat();
    found(actions, &[("transitions[3].actions", "twice")]);
}

#[test]
fn a_timer_without_a_delay_and_a_delay_without_a_timer() {
    found(|p| p.transitions[AUTO_ACCEPT].after = None, &[("transitions[4].after", "after how many seconds")]);
    found(|p| p.transitions[ACCEPT].after = Some(Delay { seconds: 60 }), &[("transitions[3].after", "Only `timer`")]);
}

#[test]
fn a_delay_that_is_too_short_or_too_long() {
    let year = 366 * 24 * 60 * 60;
    let week = 7 * 24 * 60 * 60;
    for (number, longest) in [(AUTO_ACCEPT, year), (EXPIRE, week)] {
        let set = |seconds| move |p: &mut OrderProcess| p.transitions[number].after = Some(Delay { seconds });
        let path = format!("transitions[{number}].after.seconds");
        let words = format!("from 60 to {longest}");
        found(set(59), &[(&path, &words)]);
        found(set(60), &[]);
        found(set(longest), &[]);
        found(set(longest + 1), &[(&path, &words)]);
    }
}

#[test]
fn two_timers_from_one_state() {
    let change = |p: &mut OrderProcess| {
        p.transitions.push(rule("auto_ship", "paid", "shipped", Actor::Timer, &[]));
    };
    found(change, &[("transitions[16].by", "The timer of `auto_accept` leaves `paid` already")]);
}

#[test]
fn timers_that_go_round_and_round() {
    let alone = |p: &mut OrderProcess| p.transitions.push(rule("wait", "disputed", "disputed", Actor::Timer, &[]));
    found(alone, &[("transitions[16].to", "Time alone leads back to `disputed`")]);
    let two = |p: &mut OrderProcess| {
        p.transitions[AUTO_DELIVER].to = state("accepted");
        p.transitions.push(rule("auto_ship", "accepted", "shipped", Actor::Timer, &[]));
    };
    found(two, &[("transitions[8].to", "back to `shipped`"), ("transitions[16].to", "back to `accepted`")]);
    let by_hand = |p: &mut OrderProcess| p.transitions.push(rule("reject", "delivered", "shipped", Actor::Buyer, &[]));
    found(by_hand, &[]);
}

#[test]
fn no_payment_or_another_one() {
    // Everything that comes after is lost as well.
    let none = faults(|p| drop(p.transitions.remove(PAY)));
    assert!(none.iter().any(|fault| fault.path == "transitions" && fault.message.contains("Add the transition `pay`")));
    let second = |p: &mut OrderProcess| {
        p.transitions.push(rule("pay_later", "pending_payment", "paid", Actor::Provider, &[Action::Capture]));
    };
    found(second, &[("transitions[16].actions", "captured once"), ("transitions[16].name", "is named `pay`")]);
}

#[test]
fn a_payment_that_the_provider_does_not_drive_alone() {
    let path = "transitions[0].by";
    found(|p| p.transitions[PAY].by = vec![Actor::Buyer], &[(path, "write `provider`, alone")]);
    found(|p| p.transitions[PAY].by.push(Actor::Admin), &[(path, "write `provider`, alone")]);
}

#[test]
fn a_payment_from_elsewhere() {
    let change = |p: &mut OrderProcess| p.transitions[PAY].from.push(state("expired"));
    let expected =
        [("transitions[0].from", "in `pending_payment` only"), ("transitions[0].actions[0]", "the order ended unpaid")];
    found(change, &expected);
}

#[test]
fn a_payment_that_does_more() {
    let change = |p: &mut OrderProcess| p.transitions[PAY].actions.extend([Action::Hold, Action::Unhold]);
    found(change, &[("transitions[0].actions", "`capture` or `unreserve`, alone")]);
}

#[test]
fn no_end_of_the_time_to_pay() {
    let change = |p: &mut OrderProcess| {
        p.transitions.remove(EXPIRE);
        p.states.retain(|s| s.name != state("expired"));
    };
    found(change, &[("transitions", "Add the transition `expire`")]);
}

#[test]
fn two_ends_of_the_time_to_pay() {
    let second = |p: &mut OrderProcess| {
        p.transitions.push(rule("lapse", "pending_payment", "expired", Actor::Timer, &[Action::Unreserve]));
    };
    found(second, &[("transitions[16].by", "timer of `expire`"), ("transitions[16].name", "is named `expire`")]);
}

#[test]
fn the_reserved_names_are_kept_for_the_payment() {
    found(|p| p.transitions[PAY].name = transition("buy"), &[("transitions[0].name", "is named `pay`")]);
    found(|p| p.transitions[EXPIRE].name = transition("lapse"), &[("transitions[1].name", "is named `expire`")]);
    found(|p| p.transitions[ACCEPT].name = transition("pay"), &[("transitions[3].name", "give this one another name")]);
    found(|p| p.transitions[DELIVER].name = transition("expire"), &[("transitions[7].name", "give this one another")]);
}

#[test]
fn an_unpaid_order_that_goes_on_or_is_ended_by_its_seller() {
    let go_on = |p: &mut OrderProcess| p.transitions[CANCEL_UNPAID].actions.clear();
    let expected = [
        ("transitions[2].actions", "`capture` or `unreserve`, alone"),
        ("transitions[6].to", "by another one the payment is awaited"),
    ];
    found(go_on, &expected);
    for (number, other) in [(CANCEL_UNPAID, Actor::Seller), (CANCEL_UNPAID, Actor::Provider), (EXPIRE, Actor::Buyer)] {
        let path = format!("transitions[{number}].by");
        found(|p| p.transitions[number].by.push(other), &[(&path, "those of other sellers too")]);
    }
}

#[test]
fn a_shipment_before_the_payment_or_by_nobody() {
    let unpaid = |p: &mut OrderProcess| p.transitions[CANCEL_UNPAID].needs_shipment = true;
    found(unpaid, &[("transitions[2].needs_shipment", "not paid is not shipped")]);
    let nobody = |p: &mut OrderProcess| p.transitions[AUTO_DELIVER].needs_shipment = true;
    found(nobody, &[("transitions[8].needs_shipment", "Neither `timer` nor `provider`")]);
    let provider = |p: &mut OrderProcess| p.transitions[SHIP].by.push(Actor::Provider);
    found(provider, &[("transitions[5].needs_shipment", "Neither `timer` nor `provider`")]);
}

#[test]
fn texts_that_are_empty_or_too_long() {
    for text in [String::new(), "  ".into(), "a\nb".into(), "ü".repeat(201)] {
        found(|p| p.name = text.clone(), &[("name", "1 to 80")]);
        found(|p| p.states[1].label = text.clone(), &[("states[1].label", "1 to 60")]);
        found(|p| p.states[1].waits_for.buyer = Some(text.clone()), &[("states[1].waits_for.buyer", "1 to 200")]);
        found(|p| p.states[1].waits_for.seller = Some(text.clone()), &[("states[1].waits_for.seller", "1 to 200")]);
        found(|p| p.transitions[ACCEPT].note = Some(text.clone()), &[("transitions[3].note", "1 to 200")]);
    }
    found(|p| p.transitions[ACCEPT].note = Some("ü".repeat(200)), &[]);
}

#[test]
fn too_many_states_or_rules() {
    let chain = |p: &mut OrderProcess, states: usize| {
        for n in 0..states {
            add_state(p, &format!("more_{n}"));
            let from = if n == 0 { "completed".into() } else { format!("more_{}", n - 1) };
            p.transitions.push(rule("go_on", &from, &format!("more_{n}"), Actor::Admin, &[]));
        }
    };
    found(|p| chain(p, 20), &[]);
    found(|p| chain(p, 21), &[("states", "at most 30: leave out 1.")]);
    let rules = |p: &mut OrderProcess, rules: usize| {
        for n in 0..rules {
            p.transitions.push(rule(&format!("wait_{n}"), "disputed", "disputed", Actor::Admin, &[]));
        }
    };
    found(|p| rules(p, 44), &[]);
    found(|p| rules(p, 45), &[("transitions", "at most 60: leave out 1.")]);
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let change = |p: &mut OrderProcess| {
        p.name.clear();
        p.transitions[ACCEPT].by.clear();
        p.transitions[DELIVER].to = state("lost");
        p.transitions[AUTO_COMPLETE].actions.clear();
    };
    let expected = [
        ("name", "1 to 80"),
        ("transitions[3].by", "at least one"),
        ("transitions[7].to", "no state `lost`"),
        ("transitions[11].to", "when the order comes to `completed`"),
    ];
    found(change, &expected);
}
