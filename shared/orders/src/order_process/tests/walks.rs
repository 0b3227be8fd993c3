//! Shows that [`check`] is sound: orders take random walks through random processes that pass it, while the test keeps its own books,
//! which do not depend on the checker.

use super::*;
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

pub(super) const ACTIONS: [Action; 9] = [
    Action::Reserve,
    Action::Capture,
    Action::Unreserve,
    Action::Release,
    Action::Fee,
    Action::Refund,
    Action::Restock,
    Action::Hold,
    Action::Unhold,
];

const PRICE: i64 = 1_000;
const FEE: i64 = 100;
const UNITS: i64 = 3;
const SHELF: i64 = 5;

/// One order's money in cents and goods in units.
#[derive(Debug, Clone, PartialEq)]
struct Books {
    buyer: i64,
    escrow: i64,
    seller: i64,
    platform: i64,
    on_hold: bool,
    available: i64,
    reserved: i64,
    sold: i64,
    /// The previous action in the same transition.
    before: Option<Action>,
}

fn must(holds: bool, what: &str) -> Result<(), TestCaseError> {
    if holds { Ok(()) } else { Err(TestCaseError::fail(what.to_owned())) }
}

fn transfer(from: &mut i64, to: &mut i64, amount: i64) {
    *from = from.checked_sub(amount).unwrap();
    *to = to.checked_add(amount).unwrap();
}

impl Books {
    fn new() -> Self {
        let (escrow, seller, platform, reserved, sold) = (0, 0, 0, 0, 0);
        Self { buyer: PRICE, escrow, seller, platform, on_hold: false, available: SHELF, reserved, sold, before: None }
    }

    /// Performs the actions of one transition.
    fn act(&mut self, actions: &[Action]) -> Result<(), TestCaseError> {
        self.before = None;
        for action in actions {
            self.act_once(*action)?;
            self.before = Some(*action);
        }
        Ok(())
    }

    fn act_once(&mut self, action: Action) -> Result<(), TestCaseError> {
        match action {
            Action::Reserve => {
                must(self.reserved == 0 && self.sold == 0, "reserved twice")?;
                transfer(&mut self.available, &mut self.reserved, UNITS);
            }
            Action::Capture => {
                must(self.reserved == UNITS, "captured without stock")?;
                must(self.buyer == PRICE, "captured twice")?;
                transfer(&mut self.buyer, &mut self.escrow, PRICE);
                transfer(&mut self.reserved, &mut self.sold, UNITS);
            }
            Action::Unreserve => {
                must(self.reserved == UNITS && self.escrow == 0, "unreserved what is not reserved")?;
                transfer(&mut self.reserved, &mut self.available, UNITS);
            }
            Action::Release => {
                must(self.escrow == PRICE, "released what is not there")?;
                must(!self.on_hold, "released what is on hold")?;
                transfer(&mut self.escrow, &mut self.seller, PRICE);
            }
            Action::Fee => {
                must(self.before == Some(Action::Release) && self.platform == 0, "a fee of nothing")?;
                transfer(&mut self.seller, &mut self.platform, FEE);
            }
            Action::Refund => {
                must(self.escrow == PRICE, "refunded what is not there")?;
                must(!self.on_hold, "refunded what is on hold")?;
                transfer(&mut self.escrow, &mut self.buyer, PRICE);
            }
            Action::Restock => {
                must(self.sold == UNITS && self.buyer == PRICE, "restocked what is not back")?;
                transfer(&mut self.sold, &mut self.available, UNITS);
            }
            Action::Hold => {
                must(self.escrow == PRICE && !self.on_hold, "held what cannot be held")?;
                self.on_hold = true;
            }
            Action::Unhold => {
                must(self.escrow == PRICE && self.on_hold, "unheld what is not on hold")?;
                self.on_hold = false;
            }
        }
        Ok(())
    }

    fn sums(&self) -> (Option<i64>, Option<i64>) {
        let sum = |parts: &[i64]| parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(*part));
        (sum(&[self.buyer, self.escrow, self.seller, self.platform]), sum(&[self.available, self.reserved, self.sold]))
    }

    fn agrees(&self, escrow: Escrow) -> bool {
        match escrow {
            Escrow::Unpaid => self.reserved == UNITS && self.escrow == 0 && !self.on_hold,
            Escrow::Held => self.escrow == PRICE && self.reserved == 0 && !self.on_hold,
            Escrow::OnHold => self.escrow == PRICE && self.reserved == 0 && self.on_hold,
            Escrow::Settled => self.escrow == 0 && self.reserved == 0 && !self.on_hold,
        }
    }
}

/// Takes an order through the process, another one when it ends, and so on. Returns how many orders ended.
fn walk(process: &OrderProcess, choices: &[Index]) -> Result<usize, TestCaseError> {
    let escrow: BTreeMap<_, _> =
        process.states.iter().map(|state| (&state.name, process.escrow(&state.name))).collect();
    let (mut ended, mut order) = (0_usize, None);
    for choice in choices {
        let (from, mut books) = match order.take() {
            Some(order) => order,
            None => {
                let mut books = Books::new();
                books.act(&process.on_start)?;
                (process.initial.clone(), books)
            }
        };
        prop_assert_eq!(escrow[&from].map(|escrow| books.agrees(escrow)), Some(true), "{}: {:?}", from, books);
        let ways: Vec<_> = ACTORS
            .into_iter()
            .flat_map(|by| process.possible(&from, by).into_iter().map(move |rule| (by, rule)))
            .collect();
        prop_assert_eq!(ways.is_empty(), process.is_final(&from));
        if ways.is_empty() {
            prop_assert_eq!((books.escrow, books.reserved, books.on_hold), (0, 0, false), "ended in {}", from);
            ended = ended.saturating_add(1);
            continue;
        }
        prop_assert_eq!(ways.iter().filter(|(by, _)| *by == Actor::Timer).count(), process.timer(&from).iter().count());
        let (by, rule) = choice.get(&ways);
        prop_assert_eq!(process.step(&from, &rule.name, *by), Ok(*rule));
        books.act(&rule.actions)?;
        prop_assert_eq!(books.sums(), (Some(PRICE), Some(SHELF)));
        order = Some((rule.to.clone(), books));
    }
    Ok(ended)
}

/// A change to a process. Most changes break it; those that do not, together, make processes unlike the default one.
#[derive(Debug, Clone)]
enum Change {
    DropRule(Index),
    DropState(Index),
    SwapRules(Index, Index),
    Redirect(Index, Index),
    AlsoFrom(Index, Index),
    By(Index, Vec<Actor>),
    Timed(Index),
    Actions(Index, Vec<Action>),
    Begin(Index),
    Rule(Index, Index, Actor, Vec<Action>),
    /// A state, a rule into it and one out of it.
    Detour(Index, Index, [(Actor, Vec<Action>); 2]),
}

fn changes() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let actor = || select(ACTORS.to_vec());
    // Random actions are seldom possible: so often none or one is chosen, or actions that fit together.
    let actions = || {
        let sensible = [
            vec![],
            vec![Action::Unreserve],
            vec![Action::Release],
            vec![Action::Release, Action::Fee],
            vec![Action::Fee],
            vec![Action::Refund],
            vec![Action::Refund, Action::Restock],
            vec![Action::Restock],
            vec![Action::Hold],
            vec![Action::Unhold],
            vec![Action::Unhold, Action::Refund],
            vec![Action::Unhold, Action::Release],
        ];
        let random = proptest::collection::vec(select(ACTIONS.to_vec()), 0..4);
        prop_oneof![4 => select(sensible.to_vec()), 1 => random]
    };
    let step = move || (actor(), actions());
    prop_oneof![
        2 => index().prop_map(Change::DropRule),
        2 => index().prop_map(Change::DropState),
        1 => (index(), index()).prop_map(|(one, other)| Change::SwapRules(one, other)),
        2 => (index(), index()).prop_map(|(rule, to)| Change::Redirect(rule, to)),
        2 => (index(), index()).prop_map(|(rule, from)| Change::AlsoFrom(rule, from)),
        1 => (index(), proptest::collection::vec(actor(), 0..4)).prop_map(|(rule, by)| Change::By(rule, by)),
        1 => index().prop_map(Change::Timed),
        2 => (index(), actions()).prop_map(|(rule, actions)| Change::Actions(rule, actions)),
        1 => index().prop_map(Change::Begin),
        3 => (index(), index(), step()).prop_map(|(from, to, (by, actions))| Change::Rule(from, to, by, actions)),
        3 => (index(), index(), [step(), step()]).prop_map(|(from, to, steps)| Change::Detour(from, to, steps)),
    ]
}

/// Applies a change to the process, if there is something left to change.
fn apply(process: &mut OrderProcess, change: &Change, number: &str) -> Option<()> {
    let rules = process.transitions.len();
    let a_state =
        |at: &Index| process.states.get(at.index(process.states.len().max(1))).map(|state| state.name.clone());
    let a_rule = |at: &Index| (rules > 0).then(|| at.index(rules));
    match change {
        Change::DropRule(rule) => drop(process.transitions.remove(a_rule(rule)?)),
        Change::DropState(at) => {
            let gone = a_state(at)?;
            process.states.retain(|state| state.name != gone);
            process.transitions.iter_mut().for_each(|rule| rule.from.retain(|from| *from != gone));
            process.transitions.retain(|rule| !rule.from.is_empty() && rule.to != gone);
        }
        Change::SwapRules(one, other) => process.transitions.swap(a_rule(one)?, a_rule(other)?),
        Change::Redirect(rule, to) => process.transitions[a_rule(rule)?].to = a_state(to)?,
        Change::AlsoFrom(rule, from) => process.transitions[a_rule(rule)?].from.push(a_state(from)?),
        Change::By(rule, by) => process.transitions[a_rule(rule)?].by.clone_from(by),
        Change::Timed(rule) => {
            let rule = &mut process.transitions[a_rule(rule)?];
            rule.by.push(Actor::Timer);
            rule.after = Some(Delay { seconds: 600 });
        }
        Change::Actions(rule, actions) => process.transitions[a_rule(rule)?].actions.clone_from(actions),
        Change::Begin(at) => process.initial = a_state(at)?,
        Change::Rule(from, to, by, actions) => {
            let rule = new_rule(&format!("new_{number}"), a_state(from)?, a_state(to)?, *by, actions);
            process.transitions.push(rule);
        }
        Change::Detour(from, to, [there, back]) => {
            let (from, to, name) = (a_state(from)?, a_state(to)?, state(&format!("detour_{number}")));
            process.transitions.push(new_rule(&format!("leave_{number}"), from, name.clone(), there.0, &there.1));
            process.transitions.push(new_rule(&format!("return_{number}"), name.clone(), to, back.0, &back.1));
            process.states.push(State {
                name,
                label: "A detour".into(),
                waits_for: WaitsFor::default(),
                when_refunded: None,
            });
        }
    }
    Some(())
}

fn new_rule(name: &str, from: StateName, to: StateName, by: Actor, actions: &[Action]) -> Rule {
    Rule {
        name: transition(name),
        from: vec![from],
        to,
        by: vec![by],
        after: (by == Actor::Timer).then_some(Delay { seconds: 600 }),
        actions: actions.to_vec(),
        needs_shipment: false,
        note: None,
    }
}

#[test]
fn whatever_passes_the_check_never_errs_with_money_and_ends_with_none_in_escrow() {
    let seen = RefCell::new((BTreeSet::new(), 0_usize));
    let mut runner = TestRunner::new(Config { cases: 400, failure_persistence: None, ..Config::default() });
    let several = proptest::collection::vec(proptest::collection::vec(changes(), 1..=2), 1..40);
    let strategy = (several, proptest::collection::vec(any::<Index>(), 100));
    let result = runner.run(&strategy, |(several, choices)| {
        // A change that breaks the process is undone, so that the other changes add up.
        let mut process = OrderProcess::standard().clone();
        for (number, changes) in several.iter().enumerate() {
            let mut changed = process.clone();
            for (part, change) in changes.iter().enumerate() {
                apply(&mut changed, change, &format!("{number}_{part}"));
            }
            if check(&changed).is_ok() {
                process = changed;
            }
        }
        let ended = walk(&process, &choices)?;
        let mut seen = seen.borrow_mut();
        seen.0.insert(serde_json::to_string(&process).unwrap());
        seen.1 = seen.1.saturating_add(ended);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let (processes, ended) = seen.into_inner();
    // Otherwise the test would have shown little.
    assert!(processes.len() > 200 && ended > 2_000, "{} processes, {ended} orders", processes.len());
}

proptest! {
    #[test]
    fn an_order_of_the_default_process_never_errs_with_money(choices in proptest::collection::vec(any::<Index>(), 200)) {
        prop_assert!(walk(OrderProcess::standard(), &choices)? > 0);
    }
}
