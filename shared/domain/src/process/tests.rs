//! The process as sentences, and random sales that must always add up.
#![allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]

use super::*;
use crate::{
    CheckoutId, Currency, Id, OrderId, PaymentId, UserId,
    order::{OrderLine, OrderStatus},
    payment::PaymentStatus,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const START: Time = Time::from_millis(1_000);

fn ulid(n: usize) -> String {
    format!("01jd{n:022}")
}

fn euros(amount: i64) -> Money {
    Money::new(amount, Currency::parse("EUR").unwrap())
}

fn booking() -> Booking {
    Booking { now: START, journal: JournalId::from_ulid(&ulid(0)) }
}

fn tenant() -> MarketplaceId {
    MarketplaceId::from_ulid(&ulid(0))
}

/// A purchase of orders with these totals, of which the marketplace keeps a tenth.
fn purchase(n: usize, totals: &[i64]) -> Purchase {
    let payment = PaymentId::from_ulid(&ulid(n));
    let order = |(seller, total): (usize, &i64)| Order {
        id: OrderId::from_ulid(&ulid(n * 10 + seller)),
        checkout: CheckoutId::from_ulid(&ulid(n)),
        payment: payment.clone(),
        buyer: UserId::from_ulid(&ulid(9)),
        seller: SellerId::from_ulid(&ulid(seller)),
        lines: vec![OrderLine {
            listing: ListingId::from_ulid(&ulid(seller)),
            variant: VariantId::from_ulid(&ulid(seller)),
            title: "Shirt".into(),
            options: vec![],
            sku: None,
            quantity: 2,
            unit_price: euros(*total),
            total: euros(*total),
        }],
        total: euros(*total),
        fee: euros(*total).basis_points(1_000).unwrap(),
        status: OrderStatus::PendingPayment,
        shipment: None,
        timeline: vec![],
        created_at: START,
        updated_at: START,
        version: 1,
    };
    let orders: Vec<_> = totals.iter().enumerate().map(order).collect();
    let payment = Payment {
        id: payment,
        checkout: CheckoutId::from_ulid(&ulid(n)),
        buyer: UserId::from_ulid(&ulid(9)),
        orders: orders.iter().map(|o| o.id.clone()).collect(),
        amount: euros(totals.iter().sum()),
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: START,
        created_at: START,
        updated_at: START,
        version: 1,
    };
    Purchase { payment, orders }
}

fn paid(total: i64) -> Order {
    let mut changes = capture(purchase(1, &[total]), euros(total), booking()).unwrap().unwrap();
    changes.orders.remove(0)
}

fn shipped(order: Order) -> Changes {
    let shipment = Some(Shipment { carrier: "Post".into(), tracking: "1".into() });
    advance(order, Transition::Ship, Actor::Seller, shipment, &tenant(), booking()).unwrap()
}

#[test]
fn a_capture_pays_every_order_of_the_payment() {
    let changes = capture(purchase(1, &[100, 50]), euros(150), booking()).unwrap().unwrap();
    assert!(changes.orders.iter().all(|o| o.status == OrderStatus::Paid));
    assert_eq!(changes.journal.unwrap().credited(&Account::Escrow), Some(euros(150)));
    assert_eq!(changes.events.len(), 2);
    assert!(changes.stock.iter().all(|s| s.how == StockMove::Sell));
}

#[test]
fn a_capture_after_the_end_is_sent_back_and_pays_nothing() {
    let ended = expire(purchase(1, &[100]), START).unwrap().unwrap();
    let late = Purchase { payment: ended.payment.unwrap(), orders: ended.orders };
    let changes = capture(late, euros(100), booking()).unwrap().unwrap();
    assert!(changes.orders.is_empty() && changes.stock.is_empty());
    assert_eq!(changes.journal.as_ref().unwrap().credited(&Account::Refunds), Some(euros(100)));
    assert!(matches!(&changes.events[..], [Event::RefundRequested { amount, .. }] if *amount == euros(100)));
    assert!(refunded(changes.journal.as_ref().unwrap(), euros(100), booking()).is_ok());
}

#[test]
fn calling_off_a_purchase_cancels_all_its_orders() {
    let changes = call_off(purchase(1, &[100, 50]), Actor::Buyer, START).unwrap().unwrap();
    assert!(changes.orders.iter().all(|o| o.status == OrderStatus::Cancelled));
    assert_eq!(changes.payment.unwrap().status, PaymentStatus::Expired);
    assert!(changes.stock.iter().all(|s| s.how == StockMove::Unreserve));
    assert_eq!(changes.journal, None);
}

#[test]
fn an_order_that_is_not_paid_is_not_cancelled_alone() {
    let order = purchase(1, &[100]).orders.remove(0);
    let alone = advance(order, Transition::Cancel, Actor::Buyer, None, &tenant(), booking());
    assert_eq!(alone, Err(ProcessError::WholePurchase));
}

#[test]
fn a_seller_does_not_call_off_what_is_not_paid() {
    let refused = call_off(purchase(1, &[100]), Actor::Seller, START);
    assert_eq!(refused, Err(ProcessError::Transition(TransitionError::NotYours)));
}

#[test]
fn completing_gives_the_seller_all_but_the_fee() {
    let order = shipped(paid(105)).orders.remove(0);
    let journal =
        advance(order, Transition::Complete, Actor::Timer, None, &tenant(), booking()).unwrap().journal.unwrap();
    assert_eq!(journal.credited(&Account::PlatformFee), Some(euros(11)));
    assert_eq!(journal.credited(&Account::SellerPayable(SellerId::from_ulid(&ulid(0)))), Some(euros(94)));
}

#[test]
fn shipping_sets_the_timer_that_completes_the_order() {
    let changes = shipped(paid(100));
    assert_eq!(changes.timers[0].due_at, START.after(AUTO_COMPLETE));
    assert_eq!(changes.timers[0].due, Due::Order(changes.orders[0].id.clone()));
}

#[test]
fn what_costs_nothing_is_sold_without_a_journal() {
    let changes = capture(purchase(1, &[0]), euros(0), booking()).unwrap().unwrap();
    assert_eq!(changes.journal, None);
    let cancelled = advance(paid(0), Transition::Cancel, Actor::Buyer, None, &tenant(), booking()).unwrap();
    assert!(matches!(&cancelled.events[..], [Event::OrderCancelled { .. }]));
}

#[test]
fn a_refund_of_another_amount_is_refused() {
    let changes = advance(paid(100), Transition::Cancel, Actor::Seller, None, &tenant(), booking()).unwrap();
    let asked = changes.journal.unwrap();
    assert!(matches!(refunded(&asked, euros(99), booking()), Err(ProcessError::Amount(_))));
    assert!(refunded(&asked, euros(100), booking()).is_ok());
}

#[test]
fn a_capture_in_time_is_not_a_reason_to_refund() {
    let asked = capture(purchase(1, &[100]), euros(100), booking()).unwrap().unwrap().journal.unwrap();
    assert!(matches!(refunded(&asked, euros(100), booking()), Err(ProcessError::Unasked(_))));
}

#[test]
fn nothing_is_paid_out_to_who_is_owed_nothing() {
    for owed in [0, -1] {
        let (id, run, seller) =
            (PayoutId::from_ulid(&ulid(1)), PayoutRunId::from_ulid(&ulid(1)), SellerId::from_ulid(&ulid(0)));
        assert_eq!(pay_out(id, run, seller, euros(owed), booking()), Ok(None));
    }
}

/// Everything that is stored, as the table would have it: a journal of a kind is entered once for a subject.
#[derive(Default)]
struct Books {
    payments: BTreeMap<PaymentId, Payment>,
    orders: BTreeMap<OrderId, Order>,
    payouts: BTreeMap<PayoutId, Payout>,
    journals: BTreeMap<(&'static str, String), Journal>,
    balances: BTreeMap<String, i64>,
    stock: BTreeMap<VariantId, [i64; 3]>,
}

impl Books {
    fn write(&mut self, changes: Changes) {
        if let Some(journal) = changes.journal {
            let key = (journal.kind.name(), journal.subject.clone());
            assert!(!self.journals.contains_key(&key), "{key:?} is entered twice");
            for posting in &journal.postings {
                *self.balances.entry(posting.account.code()).or_default() += posting.amount.amount;
            }
            self.journals.insert(key, journal);
        }
        for change in changes.stock {
            let counters = self.stock.entry(change.variant).or_insert([0, 0, 0]);
            let (from, to) = match change.how {
                StockMove::Reserve => (0, 1),
                StockMove::Unreserve => (1, 0),
                StockMove::Sell => (1, 2),
                StockMove::Return => (2, 0),
            };
            counters[from] -= i64::from(change.quantity);
            counters[to] += i64::from(change.quantity);
            assert!(counters[1] >= 0 && counters[2] >= 0);
        }
        self.orders.extend(changes.orders.into_iter().map(|o| (o.id.clone(), o)));
        self.payments.extend(changes.payment.map(|p| (p.id.clone(), p)));
        self.payouts.extend(changes.payout.map(|p| (p.id.clone(), p)));
        assert_eq!(self.balances.values().sum::<i64>(), 0);
    }

    fn purchase(&self, n: usize) -> Purchase {
        let payment = self.payments.values().nth(n % self.payments.len()).unwrap().clone();
        let orders = payment.orders.iter().map(|id| self.orders[id].clone()).collect();
        Purchase { payment, orders }
    }

    fn balance(&self, account: &Account) -> i64 {
        self.balances.get(&account.code()).copied().unwrap_or(0)
    }

    fn pay_out(&mut self, n: usize, seller: usize) {
        let seller = SellerId::from_ulid(&ulid(seller));
        let owed = euros(-self.balance(&Account::SellerPayable(seller.clone())));
        let run = PayoutRunId::from_ulid(&ulid(n));
        if let Some((payout, mut changes)) =
            pay_out(PayoutId::from_ulid(&ulid(n)), run, seller, owed, booking()).unwrap()
        {
            changes.payout = Some(payout);
            self.write(changes);
        }
    }

    fn refund(&mut self, subject: &str) {
        let asked = ["refund", "capture"].iter().find_map(|kind| self.journals.get(&(*kind, subject.to_owned())));
        let settled = self.journals.contains_key(&("refund_settled", subject.to_owned()));
        let Some(asked) = asked.filter(|asked| !settled && asked.credited(&Account::Refunds).is_some()) else { return };
        let changes = refunded(asked, asked.credited(&Account::Refunds).unwrap(), booking()).unwrap();
        self.write(changes);
    }

    /// One of the things that can happen, to one of the purchases; what the process refuses does not happen.
    fn happen(&mut self, step: usize, what: u8, which: usize) {
        let purchase = self.purchase(which);
        let order = purchase.orders[which % purchase.orders.len()].clone();
        let amount = purchase.payment.amount;
        let shipment = Some(Shipment { carrier: "Post".into(), tracking: "1".into() });
        let go = |transition, by| advance(order.clone(), transition, by, shipment.clone(), &tenant(), booking()).ok();
        let changes = match what {
            0 | 1 => capture(purchase, amount, booking()).unwrap(),
            2 => decline(purchase.payment, "card_declined".into(), START),
            3 => expire(purchase, START).unwrap(),
            4 => call_off(purchase, Actor::Buyer, START).unwrap(),
            5 => go(Transition::Accept, Actor::Seller),
            6 => go(Transition::Ship, Actor::Seller),
            7 => go(Transition::Deliver, Actor::Buyer),
            8 => go(Transition::Complete, Actor::Timer),
            9 => go(Transition::Cancel, Actor::Seller),
            10 => return self.refund(order.id.as_str()),
            11 => return self.refund(purchase.payment.id.as_str()),
            12 => return self.pay_out(step, which % 3),
            _ => {
                let Some(payout) = self.payouts.values().nth(which % self.payouts.len().max(1)).cloned() else {
                    return;
                };
                let arrived = what == 13;
                let changes = if arrived {
                    payout_arrived(payout, booking())
                } else {
                    payout_failed(payout, "closed".into(), booking())
                };
                changes.unwrap()
            }
        };
        if let Some(changes) = changes {
            self.write(changes);
        }
    }

    /// Lets everything come to its end.
    fn finish(&mut self) {
        for n in 0..self.payments.len() {
            self.happen(0, 3, n);
        }
        for order in self.orders.values().cloned().collect::<Vec<_>>() {
            for transition in [Transition::Cancel, Transition::Complete] {
                if let Ok(changes) = advance(order.clone(), transition, Actor::Admin, None, &tenant(), booking()) {
                    self.write(changes);
                }
            }
        }
        let subjects: BTreeSet<_> = self.journals.keys().map(|(_, subject)| subject.clone()).collect();
        for subject in subjects {
            self.refund(&subject);
        }
        for seller in 0..3 {
            self.pay_out(9_000 + seller, seller);
        }
        for payout in self.payouts.values().cloned().collect::<Vec<_>>() {
            if let Some(changes) = payout_arrived(payout, booking()).unwrap() {
                self.write(changes);
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_in_whatever_order_the_books_balance_and_come_to_rest(
        totals in proptest::collection::vec(proptest::collection::vec(0_i64..10_000, 1..=3), 1..4),
        steps in proptest::collection::vec((0_u8..15, 0_usize..12), 0..60),
    ) {
        let mut books = Books::default();
        for (n, totals) in totals.iter().enumerate() {
            let Purchase { payment, orders } = purchase(n + 1, totals);
            let stock = orders.iter().flat_map(|o| moves(o, StockMove::Reserve)).collect();
            books.write(Changes { payment: Some(payment), orders, stock, ..Changes::default() });
        }
        for (step, (what, which)) in steps.iter().enumerate() {
            books.happen(step + 1, *what, *which);
        }
        books.finish();
        for account in [Account::Escrow, Account::Refunds, Account::Payouts] {
            prop_assert_eq!(books.balance(&account), 0, "{}", account);
        }
        for seller in 0..3 {
            prop_assert_eq!(books.balance(&Account::SellerPayable(SellerId::from_ulid(&ulid(seller)))), 0);
        }
        let fees: i64 = books.orders.values().filter(|o| o.status == OrderStatus::Completed).map(|o| o.fee.amount).sum();
        prop_assert_eq!(books.balance(&Account::PlatformFee), -fees);
        prop_assert_eq!(books.balance(&Account::ProviderClearing), fees);
        for (variant, [available, reserved, sold]) in &books.stock {
            prop_assert_eq!(available + reserved + sold, 0, "{}", variant);
            prop_assert_eq!(*reserved, 0);
        }
    }
}
