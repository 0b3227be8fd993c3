//! Refunds piece by piece, up to the limits of what is left, and their outcomes.

use super::*;
use std::collections::BTreeMap;
use tradewind_disputes::DisputeStatus;
use tradewind_orders::{
    OrderEvent,
    refund::{RefundField, RefundedPiece},
};
use tradewind_payments::ProviderTask;

const LATER: Time = Time::from_millis(2_000);

fn later() -> Booking {
    Booking { now: LATER, ..booking() }
}

fn of_line(quantity: Option<u32>, amount: Option<i64>, restock: u32) -> LineRefund {
    LineRefund { line: 0, quantity, amount: amount.map(euros), restock }
}

fn lines(lines: Vec<LineRefund>, shipping: Option<i64>) -> RefundOf {
    RefundOf::Lines { lines, shipping: shipping.map(euros) }
}

/// An order of two units for 10.00 and one for 0.01, with shipping for 4.90, taxed.
fn sent() -> Order {
    captured(purchase_of(1, &[1_001], true)).orders.remove(0)
}

fn refund_of(order: Order, what: RefundOf) -> Result<Changes, SaleError> {
    refund(order, terms(1, what, false), booking())
}

fn piece(line: Option<u32>, (units, restocked): (u32, u32), amount: i64) -> RefundedPiece {
    RefundedPiece { line, restocked, units, amount: euros(amount) }
}

#[test]
fn a_refund_names_the_pieces_that_it_is_of() {
    let changes = refund_of(sent(), lines(vec![of_line(Some(1), None, 2)], Some(490))).unwrap();
    let made = changes.new_refunds[0].clone();
    assert_eq!(made.pieces, [piece(Some(0), (1, 2), 500), piece(None, (0, 0), 490)]);
    let asked = Event::Provider(ProviderTask::RefundRequested {
        payment: made.payment,
        subject: made.id.to_string(),
        amount: euros(990),
    });
    let told =
        Event::Order(OrderEvent::Refunded { order: made.order, refund: made.id, amount: euros(990), last: false });
    assert_eq!(changes.events, [asked, told]);
    assert_eq!(changes.stock.iter().map(|change| change.quantity).sum::<u32>(), 2);
    // A piece of which only units come back is listed as well.
    let changes = refund_of(sent(), lines(vec![of_line(None, Some(0), 1)], Some(1))).unwrap();
    assert_eq!(changes.new_refunds[0].clone().pieces, [piece(Some(0), (0, 1), 0), piece(None, (0, 0), 1)]);
}

#[test]
fn all_units_of_a_line_go_back_and_not_one_more() {
    let all = refund_of(sent(), lines(vec![of_line(Some(2), None, 2)], None)).unwrap();
    assert_eq!(all.new_refunds[0].clone().amount, euros(1_000));
    let too_many = |restock| Err(RefundError::TooManyUnits { at: 0, restock, units: 2 }.into());
    assert_eq!(refund_of(sent(), lines(vec![of_line(Some(3), None, 0)], None)), too_many(false));
    assert_eq!(refund_of(sent(), lines(vec![of_line(Some(1), None, 3)], None)), too_many(true));
}

#[test]
fn all_the_money_of_a_piece_goes_back_and_not_one_cent_more() {
    let all = refund_of(sent(), lines(vec![of_line(None, Some(1_000), 0)], Some(490))).unwrap();
    assert_eq!(all.new_refunds[0].clone().amount, euros(1_490));
    let over = RefundError::TooMuch { line: Some(0), left: euros(1_000) };
    assert_eq!(refund_of(sent(), lines(vec![of_line(None, Some(1_001), 0)], None)), Err(over.into()));
    let over = RefundError::TooMuch { line: None, left: euros(490) };
    assert_eq!(refund_of(sent(), lines(vec![], Some(491))), Err(over.into()));
    let whole = refund_of(sent(), RefundOf::Amount(euros(1_491))).unwrap();
    assert_eq!(whole.new_refunds[0].clone().amount, euros(1_491));
    let negative = Err(RefundError::Negative(RefundField::Amount).into());
    assert_eq!(refund_of(sent(), RefundOf::Amount(euros(-1))), negative);
    for nothing in [RefundOf::Amount(euros(0)), lines(vec![], None)] {
        assert_eq!(refund_of(sent(), nothing), Err(RefundError::Nothing.into()));
    }
    let no_line = LineRefund { line: 2, ..of_line(None, None, 0) };
    assert_eq!(refund_of(sent(), lines(vec![no_line], None)), Err(RefundError::NoSuchLine(0).into()));
}

#[test]
fn a_refund_is_settled_when_the_provider_says_so() {
    let changes = refund_of(paid(100), RefundOf::Rest).unwrap();
    let settled =
        refunded(&changes.journal.unwrap(), changes.new_refunds.first().cloned(), euros(100), later()).unwrap();
    let made = settled.refund.unwrap();
    assert_eq!((made.state, made.updated_at, made.created_at), (RefundState::Settled, LATER, START));
}

#[test]
fn a_refund_that_cannot_be_sent_is_still_the_buyers() {
    let asked = refund_of(paid(100), RefundOf::Rest).unwrap().new_refunds[0].clone();
    let failed =
        |asked: &Refund| refund_failed(asked.clone(), alone(paid(100)), "card_closed".into(), later()).unwrap();
    // The money is still in the account of refunds.
    let changes = failed(&asked).unwrap();
    assert_eq!(changes.journal, None);
    let made = changes.refund.unwrap();
    assert_eq!(
        (&made.state, made.updated_at),
        (&RefundState::Failed { reason: "card_closed".into(), retried_as: None }, LATER)
    );
    assert_eq!(failed(&made), None);
    // It was sent and came back.
    let journal = failed(&Refund { state: RefundState::Settled, ..asked }).unwrap().journal.unwrap();
    assert_eq!(journal.kind, JournalKind::RefundReturned);
    assert_eq!(journal.credited(&Account::Refunds), Some(euros(100)));
}

#[test]
fn a_dispute_is_closed_once() {
    let purchase = |orders| Purchase { payment: captured(purchase(1, &[100])).payment.unwrap(), orders };
    let opened = Opened { id: "dp_1".into(), amount: euros(100), fee: euros(15), reason: "fraudulent".into() };
    let changes = dispute_opened(purchase(vec![paid(100)]), opened, booking()).unwrap();
    let (open, orders) = (changes.new_dispute.unwrap(), changes.orders);
    for (won, status) in [(true, DisputeStatus::Won), (false, DisputeStatus::Lost)] {
        let close = |dispute: Dispute| {
            let decided = (won, dispute.amount);
            dispute_closed(purchase(orders.clone()), process(), dispute, decided, &tenant(), later())
        };
        let closed = close(open.clone()).unwrap().unwrap().dispute.unwrap();
        assert_eq!((closed.status, closed.updated_at), (status, LATER));
        assert_eq!(close(closed), Ok(None));
    }
}

/// An order with these unit prices and quantities, with `off` basis points taken off its first line by a coupon of the marketplace.
fn subsidised(lines: &[(i64, u32)], off: u16, taxed: bool) -> Order {
    let mut order = captured(purchase_of(1, &[1_001], taxed)).orders.remove(0);
    order.price = couponed(&order.seller, lines, off, taxed);
    let line = order.lines[0].clone();
    order.lines = lines.iter().map(|(_, quantity)| OrderLine { quantity: *quantity, ..line.clone() }).collect();
    order
}

fn units(units: u32) -> RefundOf {
    lines(vec![of_line(Some(units), None, 0)], None)
}

#[test]
fn three_units_for_ten_go_back_one_by_one_and_a_fourth_does_not() {
    let mut order = subsidised(&[(350, 3), (100, 1)], 0, false);
    order.price = couponed(&order.seller, &[(1_000, 1), (100, 1)], 0, false);
    let mut seen = vec![];
    for _ in 0..3 {
        let changes = refund_of(order, units(1)).unwrap();
        seen.push(changes.new_refunds[0].clone().amount.amount);
        order = changes.orders[0].clone();
    }
    assert_eq!(seen, [333, 333, 334]);
    let none_left = RefundError::TooFewUnitsLeft { line: 0, left: 0 };
    assert_eq!(refund_of(order, units(1)), Err(none_left.into()));
}

#[test]
fn what_went_back_as_an_amount_is_not_given_again_with_the_units() {
    let order = subsidised(&[(500, 2), (100, 1)], 0, false);
    let order = refund_of(order, lines(vec![of_line(None, Some(700), 0)], None)).unwrap().orders.remove(0);
    let changes = refund_of(order, units(1)).unwrap();
    assert_eq!(changes.new_refunds[0].clone().amount, euros(300));
    let nothing = RefundError::TooMuch { line: Some(0), left: euros(0) };
    assert_eq!(refund_of(changes.orders[0].clone(), units(1)), Err(nothing.into()));
}

#[test]
fn what_a_coupon_paid_whole_goes_back_to_the_marketplace_and_nothing_to_the_buyer() {
    let seller = |order: &Order| Account::SellerPayable(order.seller.clone());
    // Nothing is in escrow: a share that is not released is never booked.
    let order = subsidised(&[(1_000, 3)], 10_000, false);
    let changes = refund_of(order.clone(), RefundOf::Rest).unwrap();
    assert_eq!((changes.journal, changes.orders[0].status.as_str()), (None, "refunded"));
    assert!(!changes.events.iter().any(|event| matches!(event, Event::Provider(ProviderTask::RefundRequested { .. }))));
    // After the release the seller gives back 27.00, and the marketplace's fee of 3.00 minus its subsidy of 30.00 is reversed.
    let done = completed(order);
    let changes = refund_of(done.clone(), units(1)).unwrap();
    let journal = changes.journal.unwrap();
    assert_eq!(posted_by(&journal, &seller(&done)), 900);
    assert_eq!(posted_by(&journal, &Account::PlatformFee), -900);
    assert_eq!(changes.new_refunds[0].clone().state, RefundState::Settled);
    let rest = refund_of(changes.orders[0].clone(), RefundOf::Rest).unwrap();
    assert_eq!(posted_by(&rest.journal.unwrap(), &seller(&done)), 1_800);
    assert_eq!((rest.orders[0].status.as_str(), rest.orders[0].funds), ("refunded", Funds::Released));
}

#[test]
fn units_of_what_cost_nothing_are_counted_and_come_back() {
    let order = subsidised(&[(0, 2)], 0, false);
    let changes = refund_of(order, lines(vec![of_line(Some(1), None, 1)], None)).unwrap();
    assert_eq!((changes.new_refunds[0].clone().amount, changes.stock[0].quantity), (euros(0), 1));
    let last = refund_of(changes.orders[0].clone(), units(1)).unwrap();
    assert_eq!((last.orders[0].status.as_str(), last.stock[0].quantity), ("refunded", 1));
}

#[test]
fn the_last_unit_comes_back_in_one_move_with_those_that_had_not() {
    let order = subsidised(&[(1_000, 2)], 0, false);
    let first = refund_of(order, units(1)).unwrap();
    let last = refund_of(first.orders[0].clone(), lines(vec![of_line(Some(1), None, 1)], None)).unwrap();
    let moved: Vec<_> = last.stock.iter().map(|change| change.quantity).collect();
    assert_eq!((last.orders[0].status.as_str(), moved), ("refunded", vec![2]));
}

#[test]
fn an_order_of_which_all_went_back_ends_and_its_goods_are_for_sale_unless_they_were_sent() {
    let ended = refund_of(paid(1_001), RefundOf::Amount(euros(1_001))).unwrap();
    assert_eq!((ended.orders[0].status.as_str(), ended.orders[0].funds), ("refunded", Funds::Returned));
    assert_eq!(ended.stock.iter().map(|change| change.quantity).sum::<u32>(), 3);
    assert!(matches!(go(ended.orders[0].clone(), "ship", Actor::Seller), Err(SaleError::Transition(_))));
    let sent = refund_of(shipped(paid(1_001)).orders.remove(0), RefundOf::Rest).unwrap();
    assert_eq!((sent.orders[0].status.as_str(), sent.stock.len()), ("refunded", 0));
    // Units that arrive later are sold again.
    let back = refund_of(sent.orders[0].clone(), lines(vec![of_line(None, None, 2)], None)).unwrap();
    assert_eq!(back.stock.iter().map(|change| change.quantity).sum::<u32>(), 2);
}

#[test]
fn where_a_process_says_nothing_of_it_an_order_stays_and_no_step_is_possible() {
    let mut silent = process().clone();
    silent.states.iter_mut().for_each(|state| state.when_refunded = None);
    let changes = super::super::refund(paid(1_001), &silent, terms(1, RefundOf::Rest, false), booking()).unwrap();
    let order = changes.orders[0].clone();
    let back: u32 = changes.stock.iter().map(|change| change.quantity).sum();
    assert_eq!((order.status.as_str(), order.stopped, back), ("paid", true, 3));
    let step = (&step("ship"), Actor::Seller);
    let refused = advance(order.clone(), &silent, step, None, &tenant(), booking());
    assert_eq!(refused, Err(SaleError::Transition(TransitionError::Refunded)));
    let much_later = Booking { now: START.after(std::time::Duration::from_secs(9_999_999)), ..booking() };
    assert_eq!(elapse(order, &silent, &tenant(), much_later), Ok(None));
}

#[test]
fn what_could_not_be_sent_is_tried_again_or_paid_otherwise_once() {
    let changes = refund_of(paid(1_000), RefundOf::Amount(euros(400))).unwrap();
    let (order, made) = (changes.orders[0].clone(), changes.new_refunds[0].clone());
    let failed = refund_failed(made.clone(), alone(order), "card_closed".into(), later()).unwrap().unwrap();
    let (order, failed) = (failed.orders[0].clone(), failed.refund.unwrap());
    assert_eq!(order.unsent, 400);
    assert_eq!(
        retry_refund(made, alone(order.clone()), failed.id.clone(), later()),
        Err(UnsentError::NotFailed.into())
    );

    let again = retry_refund(failed.clone(), alone(order.clone()), RefundId::from_ulid(&ulid(9)), later()).unwrap();
    let (retried, second) = (again.refund.unwrap(), again.new_refunds[0].clone());
    assert_eq!((again.journal, again.orders[0].unsent), (None, 0));
    assert_eq!(
        retry_refund(retried.clone(), alone(order.clone()), second.id.clone(), later()),
        Err(UnsentError::NotFailed.into())
    );
    let subject = second.id.to_string();
    let sent = super::super::refunded(None, Some(second), (&subject, euros(400)), later()).unwrap().unwrap();
    assert_eq!(sent.journal.unwrap().credited(&Account::ProviderClearing), Some(euros(400)));

    let otherwise = settle_refund(failed, order, "By bank transfer.".into(), later()).unwrap();
    let journal = otherwise.journal.unwrap();
    assert_eq!((posted_by(&journal, &Account::Refunds), posted_by(&journal, &Account::PlatformFee)), (400, -400));
    assert_eq!(otherwise.orders[0].unsent, 0);
}

fn posted_by(journal: &Journal, account: &Account) -> i64 {
    journal.postings.iter().filter(|posting| posting.account == *account).map(|posting| posting.amount.amount).sum()
}

#[test]
fn of_a_dispute_larger_than_what_is_left_the_rest_is_the_marketplaces() {
    let order = completed(paid(10_000));
    let order = refund_of(order, RefundOf::Amount(euros(4_000))).unwrap().orders.remove(0);
    let seller = Account::SellerPayable(order.seller.clone());
    let mut payment = captured(purchase(1, &[100])).payment.unwrap();
    payment.amount = order.total();
    let opened = Opened { id: "dp_1".into(), amount: euros(10_000), fee: euros(1_500), reason: "fraudulent".into() };
    let purchase = Purchase { payment: payment.clone(), orders: vec![order] };
    let changes = dispute_opened(purchase, opened, booking()).unwrap();
    let (dispute, journal) = (changes.new_dispute.unwrap(), changes.journal.unwrap());
    assert_eq!((dispute.orders[0].amount, dispute.beyond), (euros(6_000), Some(euros(4_000))));
    assert_eq!((posted_by(&journal, &seller), posted_by(&journal, &Account::Disputes)), (5_400, 4_600));
    let purchase = Purchase { payment, orders: changes.orders };
    let decided = (false, dispute.amount);
    let lost = dispute_closed(purchase, process(), dispute, decided, &tenant(), later()).unwrap().unwrap();
    let closed = lost.journal.unwrap();
    assert_eq!((posted_by(&closed, &Account::Disputes), posted_by(&closed, &Account::PlatformFee)), (-4_600, 4_600));
    assert_eq!(lost.orders[0].status.as_str(), "refunded");
}

mod any {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What a buyer expects: a line can be refunded unit by unit until nothing is left, each unit at its price except for a cent
        /// of rounding, and everybody who had a part of it has given back exactly that part.
        #[test]
        fn units_add_up_to_their_line_whatever_was_taken_off_or_taxed(
            unit_price in 0_i64..100_000, quantity in 1_u32..40, off in 0_u16..=10_000, taxed: bool,
            steps in proptest::collection::vec(1_u32..5, 40), done: bool, free: bool,
        ) {
            let start = subsidised(&[(unit_price, quantity), (100, 1)], off, taxed);
            let mut whole = start.price.lines[0].split;
            let mut order = match (done, free) {
                (true, true) => completed_without_fee(start),
                (true, false) => completed(start),
                (false, _) => start,
            };
            if free {
                whole.seller.amount += whole.commission.amount + whole.commission_tax.amount;
                (whole.commission.amount, whole.commission_tax.amount) = (0, 0);
            }
            let (mut left, mut sums) = (quantity, BTreeMap::new());
            for step in steps {
                let now = step.min(left);
                if now == 0 {
                    break;
                }
                let changes = refund_of(order, units(now)).unwrap();
                let made = changes.new_refunds[0].clone();
                let fair = i128::from(whole.paid.amount) * i128::from(now) / i128::from(quantity);
                prop_assert!((i128::from(made.amount.amount) - fair).abs() <= 1, "{} for {now}, fair {fair}", made.amount);
                for posting in changes.journal.into_iter().flat_map(|journal| journal.postings) {
                    *sums.entry(posting.account).or_insert(0) += posting.amount.amount;
                }
                left -= now;
                order = changes.orders[0].clone();
            }
            prop_assume!(left == 0);
            let sum = |account: Account| sums.get(&account).copied().unwrap_or(0);
            prop_assert_eq!(sum(Account::Refunds), -whole.paid.amount);
            prop_assert!(refund_of(order.clone(), units(1)).is_err());
            if done {
                prop_assert_eq!(sum(Account::SellerPayable(order.seller.clone())), whole.seller.amount);
                prop_assert_eq!(sum(Account::PlatformFee), whole.commission.amount - whole.subsidy.amount);
                prop_assert_eq!(sum(Account::Tax), whole.tax.amount + whole.commission_tax.amount);
            } else {
                prop_assert_eq!(sum(Account::Escrow), whole.paid.amount);
            }
        }
    }
}

#[test]
fn a_dispute_that_takes_nothing_of_an_order_gives_nothing_of_it_up() {
    // A coupon of the marketplace paid for the goods, and the buyer for the shipping, which was refunded.
    let mut order = subsidised(&[(1_000, 1)], 10_000, true);
    let shipping = order.price.shipping.split.paid;
    assert!(order.total() == shipping && shipping.amount > 0, "{:?}", order.price);
    order = refund_of(order, lines(vec![], Some(shipping.amount))).unwrap().orders.remove(0);
    let purchase = |orders| Purchase { payment: captured(purchase(1, &[100])).payment.unwrap(), orders };
    let opened = Opened { id: "dp_1".into(), amount: shipping, fee: euros(0), reason: "fraudulent".into() };
    let changes = dispute_opened(purchase(vec![order.clone()]), opened, booking()).unwrap();
    let (dispute, orders) = (changes.new_dispute.unwrap(), changes.orders);
    assert_eq!((dispute.beyond, dispute.orders[0].held.amount), (Some(shipping), 0));
    let decided = (false, dispute.amount);
    let lost = dispute_closed(purchase(orders), process(), dispute, decided, &tenant(), later()).unwrap().unwrap();
    assert_eq!((lost.orders[0].refunded.clone(), lost.orders[0].given_up), (order.refunded.clone(), false));
    assert!(lost.stock.is_empty());
}
