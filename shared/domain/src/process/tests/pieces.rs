//! Refunds piece by piece, to the limits of what there is, and what becomes of them.

use super::*;
use crate::{dispute::DisputeStatus, refund::RefundedPiece};

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

/// Two units for 10.00 and one for 0.01, sent for 4.90, taxed.
fn sent() -> Order {
    captured(purchase_of(1, &[1_001], true)).orders.remove(0)
}

fn refund_of(order: Order, what: RefundOf) -> Result<Changes, ProcessError> {
    refund(order, terms(1, what, false), booking())
}

fn piece(line: Option<u32>, restocked: u32, amount: i64) -> RefundedPiece {
    RefundedPiece { line, restocked, amount: euros(amount) }
}

#[test]
fn a_refund_names_the_pieces_that_it_is_of() {
    let changes = refund_of(sent(), lines(vec![of_line(Some(1), None, 2)], Some(490))).unwrap();
    let made = changes.new_refund.unwrap();
    assert_eq!(made.pieces, [piece(Some(0), 2, 500), piece(None, 0, 490)]);
    let asked = Event::RefundRequested { payment: made.payment, subject: made.id.to_string(), amount: euros(990) };
    let told = Event::OrderRefunded { order: made.order, refund: made.id, amount: euros(990) };
    assert_eq!(changes.events, [asked, told]);
    assert_eq!(changes.stock.iter().map(|change| change.quantity).sum::<u32>(), 2);
    // A piece of which only units come back is named as well.
    let changes = refund_of(sent(), lines(vec![of_line(None, Some(0), 1)], Some(1))).unwrap();
    assert_eq!(changes.new_refund.unwrap().pieces, [piece(Some(0), 1, 0), piece(None, 0, 1)]);
}

#[test]
fn all_units_of_a_line_go_back_and_not_one_more() {
    let all = refund_of(sent(), lines(vec![of_line(Some(2), None, 2)], None)).unwrap();
    assert_eq!(all.new_refund.unwrap().amount, euros(1_000));
    let too_many = Err(RefundError::TooManyUnits { line: 0, units: 2 }.into());
    assert_eq!(refund_of(sent(), lines(vec![of_line(Some(3), None, 0)], None)), too_many);
    assert_eq!(refund_of(sent(), lines(vec![of_line(Some(1), None, 3)], None)), too_many);
}

#[test]
fn all_the_money_of_a_piece_goes_back_and_not_one_cent_more() {
    let all = refund_of(sent(), lines(vec![of_line(None, Some(1_000), 0)], Some(490))).unwrap();
    assert_eq!(all.new_refund.unwrap().amount, euros(1_490));
    let over = RefundError::TooMuch { line: Some(0), left: euros(1_000) };
    assert_eq!(refund_of(sent(), lines(vec![of_line(None, Some(1_001), 0)], None)), Err(over.into()));
    let over = RefundError::TooMuch { line: None, left: euros(490) };
    assert_eq!(refund_of(sent(), lines(vec![], Some(491))), Err(over.into()));
    let whole = refund_of(sent(), RefundOf::Amount(euros(1_491))).unwrap();
    assert_eq!(whole.new_refund.unwrap().amount, euros(1_491));
    for nothing in [RefundOf::Amount(euros(0)), RefundOf::Amount(euros(-1)), lines(vec![], None)] {
        assert_eq!(refund_of(sent(), nothing), Err(RefundError::Nothing.into()));
    }
    let no_line = LineRefund { line: 2, ..of_line(None, None, 0) };
    assert_eq!(refund_of(sent(), lines(vec![no_line], None)), Err(RefundError::NoSuchLine(2).into()));
}

#[test]
fn a_refund_is_settled_when_the_provider_says_so() {
    let changes = refund_of(paid(100), RefundOf::Rest).unwrap();
    let settled = refunded(&changes.journal.unwrap(), changes.new_refund, euros(100), later()).unwrap();
    let made = settled.refund.unwrap();
    assert_eq!((made.state, made.updated_at, made.created_at), (RefundState::Settled, LATER, START));
}

#[test]
fn a_refund_that_cannot_be_sent_is_still_the_buyers() {
    let asked = refund_of(paid(100), RefundOf::Rest).unwrap().new_refund.unwrap();
    let failed = |asked: &Refund| refund_failed(asked.clone(), "card_closed".into(), later()).unwrap();
    // It is still in the account of refunds.
    let changes = failed(&asked).unwrap();
    assert_eq!(changes.journal, None);
    let made = changes.refund.unwrap();
    assert_eq!((&made.state, made.updated_at), (&RefundState::Failed { reason: "card_closed".into() }, LATER));
    assert_eq!(failed(&made), None);
    // It went and came back.
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
        let close = |dispute| dispute_closed(purchase(orders.clone()), process(), dispute, won, &tenant(), later());
        let closed = close(open.clone()).unwrap().unwrap().dispute.unwrap();
        assert_eq!((closed.status, closed.updated_at), (status, LATER));
        assert_eq!(close(closed), Ok(None));
    }
}
