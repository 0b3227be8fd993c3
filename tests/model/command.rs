//! The actions of people, drawn from a seed. A command has only a number for its target; the actual target is chosen from what exists when
//! the command is sent. To add a command: draw it here, choose its target in `model.rs`, send it in `run.rs`, and judge its answer in
//! `judge.rs`.

use tradewind_tests::proof::Random;

/// A step of the order's process that a person takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Accept,
    Ship,
    Deliver,
    Complete,
    Cancel,
    Dispute,
    Withdraw,
    ForSeller,
    ForBuyer,
}

/// The person who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Buyer,
    Seller,
    Admin,
    /// Somebody who is neither buyer nor seller: for them the order does not exist.
    OtherBuyer,
    OtherSeller,
}

/// A test card of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Card {
    Pays,
    Declined,
    NoFunds,
}

/// The part of an order that is refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    Cents(i64),
    /// One unit of the first line, which returns to stock.
    Unit,
    Rest,
}

/// An action of a person, or of the provider.
#[derive(Debug, Clone)]
pub enum Command {
    /// Puts lines (listing, quantity) in the cart.
    Fill {
        buyer: usize,
        lines: Vec<(usize, u32)>,
    },
    /// Buys what is in the cart, mostly of a buyer whose cart is not empty.
    CheckOut {
        buyer: usize,
        empty: bool,
    },
    /// Repeats a checkout that has been answered.
    CheckOutAgain {
        which: usize,
    },
    /// Sends a different request with the key of a checkout.
    CheckOutOther {
        which: usize,
    },
    /// Pays on the provider's page; now and then for another person's payment.
    Confirm {
        which: usize,
        card: Card,
        deliveries: u8,
        late: bool,
        mine: bool,
    },
    /// The provider reports on its own, under one id or several, this often.
    Report {
        which: usize,
        captured: bool,
        id: usize,
        times: usize,
    },
    Take {
        which: usize,
        step: Step,
        who: Who,
    },
    /// The step that an order waits for, by the person who has to take it.
    Onward {
        which: usize,
    },
    Read {
        which: usize,
        who: Who,
    },
    Refund {
        which: usize,
        what: Back,
        who: Who,
    },
    PayOut {
        admin: bool,
    },
    /// A payout comes back, or is reported paid once more.
    PayoutReported {
        seller: usize,
        which: usize,
        failed: bool,
    },
    /// Two commands at the same time.
    Together(Box<Command>, Box<Command>),
}

/// The commands of one stretch of a run. Early on people buy; later there is money to pay out.
pub fn draw(random: &mut Random, count: usize, late: bool) -> Vec<Command> {
    let mut all = vec![];
    for _ in 0..count {
        match random.below(100) {
            0..12 => all.push(together(random)),
            12..40 if late => all.push(payouts(random)),
            12..30 => all.extend(purchase(random)),
            30..32 => all.extend(sent_back(random)),
            _ => all.push(one(random)),
        }
    }
    all
}

/// The usual action: somebody buys something, and pays for it.
fn purchase(random: &mut Random) -> Vec<Command> {
    let buyer = random.below(2);
    let lines = lines(random, 2);
    let card = if random.percent(85) { Card::Pays } else { Card::Declined };
    let (deliveries, late) = (random.pick(&[1, 2, 3]), random.percent(10));
    vec![
        Command::Fill { buyer, lines },
        Command::CheckOut { buyer, empty: false },
        Command::Confirm { which: 0, card, deliveries, late, mine: true },
    ]
}

/// Lines of up to `units` units each: mostly in one currency, which every other listing has. The last two listings never run out.
fn lines(random: &mut Random, units: usize) -> Vec<(usize, u32)> {
    const LISTINGS: [usize; 6] = [0, 1, 2, 3, 6, 5];
    let (first, count, apart) = (random.below(6), 1 + random.below(2), if random.percent(93) { 2 } else { 1 });
    (0..count).map(|n| (LISTINGS[(first + n * apart) % 6], 1 + random.below(units) as u32)).collect()
}

/// The money of an order is refunded, then its goods come back, or both at once.
fn sent_back(random: &mut Random) -> Vec<Command> {
    let which = random.below(3);
    let back = |what| Command::Refund { which, what, who: Who::Admin };
    let goods = Command::Together(Box::new(back(Back::Unit)), Box::new(back(Back::Unit)));
    if random.percent(50) {
        vec![back(Back::Rest), goods]
    } else {
        vec![Command::Together(Box::new(back(Back::Rest)), Box::new(back(Back::Unit))), back(Back::Unit)]
    }
}

fn payouts(random: &mut Random) -> Command {
    let report =
        Command::PayoutReported { seller: random.below(2), which: random.below(2), failed: random.percent(75) };
    let run = || Box::new(Command::PayOut { admin: true });
    match random.below(10) {
        0..4 => report,
        4..6 => Command::Together(run(), run()),
        6..8 => Command::Together(run(), Box::new(report)),
        _ => *run(),
    }
}

fn together(random: &mut Random) -> Command {
    // A cart is replaced without a key: a repeated request after a checkout would fill it again. So it is never replaced at the same time
    // as one.
    let mut calm = || loop {
        let command = one(random);
        if !matches!(command, Command::Fill { .. }) {
            return Box::new(command);
        }
    };
    Command::Together(calm(), calm())
}

fn one(random: &mut Random) -> Command {
    use {Back::*, Card::*, Step::*, Who::*};
    // Most commands concern the newest one.
    let which = if random.percent(60) { 0 } else { random.below(8) };
    match random.below(100) {
        0..10 => Command::Fill { buyer: random.below(2), lines: lines(random, 3) },
        10..18 => Command::CheckOut { buyer: random.below(2), empty: random.percent(8) },
        18..22 => Command::CheckOutAgain { which },
        22..24 => Command::CheckOutOther { which },
        24..34 => Command::Confirm {
            which,
            card: random.pick(&[Pays, Pays, Pays, Pays, Declined, NoFunds]),
            deliveries: random.pick(&[1, 1, 2, 3]),
            late: random.percent(20),
            mine: !random.percent(7),
        },
        34..40 => {
            Command::Report { which, captured: random.percent(75), id: random.below(2), times: 1 + random.below(3) }
        }
        40..72 => Command::Onward { which: random.below(4) },
        72..82 => Command::Take {
            which,
            step: random.pick(&[
                Accept, Ship, Ship, Deliver, Complete, Complete, Cancel, Dispute, Withdraw, ForSeller, ForBuyer,
            ]),
            who: random.pick(&[Buyer, Buyer, Buyer, Seller, Seller, Seller, Admin, OtherBuyer, OtherSeller]),
        },
        82..87 => Command::Refund {
            which,
            what: random.pick(&[Unit, Unit, Rest, Cents(1), Cents(99), Cents(350), Cents(5_000)]),
            who: random.pick(&[Seller, Seller, Admin, Admin, Buyer, OtherSeller]),
        },
        87..90 => Command::Read { which, who: random.pick(&[Buyer, Seller, Admin, OtherBuyer]) },
        90..95 => Command::PayOut { admin: !random.percent(15) },
        _ => Command::PayoutReported { seller: random.below(2), which: random.below(3), failed: random.percent(60) },
    }
}
