//! The outcomes of unpaid payments and of payouts, and who is notified.

use super::*;
use tradewind_orders::OrderEvent;
use tradewind_payments::{PaymentEvent, ProviderTask};
use tradewind_payouts::{PayoutError, PayoutEvent, PayoutState};
use tradewind_pricing::{CouponCode, UsedCoupon};

fn payout(cents: i64) -> (Payout, Changes) {
    let (id, run) = (PayoutId::from_ulid(&ulid(1)), PayoutRunId::from_ulid(&ulid(1)));
    let owed = Owed { now: euros(cents), paid: None };
    pay_out(id, run, SellerId::from_ulid(&ulid(0)), &owed, euros(cents), booking()).unwrap().unwrap()
}

fn arrived() -> Payout {
    payout_arrived(payout(90).0, booking()).unwrap().unwrap().payout.unwrap()
}

/// The postings by account.
fn postings(changes: &Changes) -> Vec<(String, i64)> {
    let journal = changes.journal.as_ref().unwrap();
    let all: std::collections::BTreeMap<_, _> =
        journal.postings.iter().map(|posting| (posting.account.code(), posting.amount.amount)).collect();
    all.into_iter().collect()
}

#[test]
fn a_declined_card_is_told_and_another_one_can_pay() {
    let payment = purchase(1, &[100]).payment;
    let changes = decline(payment.clone(), "expired_card".into(), START).unwrap();
    let told = Event::Payment(PaymentEvent::Failed { payment: payment.id.clone(), reason: "expired_card".into() });
    assert_eq!(changes.events, [told]);
    let tried = changes.payment.unwrap();
    assert_eq!((tried.status, tried.failure.as_deref()), (PaymentStatus::Pending, Some("expired_card")));
    assert_eq!(decline(captured(purchase(1, &[100])).payment.unwrap(), "late".into(), START), None);
}

#[test]
fn what_is_not_paid_in_time_gives_back_its_coupon_and_cannot_be_paid_any_more() {
    let mut purchase = purchase(1, &[100]);
    let used = UsedCoupon { code: CouponCode::parse("SUMMER").unwrap(), per_buyer: true, orders: 1, returns: true };
    purchase.payment.coupon = Some(used.clone());
    let (payment, buyer, order) =
        (purchase.payment.id.clone(), purchase.payment.buyer.clone(), purchase.orders[0].id.clone());
    let changes = expire(purchase, process(), START).unwrap().unwrap();
    assert_eq!(changes.unused_coupon, Some((used, buyer)));
    assert_eq!(
        changes.events,
        [Event::Provider(ProviderTask::PaymentEnded { payment }), Event::Order(OrderEvent::Expired { order })]
    );
}

#[test]
fn a_payout_asks_the_provider_and_closes_the_account() {
    let owed = Owed { now: euros(90), paid: Some((START, euros(-10))) };
    let (id, run) = (PayoutId::from_ulid(&ulid(1)), PayoutRunId::from_ulid(&ulid(1)));
    let seller = SellerId::from_ulid(&ulid(0));
    let (payout, changes) = pay_out(id.clone(), run, seller.clone(), &owed, euros(70), booking()).unwrap().unwrap();
    assert_eq!(changes.events, [Event::Provider(ProviderTask::PayoutRequested { payout: id, amount: euros(70) })]);
    assert_eq!(
        payout.closes,
        tradewind_payouts::Closes { since: Some(START), opening: euros(-10), closing: euros(20) }
    );
    assert_eq!(postings(&changes), [("payouts".into(), -70), (Account::SellerPayable(seller).code(), 70)]);
}

#[test]
fn a_payout_arrives_once_and_its_seller_is_told() {
    let payout = payout(90).0;
    let changes = payout_arrived(payout.clone(), booking()).unwrap().unwrap();
    assert_eq!(changes.events, [Event::Payout(PayoutEvent::Paid { payout: payout.id })]);
    assert_eq!(postings(&changes), [("payouts".into(), 90), ("provider_clearing".into(), -90)]);
    assert_eq!(payout_arrived(changes.payout.unwrap(), booking()), Ok(None));
}

#[test]
fn a_payout_that_comes_back_is_owed_again_once() {
    let seller = Account::SellerPayable(SellerId::from_ulid(&ulid(0))).code();
    for (payout, came_from) in [(payout(90).0, "payouts"), (arrived(), "provider_clearing")] {
        let changes = payout_failed(payout.clone(), "account_closed".into(), booking()).unwrap().unwrap();
        assert_eq!(changes.events, [Event::Payout(PayoutEvent::Failed { payout: payout.id })]);
        assert_eq!(postings(&changes), [(came_from.into(), 90), (seller.clone(), -90)]);
        let failed = changes.payout.unwrap();
        assert_eq!(failed.state, PayoutState::Failed { reason: "account_closed".into() });
        assert_eq!(payout_failed(failed.clone(), "again".into(), booking()), Ok(None));
        assert_eq!(payout_arrived(failed, booking()), Ok(None));
    }
}

#[test]
fn what_came_back_and_was_paid_in_another_way_is_no_longer_owed() {
    let seller = Account::SellerPayable(SellerId::from_ulid(&ulid(0))).code();
    let back = payout_failed(payout(90).0, "account_closed".into(), booking()).unwrap().unwrap().payout.unwrap();
    let changes =
        settle_payout(back.clone(), &Owed { now: euros(90), paid: None }, "By bank transfer.".into(), booking())
            .unwrap();
    assert_eq!(changes.events, [Event::Payout(PayoutEvent::SettledOtherwise { payout: back.id.clone() })]);
    assert_eq!(postings(&changes), [("platform_fee".into(), -90), (seller, 90)]);
    let settled = changes.payout.unwrap();
    let again = settle_payout(settled.clone(), &Owed { now: euros(900), paid: None }, "Twice.".into(), booking());
    assert_eq!(again, Err(PayoutError::NotFailed.into()));
    // Whatever the provider reports about it from now on is out of date.
    assert_eq!(payout_failed(settled.clone(), "again".into(), booking()), Ok(None));
    assert_eq!(payout_arrived(settled, booking()), Ok(None));
    // A later payout may have paid it: what is owed now was earned since.
    let later = Some(Time::from_millis(back.updated_at.millis() + 1));
    for left in [89, 0, -10] {
        let less = PayoutError::OwedLess { owed: euros(left), amount: euros(90) };
        let owed = Owed { now: euros(900), paid: later.map(|at| (at, euros(left))) };
        assert_eq!(settle_payout(back.clone(), &owed, "x".into(), booking()), Err(less.into()));
        // Money that a refund has used up meanwhile was paid by hand all the same.
        assert!(settle_payout(back.clone(), &Owed { now: euros(left), paid: None }, "x".into(), booking()).is_ok());
    }
    for other in [payout(90).0, arrived()] {
        assert_eq!(
            settle_payout(other, &Owed { now: euros(90), paid: None }, "x".into(), booking()),
            Err(PayoutError::NotFailed.into())
        );
    }
}

#[test]
fn goods_that_come_back_without_a_refund_can_be_sold_again() {
    let mut process = process().clone();
    let rule = process.transitions.iter_mut().find(|rule| rule.name == step("complete")).unwrap();
    rule.actions.push(Action::Restock);
    let order = shipped(paid(100)).orders.remove(0);
    let by = (&step("complete"), Actor::Buyer);
    let changes = advance(order, &process, by, None, &tenant(), booking()).unwrap();
    assert!(!changes.stock.is_empty() && changes.stock.iter().all(|change| change.how == StockMove::Return));
}

#[test]
fn only_what_was_never_paid_is_not_paid() {
    let paid = [Funds::Escrow, Funds::OnHold, Funds::Released, Funds::Returned];
    assert!(paid.into_iter().all(Funds::paid) && ![Funds::Awaited, Funds::NeverPaid].into_iter().any(Funds::paid));
}
