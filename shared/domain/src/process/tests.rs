//! The process as sentences, and random sales that must always add up.
#![allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]

use super::*;
use crate::{
    CheckoutId, Currency, Id, OrderId, PaymentId, RefundId, UserId,
    order::{Funds, OrderLine, OrderPrice},
    order_process::StateName,
    payment::PaymentStatus,
    pricing::{
        Basket, BasketLine, Commission, CommissionRules, RemittedBy, ShippingOption, ShippingRate, TaxRate, TaxRules,
        Terms, price,
    },
    refund::{LineRefund, RefundOf, RefundState},
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

fn step(name: &str) -> TransitionName {
    TransitionName::parse(name).unwrap()
}

fn state(name: &str) -> StateName {
    StateName::parse(name).unwrap()
}

fn process() -> &'static OrderProcess {
    OrderProcess::standard()
}

/// What two units cost together, with 4.90 for shipping if they cost anything: a tenth is the marketplace's with a fifth of tax
/// on that, and of all of it 19 per cent are tax that the marketplace hands on.
fn priced(seller: &SellerId, total: i64, taxed: bool) -> OrderPrice {
    let unit = BasketLine { unit_price: euros(total / 2), quantity: 2, category: None, weight_grams: 0 };
    let rest = BasketLine { unit_price: euros(total % 2), quantity: 1, category: None, weight_grams: 0 };
    let country = crate::pricing::Country::parse("DE").unwrap();
    let rate = TaxRate { country: country.clone(), category: None, rate_basis_points: 1_900 };
    let post = ShippingOption {
        id: "post".into(),
        name: "Post".into(),
        rate: ShippingRate::Flat { price: euros(490) },
        free_from: None,
        countries: vec![],
    };
    let terms = Terms {
        currency: euros(0).currency,
        country: Some(&country),
        taxes: &TaxRules {
            prices_include_tax: true,
            remitted_by: RemittedBy::Marketplace,
            rates: if taxed { vec![rate] } else { vec![] },
            shipping_taxable: true,
        },
        commissions: &CommissionRules {
            default: Commission { basis_points: 1_000, fixed: euros(0) },
            by_category: vec![],
            tax_basis_points: if taxed { 2_000 } else { 0 },
        },
        coupon: None,
    };
    let basket = Basket { seller, lines: vec![unit, rest], shipping: taxed.then_some(&post), commission: None };
    price(&terms, &[basket]).unwrap().baskets.remove(0).into()
}

/// A purchase of orders whose goods cost these totals, of which the marketplace keeps a tenth.
fn purchase(n: usize, totals: &[i64]) -> Purchase {
    purchase_of(n, totals, false)
}

fn purchase_of(n: usize, totals: &[i64], taxed: bool) -> Purchase {
    let payment = PaymentId::from_ulid(&ulid(n));
    let order = |(seller, total): (usize, &i64)| {
        let id = SellerId::from_ulid(&ulid(seller));
        let line = |quantity, unit_price| OrderLine {
            listing: ListingId::from_ulid(&ulid(seller)),
            variant: VariantId::from_ulid(&ulid(seller)),
            title: "Shirt".into(),
            options: vec![],
            sku: None,
            quantity,
            unit_price: euros(unit_price),
            category: None,
        };
        Order {
            id: OrderId::from_ulid(&ulid(n * 10 + seller)),
            checkout: CheckoutId::from_ulid(&ulid(n)),
            payment: payment.clone(),
            buyer: UserId::from_ulid(&ulid(9)),
            price: priced(&id, *total, taxed),
            seller: id,
            lines: vec![line(2, total / 2), line(1, total % 2)],
            shipping: None,
            ship_to: None,
            coupon: None,
            process: 0,
            status: state("pending_payment"),
            entered_at: START,
            funds: Funds::Awaited,
            refunded: vec![],
            restocked: vec![],
            shipment: None,
            timeline: vec![],
            created_at: START,
            updated_at: START,
            version: 1,
        }
    };
    let orders: Vec<_> = totals.iter().enumerate().map(order).collect();
    let payment = Payment {
        id: payment,
        checkout: CheckoutId::from_ulid(&ulid(n)),
        buyer: UserId::from_ulid(&ulid(9)),
        orders: orders.iter().map(|o| o.id.clone()).collect(),
        amount: euros(orders.iter().map(|o| o.total().amount).sum()),
        coupon: None,
        status: PaymentStatus::Pending,
        failure: None,
        expires_at: START,
        created_at: START,
        updated_at: START,
        version: 1,
    };
    Purchase { payment, orders }
}

fn captured(purchase: Purchase) -> Changes {
    let amount = purchase.payment.amount;
    capture(purchase, process(), amount, &tenant(), booking()).unwrap().unwrap()
}

fn paid(total: i64) -> Order {
    captured(purchase(1, &[total])).orders.remove(0)
}

fn go(order: Order, name: &str, by: Actor) -> Result<Changes, ProcessError> {
    let shipment = (name == "ship").then(|| Shipment { carrier: "Post".into(), tracking: "1".into() });
    advance(order, process(), (&step(name), by), shipment, &tenant(), booking())
}

fn shipped(order: Order) -> Changes {
    go(order, "ship", Actor::Seller).unwrap()
}

fn completed(order: Order) -> Order {
    go(shipped(order).orders.remove(0), "complete", Actor::Buyer).unwrap().orders.remove(0)
}

fn terms(n: usize, what: RefundOf, keep_fee: bool) -> RefundTerms {
    RefundTerms { id: RefundId::from_ulid(&ulid(n)), what, keep_fee, reason: None, by: Actor::Admin }
}

#[test]
fn a_capture_pays_every_order_of_the_payment() {
    let changes = captured(purchase(1, &[100, 50]));
    assert!(changes.orders.iter().all(|o| o.status == state("paid") && o.funds == Funds::Escrow));
    assert_eq!(changes.journal.unwrap().credited(&Account::Escrow), Some(euros(150)));
    assert_eq!((changes.events.len(), changes.timers.len()), (2, 2));
    assert!(changes.stock.iter().all(|s| s.how == StockMove::Sell));
}

#[test]
fn a_capture_after_the_end_is_sent_back_and_pays_nothing() {
    let ended = expire(purchase(1, &[100]), process(), START).unwrap().unwrap();
    let late = Purchase { payment: ended.payment.unwrap(), orders: ended.orders };
    let changes = captured(late);
    assert!(changes.orders.is_empty() && changes.stock.is_empty());
    assert_eq!(changes.journal.as_ref().unwrap().credited(&Account::Refunds), Some(euros(100)));
    assert!(matches!(&changes.events[..], [Event::RefundRequested { amount, .. }] if *amount == euros(100)));
    assert!(refunded(changes.journal.as_ref().unwrap(), None, euros(100), booking()).is_ok());
}

#[test]
fn calling_off_a_purchase_cancels_all_its_orders() {
    let changes = call_off(purchase(1, &[100, 50]), process(), (&step("cancel"), Actor::Buyer), START);
    let changes = changes.unwrap().unwrap();
    assert!(changes.orders.iter().all(|o| o.status == state("cancelled")));
    assert_eq!(changes.payment.unwrap().status, PaymentStatus::Expired);
    assert!(changes.stock.iter().all(|s| s.how == StockMove::Unreserve));
    assert_eq!(changes.journal, None);
}

#[test]
fn an_order_that_is_not_paid_is_not_cancelled_alone() {
    let order = purchase(1, &[100]).orders.remove(0);
    assert_eq!(go(order, "cancel", Actor::Buyer), Err(ProcessError::WholePurchase));
}

#[test]
fn a_seller_does_not_call_off_what_is_not_paid() {
    let refused = call_off(purchase(1, &[100]), process(), (&step("cancel"), Actor::Seller), START);
    assert!(matches!(refused, Err(ProcessError::Transition(TransitionError::Step(_)))));
}

#[test]
fn completing_gives_the_seller_all_but_the_fee() {
    let order = shipped(paid(105)).orders.remove(0);
    let journal = go(order, "complete", Actor::Buyer).unwrap().journal.unwrap();
    assert_eq!(journal.credited(&Account::PlatformFee), Some(euros(10)));
    assert_eq!(journal.credited(&Account::SellerPayable(SellerId::from_ulid(&ulid(0)))), Some(euros(95)));
}

#[test]
fn time_moves_an_order_on_when_it_has_been_there_long_enough() {
    let changes = shipped(paid(100));
    let order = changes.orders[0].clone();
    assert_eq!(changes.timers[0].due, Due::Order(order.id.clone()));
    let due = changes.timers[0].due_at;
    let at = |now| elapse(order.clone(), process(), &tenant(), Booking { now, ..booking() }).unwrap();
    assert_eq!(at(Time::from_millis(due.millis() - 1)), None);
    assert_eq!(at(due).unwrap().orders[0].status, state("delivered"));
}

#[test]
fn what_costs_nothing_is_sold_without_a_journal_and_its_stock_comes_back() {
    assert_eq!(captured(purchase(1, &[0])).journal, None);
    let cancelled = go(paid(0), "cancel", Actor::Buyer).unwrap();
    assert!(matches!(&cancelled.events[..], [Event::OrderCancelled { .. }]));
    assert_eq!(cancelled.stock.len(), 2);
}

#[test]
fn a_refund_of_another_amount_is_refused() {
    let changes = go(paid(100), "cancel", Actor::Seller).unwrap();
    let asked = changes.journal.unwrap();
    assert!(matches!(refunded(&asked, None, euros(99), booking()), Err(ProcessError::Amount(_))));
    let settled = refunded(&asked, changes.new_refund, euros(100), booking()).unwrap();
    assert_eq!(settled.refund.unwrap().state, RefundState::Settled);
}

#[test]
fn a_capture_in_time_is_not_a_reason_to_refund() {
    let asked = captured(purchase(1, &[100])).journal.unwrap();
    assert!(matches!(refunded(&asked, None, euros(100), booking()), Err(ProcessError::Unasked(_))));
}

#[test]
fn a_refund_before_the_release_comes_out_of_escrow() {
    let changes = refund(paid(1_000), terms(1, RefundOf::Amount(euros(300)), false), booking()).unwrap();
    assert_eq!(changes.journal.unwrap().postings.len(), 2);
    let journal = go(shipped(changes.orders[0].clone()).orders.remove(0), "complete", Actor::Buyer).unwrap().journal;
    let journal = journal.unwrap();
    assert_eq!(journal.credited(&Account::PlatformFee), Some(euros(70)));
    assert_eq!(journal.credited(&Account::SellerPayable(SellerId::from_ulid(&ulid(0)))), Some(euros(630)));
}

#[test]
fn a_refund_after_the_release_comes_from_whoever_got_it() {
    let order = completed(paid(1_000));
    let seller = Account::SellerPayable(order.seller.clone());
    let of = |keep_fee| {
        let changes = refund(order.clone(), terms(1, RefundOf::Rest, keep_fee), booking()).unwrap();
        let journal = changes.journal.unwrap();
        let sum = |account: &Account| {
            journal.postings.iter().filter(|p| p.account == *account).map(|p| p.amount.amount).sum::<i64>()
        };
        (sum(&seller), sum(&Account::PlatformFee), sum(&Account::Refunds))
    };
    assert_eq!(of(false), (900, 100, -1_000));
    assert_eq!(of(true), (1_000, 0, -1_000));
}

#[test]
fn never_more_goes_back_than_was_paid() {
    let changes = refund(paid(1_000), terms(1, RefundOf::Amount(euros(700)), false), booking()).unwrap();
    let order = changes.orders[0].clone();
    let more = refund(order.clone(), terms(2, RefundOf::Amount(euros(301)), false), booking());
    assert_eq!(more, Err(RefundError::TooMuch { line: None, left: euros(300) }.into()));
    let cancelled = go(order, "cancel", Actor::Seller).unwrap();
    assert_eq!(cancelled.new_refund.unwrap().amount, euros(300));
    let again = refund(cancelled.orders[0].clone(), terms(3, RefundOf::Rest, false), booking());
    assert!(matches!(again, Err(ProcessError::Refund(RefundError::Refunded(_)))));
}

#[test]
fn a_line_is_refunded_unit_by_unit_and_comes_back_to_stock() {
    let one = |restock| RefundOf::Lines {
        lines: vec![LineRefund { line: 0, quantity: Some(1), amount: None, restock }],
        shipping: None,
    };
    let changes = refund(paid(1_001), terms(1, one(1), false), booking()).unwrap();
    assert_eq!((changes.new_refund.unwrap().amount, changes.stock[0].quantity), (euros(500), 1));
    let order = changes.orders[0].clone();
    let too_many = refund(order.clone(), terms(2, one(2), false), booking());
    assert_eq!(too_many, Err(RefundError::TooManyUnits { line: 0, units: 2 }.into()));
    let cancelled = go(order, "cancel", Actor::Seller).unwrap();
    let back: u32 = cancelled.stock.iter().map(|s| s.quantity).sum();
    assert_eq!((back, cancelled.new_refund.unwrap().amount), (2, euros(501)));
}

#[test]
fn money_on_hold_is_not_refunded() {
    let disputed = go(shipped(paid(100)).orders.remove(0), "dispute", Actor::Buyer).unwrap().orders.remove(0);
    let held = refund(disputed.clone(), terms(1, RefundOf::Rest, false), booking());
    assert_eq!(held, Err(RefundError::OnHold.into()));
    let settled = go(disputed, "resolve_for_buyer", Actor::Admin).unwrap();
    assert_eq!(settled.new_refund.unwrap().amount, euros(100));
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
    refunds: BTreeMap<RefundId, Refund>,
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
        let refunds = changes.new_refund.into_iter().chain(changes.refund);
        self.refunds.extend(refunds.map(|r| (r.id.clone(), r)));
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

    /// The provider says that money went back, or that it could not.
    fn settle(&mut self, subject: &str, fails: bool) {
        let known = RefundId::parse(subject).ok().and_then(|id| self.refunds.get(&id).cloned());
        if let Some(refund) = known.clone().filter(|_| fails) {
            let again = self.journals.contains_key(&("refund_returned", subject.to_owned()));
            if let Some(changes) = refund_failed(refund, "closed".into(), booking()).unwrap().filter(|_| !again) {
                self.write(changes);
            }
            return;
        }
        let asked = ["refund", "capture"].iter().find_map(|kind| self.journals.get(&(*kind, subject.to_owned())));
        let settled = self.journals.contains_key(&("refund_settled", subject.to_owned()));
        let Some(asked) = asked.filter(|asked| !settled && asked.credited(&Account::Refunds).is_some()) else { return };
        let changes = refunded(asked, known, asked.credited(&Account::Refunds).unwrap(), booking()).unwrap();
        self.write(changes);
    }

    /// One of the things that can happen, to one of the purchases; what the process refuses does not happen.
    fn happen(&mut self, number: usize, what: u8, which: usize) {
        let purchase = self.purchase(which);
        let order = purchase.orders[which % purchase.orders.len()].clone();
        let amount = purchase.payment.amount;
        let take = |name, by| go(order.clone(), name, by).ok();
        let line = u32::try_from(which % 2).unwrap();
        let part = match which % 3 {
            0 => RefundOf::Rest,
            1 => RefundOf::Amount(euros(i64::try_from(which).unwrap() * 37)),
            _ => RefundOf::Lines {
                lines: vec![LineRefund { line, quantity: Some(1), amount: None, restock: line }],
                shipping: None,
            },
        };
        let changes = match what {
            0 | 1 => capture(purchase, process(), amount, &tenant(), booking()).unwrap(),
            2 => decline(purchase.payment, "card_declined".into(), START),
            3 => expire(purchase, process(), START).unwrap(),
            4 => call_off(purchase, process(), (&step("cancel"), Actor::Buyer), START).unwrap(),
            5 => take("accept", Actor::Seller),
            6 => take("ship", Actor::Seller),
            7 => take("deliver", Actor::Buyer),
            8 => take("complete", Actor::Buyer),
            9 => take("cancel", Actor::Seller),
            10 => take(["dispute", "withdraw"][which % 2], Actor::Buyer),
            11 => take(["resolve_for_buyer", "resolve_for_seller"][which % 2], Actor::Admin),
            12 => return self.pay_out(number, which % 3),
            13 | 14 => refund(order, terms(100_000 + number, part, what == 13), booking()).ok(),
            15 => {
                let subjects: Vec<_> = self.refunds.keys().map(ToString::to_string).collect();
                let subject = subjects.get(which % subjects.len().max(1)).cloned();
                return self.settle(&subject.unwrap_or(purchase.payment.id.to_string()), which % 4 == 0);
            }
            _ => {
                let Some(payout) = self.payouts.values().nth(which % self.payouts.len().max(1)).cloned() else {
                    return;
                };
                let arrived = what == 16;
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
            let ends = [("cancel", Actor::Admin), ("complete", Actor::Buyer), ("resolve_for_buyer", Actor::Admin)];
            for (name, by) in ends {
                if let Ok(changes) = go(order.clone(), name, by) {
                    self.write(changes);
                }
            }
        }
        let subjects: BTreeSet<_> = self.journals.keys().map(|(_, subject)| subject.clone()).collect();
        for subject in subjects {
            self.settle(&subject, false);
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
        steps in proptest::collection::vec((0_u8..18, 0_usize..12), 0..80),
        taxed in any::<bool>(),
    ) {
        let mut books = Books::default();
        for (n, totals) in totals.iter().enumerate() {
            let Purchase { payment, orders } = purchase_of(n + 1, totals, taxed);
            let stock = orders.iter().flat_map(|o| moves(o, StockMove::Reserve)).collect();
            books.write(Changes { payment: Some(payment), orders, stock, ..Changes::default() });
        }
        for (number, (what, which)) in steps.iter().enumerate() {
            books.happen(number + 1, *what, *which);
        }
        books.finish();
        let lost: i64 = books.refunds.values().filter(|r| matches!(r.state, RefundState::Failed { .. })).map(|r| {
            let settled = books.journals.contains_key(&("refund_settled", r.id.to_string()));
            let returned = books.journals.contains_key(&("refund_returned", r.id.to_string()));
            if settled && !returned { 0 } else { r.amount.amount }
        }).sum();
        for account in [Account::Escrow, Account::Payouts] {
            prop_assert_eq!(books.balance(&account), 0, "{}", account);
        }
        // What could not go back is still the buyer's.
        prop_assert_eq!(books.balance(&Account::Refunds), -lost);
        for seller in 0..3 {
            // Nobody is owed anything any more, and whose sales went back after they were paid out owes it.
            prop_assert!(books.balance(&Account::SellerPayable(SellerId::from_ulid(&ulid(seller)))) >= 0);
        }
        for order in books.orders.values() {
            let back: i64 = books.refunds.values().filter(|r| r.order == order.id).map(|r| r.amount.amount).sum();
            prop_assert!(back <= order.total().amount);
            prop_assert_eq!(back, order.refunded.iter().sum::<i64>());
        }
        for (variant, [available, reserved, sold]) in &books.stock {
            prop_assert_eq!(available + reserved + sold, 0, "{}", variant);
            prop_assert_eq!(*reserved, 0);
        }
    }
}
