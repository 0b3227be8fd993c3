//! Refunds and disputes.

use super::*;

#[test]
fn a_refund_of_another_amount_is_refused() {
    let changes = go(paid(100), "cancel", Actor::Seller).unwrap();
    let asked = changes.journal.unwrap();
    assert!(matches!(refunded(&asked, None, euros(99), booking()), Err(SaleError::Amount(_))));
    let settled = refunded(&asked, changes.new_refunds.first().cloned(), euros(100), booking()).unwrap();
    assert_eq!(settled.refund.unwrap().state, RefundState::Settled);
}

#[test]
fn a_capture_in_time_is_not_a_reason_to_refund() {
    let asked = captured(purchase(1, &[100])).journal.unwrap();
    assert!(matches!(refunded(&asked, None, euros(100), booking()), Err(SaleError::Unasked(_))));
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
    assert_eq!(cancelled.new_refunds[0].clone().amount, euros(300));
    let again = refund(cancelled.orders[0].clone(), terms(3, RefundOf::Rest, false), booking());
    assert!(matches!(again, Err(SaleError::Refund(RefundError::Refunded(_)))));
}

#[test]
fn a_line_is_refunded_unit_by_unit_and_comes_back_to_stock() {
    let one = |restock| RefundOf::Lines {
        lines: vec![LineRefund { line: 0, quantity: Some(1), amount: None, restock }],
        shipping: None,
    };
    let changes = refund(paid(1_001), terms(1, one(1), false), booking()).unwrap();
    assert_eq!((changes.new_refunds[0].clone().amount, changes.stock[0].quantity), (euros(500), 1));
    let order = changes.orders[0].clone();
    let too_many = refund(order.clone(), terms(2, one(2), false), booking());
    assert_eq!(too_many, Err(RefundError::TooFewUnitsLeft { line: 0, left: 1 }.into()));
    let cancelled = go(order, "cancel", Actor::Seller).unwrap();
    let back: u32 = cancelled.stock.iter().map(|s| s.quantity).sum();
    assert_eq!((back, cancelled.new_refunds[0].clone().amount), (2, euros(501)));
}

#[test]
fn money_on_hold_is_not_refunded() {
    let disputed = go(shipped(paid(100)).orders.remove(0), "dispute", Actor::Buyer).unwrap().orders.remove(0);
    let held = refund(disputed.clone(), terms(1, RefundOf::Rest, false), booking());
    assert_eq!(held, Err(RefundError::OnHold.into()));
    let settled = go(disputed, "resolve_for_buyer", Actor::Admin).unwrap();
    assert_eq!(settled.new_refunds[0].clone().amount, euros(100));
}

fn disputed(order: Order, amount: i64) -> (Order, Dispute, Journal) {
    let mut payment = captured(purchase(1, &[100])).payment.unwrap();
    payment.amount = order.total();
    let opened = Opened { id: "dp_1".into(), amount: euros(amount), fee: euros(15), reason: "fraudulent".into() };
    let mut changes = dispute_opened(Purchase { payment, orders: vec![order] }, opened, booking()).unwrap();
    (changes.orders.remove(0), changes.new_dispute.unwrap(), changes.journal.unwrap())
}

#[test]
fn what_was_paid_in_one_currency_is_not_disputed_in_another() {
    let paid = captured(purchase(1, &[100]));
    let dollars = Money::new(100, Currency::parse("USD").unwrap());
    let fee = Money::zero(dollars.currency);
    let opened = Opened { id: "dp_1".into(), amount: dollars, fee, reason: "fraudulent".into() };
    let purchase = Purchase { payment: paid.payment.unwrap(), orders: paid.orders };
    assert!(matches!(dispute_opened(purchase, opened, booking()), Err(SaleError::Money(_))));
}

fn decided(order: Order, dispute: Dispute, won: bool) -> Changes {
    let payment = captured(purchase(1, &[100])).payment.unwrap();
    let purchase = Purchase { payment, orders: vec![order] };
    let amount = dispute.amount;
    dispute_closed(purchase, process(), dispute, (won, amount), &tenant(), booking()).unwrap().unwrap()
}

fn posted(journals: &[&Journal], account: &Account) -> i64 {
    let postings = journals.iter().flat_map(|journal| &journal.postings);
    postings.filter(|p| p.account == *account).map(|p| p.amount.amount).sum()
}

#[test]
fn a_dispute_holds_what_the_seller_was_given_until_it_is_decided() {
    let (order, dispute, opened) = disputed(completed(paid(1_000)), 1_000);
    let seller = Account::SellerPayable(order.seller.clone());
    assert_eq!((posted(&[&opened], &seller), posted(&[&opened], &Account::Disputes)), (900, 100));
    assert_eq!(posted(&[&opened], &Account::ProviderClearing), -1_015);
    assert_eq!(refund(order.clone(), terms(1, RefundOf::Rest, false), booking()), Err(SaleError::Disputed));
    for (won, clearing, sellers, fees) in [(true, -15, 0, 15), (false, -1_015, 900, 115)] {
        let changes = decided(order.clone(), dispute.clone(), won);
        let closed = changes.journal.unwrap();
        let both = [&opened, &closed];
        assert_eq!(posted(&both, &Account::Disputes), 0);
        assert_eq!(posted(&both, &Account::ProviderClearing), clearing);
        assert_eq!((posted(&both, &seller), posted(&both, &Account::PlatformFee)), (sellers, fees));
        let order = &changes.orders[0];
        assert_eq!((order.is_disputed(), order.refunded.iter().sum::<i64>()), (false, if won { 0 } else { 1_000 }));
    }
}

#[test]
fn what_is_in_escrow_stays_there_while_it_is_disputed() {
    let (order, dispute, opened) = disputed(shipped(paid(1_000)).orders.remove(0), 400);
    assert_eq!(go(order.clone(), "complete", Actor::Buyer), Err(SaleError::Disputed));
    let later = Booking { now: START.after(std::time::Duration::from_secs(9_999_999)), ..booking() };
    assert_eq!(elapse(order.clone(), process(), &tenant(), later), Ok(None));
    let won = decided(order.clone(), dispute.clone(), true);
    assert_eq!((won.timers.len(), won.orders[0].is_disputed()), (1, false));
    let lost = decided(order, dispute, false);
    let closed = lost.journal.unwrap();
    assert_eq!((posted(&[&opened, &closed], &Account::Disputes), posted(&[&closed], &Account::Escrow)), (0, 400));
    let released = go(lost.orders[0].clone(), "complete", Actor::Buyer).unwrap().journal.unwrap();
    assert_eq!(posted(&[&released], &Account::Escrow), 600);
    assert_eq!(released.credited(&Account::PlatformFee), Some(euros(60)));
}

#[test]
fn a_bank_that_takes_all_of_an_order_back_ends_it_even_while_its_buyer_reports_a_problem() {
    let reported = go(shipped(paid(1_000)).orders.remove(0), "dispute", Actor::Buyer).unwrap().orders.remove(0);
    let (order, dispute, _) = disputed(reported, 1_000);
    let lost = decided(order, dispute, false);
    assert_eq!((lost.orders[0].status.as_str(), lost.orders[0].funds), ("refunded", Funds::Returned));
    assert_eq!(lost.journal.unwrap().credited(&Account::Disputes), Some(euros(1_000)));
}

#[test]
fn a_fee_that_was_left_with_the_seller_comes_back_from_them() {
    let order = completed_without_fee(paid(1_000));
    let seller = Account::SellerPayable(order.seller.clone());
    let back = refund(order.clone(), terms(1, RefundOf::Rest, true), booking()).unwrap().journal.unwrap();
    assert_eq!((posted(&[&back], &seller), posted(&[&back], &Account::PlatformFee)), (1_000, 0));
    let (order, dispute, opened) = disputed(order, 1_000);
    assert_eq!((posted(&[&opened], &seller), posted(&[&opened], &Account::PlatformFee)), (1_000, 15));
    assert_eq!(decided(order, dispute, false).journal, None, "all of it was held already");
}

/// Two disputes of a payment of 10.00, of the same amount each.
fn twice(order: Order) -> (Order, [Dispute; 2], Vec<Journal>) {
    let mut payment = captured(purchase(1, &[100])).payment.unwrap();
    payment.amount = order.total();
    let (mut order, mut disputes, mut journals) = (order, vec![], vec![]);
    for id in ["dp_1", "dp_2"] {
        let opened = Opened { id: id.into(), amount: euros(600), fee: euros(0), reason: "fraudulent".into() };
        let purchase = Purchase { payment: payment.clone(), orders: vec![order] };
        let mut changes = dispute_opened(purchase, opened, booking()).unwrap();
        order = changes.orders.remove(0);
        disputes.push(changes.new_dispute.unwrap());
        journals.push(changes.journal.unwrap());
    }
    (order, disputes.try_into().unwrap(), journals)
}

#[test]
fn of_two_disputes_of_a_payment_the_second_takes_what_the_first_leaves() {
    for released in [true, false] {
        for [first, second] in [[true, true], [true, false], [false, true], [false, false]] {
            for turned in [false, true] {
                let order = if released { completed(paid(1_000)) } else { paid(1_000) };
                let seller = Account::SellerPayable(order.seller.clone());
                let (mut order, mut disputes, mut journals) = twice(order);
                assert_eq!((disputes[0].beyond, disputes[1].beyond), (None, Some(euros(200))));
                assert!(posted(&journals.iter().collect::<Vec<_>>(), &seller) <= 900, "no more is held than was given");
                let mut outcomes = [first, second];
                if turned {
                    disputes.reverse();
                    outcomes.reverse();
                }
                for (at, (dispute, won)) in disputes.into_iter().zip(outcomes).enumerate() {
                    let mut changes = decided(order, dispute, won);
                    order = changes.orders.remove(0);
                    assert_eq!(order.is_disputed(), at == 0, "as long as one is open");
                    journals.extend(changes.journal);
                }
                let all: Vec<_> = journals.iter().collect();
                let lost = if first { 0 } else { 600 } + if second { 0 } else { 600 };
                assert_eq!(posted(&all, &Account::Disputes), 0, "{first} {second} {turned} {released}");
                assert_eq!(posted(&all, &Account::ProviderClearing), -lost);
                let gone = Money::sum(order.total().currency, order.gone_back()).unwrap().amount;
                assert_eq!(gone, lost.min(1_000), "what the bank has given is gone, whichever dispute it was");
                let sellers = posted(&all, &seller);
                let expected = if released { gone * 9 / 10 } else { 0 };
                assert!((sellers - expected).abs() <= 1, "{sellers}, not {expected}");
            }
        }
    }
}

#[test]
fn a_decision_that_is_the_contrary_of_the_one_before_is_told() {
    let (order, dispute, _) = disputed(paid(1_000), 1_000);
    let payment = captured(purchase(1, &[100])).payment.unwrap();
    let closed = decided(order, dispute, true);
    let (order, dispute) = (closed.orders[0].clone(), closed.dispute.unwrap());
    let close = |won| {
        let purchase = Purchase { payment: payment.clone(), orders: vec![order.clone()] };
        dispute_closed(purchase, process(), dispute.clone(), (won, dispute.amount), &tenant(), booking())
    };
    assert_eq!(close(true), Ok(None));
    assert!(matches!(close(false), Err(SaleError::Contrary(_))));
}

#[test]
fn what_is_left_of_an_order_after_a_dispute_goes_on() {
    let (order, dispute, _) = disputed(shipped(paid(1_000)).orders.remove(0), 400);
    let changes = decided(order, dispute, false);
    assert_eq!((changes.orders[0].status.as_str(), changes.timers.len()), ("shipped", 1));
}

#[test]
fn what_a_bank_gave_is_not_sent_once_more() {
    let changes = refund(paid(1_000), terms(1, RefundOf::Amount(euros(400)), false), booking()).unwrap();
    let (order, made) = (changes.orders[0].clone(), changes.new_refunds[0].clone());
    let failed = refund_failed(made.clone(), alone(order.clone()), "closed".into(), booking()).unwrap().unwrap();
    let (unsent, refund) = (failed.orders[0].clone(), failed.refund.unwrap());
    let retry =
        |order: &Order| retry_refund(refund.clone(), alone(order.clone()), RefundId::from_ulid(&ulid(9)), booking());
    assert!(retry(&unsent).is_ok());
    let (disputed_order, dispute, _) = disputed(unsent, 1_000);
    assert_eq!(retry(&disputed_order), Err(SaleError::Disputed));
    let lost = decided(disputed_order, dispute, false).orders.remove(0);
    let given = UnsentError::BankGave { owed: euros(0) };
    assert_eq!((lost.bank_gave, retry(&lost)), (400, Err(given.into())));
    let settled = settle_refund(refund.clone(), lost, "The bank did.".into(), booking()).unwrap();
    assert_eq!((settled.orders[0].bank_gave, settled.orders[0].unsent), (0, 0));

    // The same if the provider reports only afterwards that it could not send the money.
    let (disputed_order, dispute, _) = disputed(order, 1_000);
    let lost = decided(disputed_order, dispute, false).orders.remove(0);
    let late = refund_failed(made, alone(lost), "charge_disputed".into(), booking()).unwrap().unwrap();
    assert!(matches!(late.refund.unwrap().state, RefundState::SettledOtherwise { .. }));
    assert_eq!((late.orders[0].unsent, late.orders[0].bank_gave), (0, 0));
}
