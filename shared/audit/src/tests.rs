//! Every kind of difference, introduced into books that agree.
#![allow(clippy::arithmetic_side_effects, reason = "an overflow ends a test, as it should")]

use super::*;
use DifferenceKind as Kind;
use tradewind_disputes::{Dispute, DisputeStatus};
use tradewind_kernel::{CheckoutId, Id, JournalId, OrderId, PaymentId, PayoutId, PayoutRunId, RefundId, Time, UserId};
use tradewind_ledger::{Account, JournalKind, LedgerEntry, Posting};
use tradewind_orders::{
    Actor, Order,
    refund::{Refund, RefundState},
};
use tradewind_payments::{Payment, PaymentStatus};
use tradewind_payouts::{Closes, Payout, PayoutState};

const NOW: Time = Time::from_millis(1_000);

fn id<I: Id>() -> I {
    I::from_ulid("01jd0000000000000000000000")
}

/// A paid order of two shirts.
fn paid() -> Order {
    serde_json::from_str(include_str!("tests/order.json")).unwrap()
}

fn euros(amount: i64) -> Money {
    Money::new(amount, Currency::parse("EUR").unwrap())
}

fn booked(kind: JournalKind, subject: &str, postings: &[(Account, i64)]) -> Journal {
    let postings = postings.iter().map(|(account, amount)| Posting::debit(account.clone(), euros(*amount)));
    Journal::balanced(id::<JournalId>(), kind, subject, NOW, postings).unwrap()
}

fn sue() -> Account {
    Account::SellerPayable(id())
}

fn release(order: &Order) -> Journal {
    let paid = order.price.totals.split.paid.amount;
    booked(
        JournalKind::Release,
        order.id.as_str(),
        &[(Account::Escrow, paid), (sue(), 10 - paid), (Account::PlatformFee, -10)],
    )
}

fn entry_of(journal: &Journal) -> LedgerEntry {
    let posting = journal.postings.iter().find(|posting| posting.account.holder().is_some()).unwrap();
    LedgerEntry {
        journal: journal.id.clone(),
        kind: journal.kind,
        account: posting.account.clone(),
        amount: posting.amount,
        subject: journal.subject.clone(),
        at: journal.at,
    }
}

fn a_payment(status: PaymentStatus) -> Payment {
    Payment {
        id: id::<PaymentId>(),
        checkout: id::<CheckoutId>(),
        buyer: id::<UserId>(),
        orders: vec![],
        number: None,
        amount: euros(100),
        coupon: None,
        status,
        failure: None,
        expires_at: NOW,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn a_payout(state: PayoutState) -> Payout {
    Payout {
        id: id::<PayoutId>(),
        run: id::<PayoutRunId>(),
        seller: id(),
        amount: euros(90),
        closes: Closes { since: None, opening: euros(0), closing: euros(0) },
        state,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn a_refund(state: RefundState) -> Refund {
    Refund {
        id: id::<RefundId>(),
        order: id::<OrderId>(),
        payment: id(),
        seller: id(),
        amount: euros(30),
        pieces: vec![],
        fee_kept: false,
        reason: None,
        by: Actor::Admin,
        state,
        retry_of: None,
        came_late: false,
        goods_only: false,
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    }
}

fn kinds(found: impl IntoIterator<Item = Difference>) -> Vec<Kind> {
    found.into_iter().map(|difference| difference.kind).collect()
}

fn capture(amount: i64) -> Journal {
    booked(JournalKind::Capture, "pay_1", &[(Account::ProviderClearing, amount), (Account::Escrow, -amount)])
}

#[test]
fn a_journal_that_does_not_sum_to_zero_is_found() {
    let mut journal_ = capture(100);
    assert_eq!(journal(&journal_), None);
    journal_.postings[0].amount = euros(101);
    assert_eq!(kinds(journal(&journal_)), [Kind::JournalUnbalanced]);
    journal_.postings.clear();
    assert_eq!(kinds(journal(&journal_)), [Kind::JournalUnbalanced]);
}

#[test]
fn an_entry_that_lacks_differs_or_is_too_much_is_found() {
    let journal = release(&paid());
    let good = entry_of(&journal);
    assert_eq!((entries_of(&journal, std::slice::from_ref(&good)), entry(&good, Some(&journal))), (vec![], None));
    assert_eq!(kinds(entries_of(&journal, &[])), [Kind::EntryMissing]);
    let wrong = LedgerEntry { amount: euros(1), ..good.clone() };
    assert_eq!(kinds(entries_of(&journal, std::slice::from_ref(&wrong))), [Kind::EntryDiffers]);
    assert_eq!(kinds(entry(&wrong, Some(&journal))), [Kind::EntryDiffers]);
    assert_eq!(kinds(entry(&good, None)), [Kind::EntryExtra]);
    let stranger = LedgerEntry { journal: JournalId::from_ulid("01jd0000000000000000000009"), ..good };
    assert_eq!(kinds(entry(&stranger, Some(&journal))), [Kind::EntryExtra]);
}

#[test]
fn a_capture_that_lacks_or_has_another_amount_is_found() {
    for status in [PaymentStatus::Captured, PaymentStatus::Returned] {
        assert_eq!(payment(&a_payment(status), Some(&capture(100))), None);
        assert_eq!(kinds(payment(&a_payment(status), None)), [Kind::JournalMissing]);
        assert_eq!(kinds(payment(&a_payment(status), Some(&capture(99)))), [Kind::JournalDiffers]);
    }
    for status in [PaymentStatus::Pending, PaymentStatus::Expired] {
        assert_eq!(payment(&a_payment(status), None), None);
    }
    let nothing = Payment { amount: euros(0), ..a_payment(PaymentStatus::Captured) };
    assert_eq!(payment(&nothing, None), None);
}

#[test]
fn an_order_whose_escrow_did_not_come_out_is_found() {
    let mut sold = paid();
    assert_eq!(order(&sold, None, &[]).unwrap(), []);
    sold.funds = tradewind_orders::Funds::Released;
    let whole = release(&sold);
    assert_eq!(order(&sold, Some(&whole), &[]).unwrap(), []);
    assert_eq!(kinds(order(&sold, None, &[]).unwrap()), [Kind::JournalMissing]);
    let back = booked(JournalKind::Refund, "rfd_1", &[(Account::Escrow, 1), (Account::Refunds, -1)]);
    assert_eq!(kinds(order(&sold, Some(&whole), std::slice::from_ref(&back)).unwrap()), [Kind::JournalDiffers]);
    sold.funds = tradewind_orders::Funds::Returned;
    assert_eq!(kinds(order(&sold, None, &[back]).unwrap()), [Kind::JournalDiffers]);
}

#[test]
fn a_refund_without_its_journals_is_found() {
    let asked = booked(JournalKind::Refund, "x", &[(Account::Escrow, 30), (Account::Refunds, -30)]);
    let sent = booked(JournalKind::RefundSettled, "x", &[(Account::Refunds, 30), (Account::ProviderClearing, -30)]);
    let both = |kind| [&asked, &sent].into_iter().find(|journal| journal.kind == kind).cloned();
    let one = |kind| Some(&asked).filter(|journal| journal.kind == kind).cloned();
    assert_eq!(refund(&a_refund(RefundState::Requested), one), []);
    assert_eq!(kinds(refund(&a_refund(RefundState::Requested), |_| None)), [Kind::JournalMissing]);
    assert_eq!(refund(&a_refund(RefundState::Settled), both), []);
    assert_eq!(kinds(refund(&a_refund(RefundState::Settled), one)), [Kind::JournalMissing]);
    let failed = a_refund(RefundState::Failed { reason: "closed".into(), retried_as: None });
    assert_eq!(refund(&failed, one), []);
    assert_eq!(kinds(refund(&failed, both)), [Kind::JournalMissing]);
}

#[test]
fn a_payout_without_the_journals_of_its_state_is_found() {
    let sent = booked(JournalKind::Payout, "x", &[(sue(), 90), (Account::Payouts, -90)]);
    let arrived = booked(JournalKind::PayoutSettled, "x", &[(Account::Payouts, 90), (Account::ProviderClearing, -90)]);
    let one = |kind| Some(&sent).filter(|journal| journal.kind == kind).cloned();
    let both = |kind| [&sent, &arrived].into_iter().find(|journal| journal.kind == kind).cloned();
    assert_eq!(payout(&a_payout(PayoutState::Sent), one), []);
    assert_eq!(kinds(payout(&a_payout(PayoutState::Sent), |_| None)), [Kind::JournalMissing]);
    assert_eq!(payout(&a_payout(PayoutState::Paid), both), []);
    assert_eq!(kinds(payout(&a_payout(PayoutState::Paid), one)), [Kind::JournalMissing]);
    let back = a_payout(PayoutState::Failed { reason: "closed".into() });
    assert_eq!(kinds(payout(&back, one)), [Kind::JournalMissing]);
    let settled = a_payout(PayoutState::SettledOtherwise { reason: "closed".into(), note: "By transfer.".into() });
    assert_eq!(kinds(payout(&settled, one)), [Kind::JournalMissing; 2]);
    let other = Payout { amount: euros(91), ..a_payout(PayoutState::Sent) };
    assert_eq!(kinds(payout(&other, one)), [Kind::JournalDiffers]);
}

#[test]
fn a_journal_about_nothing_or_about_what_did_not_happen_is_found() {
    let journal = capture(100);
    assert_eq!(kinds(subject(&journal, None)), [Kind::SubjectMissing]);
    assert_eq!(subject(&journal, Some(Subject::Payment(&a_payment(PaymentStatus::Captured)))), None);
    let pending = a_payment(PaymentStatus::Pending);
    assert_eq!(kinds(subject(&journal, Some(Subject::Payment(&pending)))), [Kind::SubjectDiffers]);
    let sold = paid();
    assert_eq!(kinds(subject(&release(&sold), Some(Subject::Order(&sold)))), [Kind::SubjectDiffers]);
    assert_eq!(kinds(subject(&release(&sold), Some(Subject::Payment(&pending)))), [Kind::SubjectMissing]);
    let settled = booked(JournalKind::PayoutSettled, "x", &[(Account::Payouts, 90), (Account::ProviderClearing, -90)]);
    let sent = a_payout(PayoutState::Sent);
    assert_eq!(kinds(subject(&settled, Some(Subject::Payout(&sent)))), [Kind::SubjectDiffers]);
    let asked = booked(JournalKind::Refund, "x", &[(Account::Escrow, 31), (Account::Refunds, -31)]);
    let refund = a_refund(RefundState::Requested);
    assert_eq!(kinds(subject(&asked, Some(Subject::Refund(&refund)))), [Kind::SubjectDiffers]);
}

#[test]
fn a_dispute_without_the_journals_of_its_status_is_found() {
    let dispute_ = |status| Dispute {
        id: "dp_1".into(),
        payment: id(),
        amount: euros(100),
        fee: euros(15),
        beyond: None,
        reason: "fraudulent".into(),
        status,
        orders: vec![],
        evidence: vec![],
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    let postings = [(Account::ProviderClearing, -115), (Account::Disputes, 100), (Account::PlatformFee, 15)];
    let opened = booked(JournalKind::DisputeOpened, "dp_1", &postings);
    let one = |kind| Some(&opened).filter(|journal| journal.kind == kind).cloned();
    assert_eq!(dispute(&dispute_(DisputeStatus::Open), one).unwrap(), []);
    assert_eq!(dispute(&dispute_(DisputeStatus::Lost), one).unwrap(), []);
    assert_eq!(kinds(dispute(&dispute_(DisputeStatus::Open), |_| None).unwrap()), [Kind::JournalMissing]);
    assert_eq!(kinds(dispute(&dispute_(DisputeStatus::Won), one).unwrap()), [Kind::JournalMissing]);
    let won = booked(JournalKind::DisputeWon, "dp_1", &[(Account::ProviderClearing, 100), (Account::Disputes, -100)]);
    let open = dispute_(DisputeStatus::Open);
    assert_eq!(kinds(subject(&won, Some(Subject::Dispute(&open)))), [Kind::SubjectDiffers]);
    assert_eq!(subject(&opened, Some(Subject::Dispute(&open))), None);
}

#[test]
fn an_order_that_does_not_wait_for_an_open_dispute_of_its_payment_is_found() {
    let mut dispute = Dispute {
        id: "dp_1".into(),
        payment: id(),
        amount: euros(100),
        fee: euros(0),
        beyond: None,
        reason: "fraudulent".into(),
        status: DisputeStatus::Open,
        orders: vec![],
        evidence: vec![],
        created_at: NOW,
        updated_at: NOW,
        version: 1,
    };
    let mut sold = paid();
    assert_eq!(kinds(waits(&dispute, &[sold.clone()])), [Kind::SubjectDiffers]);
    sold.disputes = vec![tradewind_orders::OpenDispute { id: "dp_1".into(), amount: euros(0) }];
    assert_eq!(waits(&dispute, &[sold.clone()]), []);
    dispute.id = "dp_2".into();
    assert_eq!(kinds(waits(&dispute, &[sold.clone()])), [Kind::SubjectDiffers], "it waits for another one only");
    sold.funds = tradewind_orders::Funds::NeverPaid;
    assert_eq!(waits(&dispute, &[sold]), []);
}

#[test]
fn what_was_lost_in_a_dispute_is_not_missed_in_escrow() {
    let mut sold = paid();
    let paid = sold.price.totals.split.paid.amount;
    sold.refunded = vec![30];
    sold.funds = tradewind_orders::Funds::Released;
    let released =
        |amount| booked(JournalKind::Release, sold.id.as_str(), &[(Account::Escrow, amount), (sue(), -amount)]);
    // The dispute took the money before the release, or after it; anything else is a difference.
    assert_eq!(order(&sold, Some(&released(paid - 30)), &[]).unwrap(), []);
    assert_eq!(order(&sold, Some(&released(paid)), &[]).unwrap(), []);
    assert_eq!(kinds(order(&sold, Some(&released(paid - 1)), &[]).unwrap()), [Kind::JournalDiffers]);
}

#[test]
fn balances_that_are_not_the_sums_are_found_in_every_currency() {
    let (mut posted, mut held) = (Sums::default(), Sums::default());
    posted.post(&capture(100)).unwrap();
    posted.post(&release(&paid())).unwrap();
    held.merge(&posted).unwrap();
    assert_eq!(balances(&posted, &held, "#1"), []);
    held.add("escrow", euros(1)).unwrap();
    held.add("tax", Money::new(5, Currency::parse("USD").unwrap())).unwrap();
    let found = balances(&posted, &held, "#1");
    let subjects: Vec<_> = found.iter().map(|difference| difference.subject.as_str()).collect();
    assert_eq!(subjects, ["escrow#1:EUR", "tax#1:USD"]);
    assert!(found.iter().all(|difference| difference.kind == Kind::BalanceDiffers));
}

#[test]
fn progress_reads_back_and_an_old_one_without_members_too() {
    let mut progress = Progress { stage: "2026-01".into(), ..Progress::default() };
    progress.sums.post(&capture(100)).unwrap();
    let text = serde_json::to_string(&progress).unwrap();
    assert_eq!(serde_json::from_str::<Progress>(&text).unwrap(), progress);
    assert_eq!(serde_json::from_str::<Progress>("{}").unwrap(), Progress::default());
}
