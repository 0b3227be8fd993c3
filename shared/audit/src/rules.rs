//! The rules: which journals each thing requires, and which things each journal requires.
//!
//! Each rule gets what was read first and what was read after it: a journal and its subject are written in one transaction, so
//! reading the one and then the other finds both. No rule concludes anything in the opposite direction.

use super::{Difference, DifferenceKind as Kind};
use std::collections::BTreeMap;
use tradewind_disputes::{Dispute, DisputeStatus};
use tradewind_kernel::{Currency, Money, money::MoneyError};
use tradewind_ledger::{Account, Journal, JournalKind, LedgerEntry};
use tradewind_orders::{
    Funds, Order,
    refund::{Refund, RefundState},
};
use tradewind_payments::{Payment, PaymentStatus};
use tradewind_payouts::{Payout, PayoutState};

/// The thing that a journal is about, as it was read after the journal.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A payment.
    Payment(&'a Payment),
    /// An order.
    Order(&'a Order),
    /// A refund.
    Refund(&'a Refund),
    /// A payout.
    Payout(&'a Payout),
    /// A dispute.
    Dispute(&'a Dispute),
}

/// Checks a journal by itself: it must balance.
pub fn journal(journal: &Journal) -> Option<Difference> {
    let mut sums: BTreeMap<_, i128> = BTreeMap::new();
    for posting in &journal.postings {
        let sum = sums.entry(posting.amount.currency).or_default();
        *sum = sum.saturating_add(i128::from(posting.amount.amount));
    }
    let Journal { id, kind, subject, .. } = journal;
    let wrong = sums.iter().find(|(_, sum)| **sum != 0);
    let what = match (wrong, journal.postings.is_empty()) {
        (Some((currency, sum)), _) => format!("sums to {sum} minor units of {currency}"),
        (None, true) => "has no postings".into(),
        (None, false) => return None,
    };
    let detail = format!("The {} journal of {subject} {what}.", kind.name());
    Some(Difference::of(Kind::JournalUnbalanced, id, detail))
}

/// Compares a journal with the entries that were found for its postings to accounts with a holder.
pub fn entries_of(journal: &Journal, found: &[LedgerEntry]) -> Vec<Difference> {
    let held = journal.postings.iter().filter(|posting| posting.account.holder().is_some());
    held.filter_map(|posting| {
        let entry = found.iter().find(|e| e.journal == journal.id && e.account == posting.account);
        let subject = format!("{}:{}", journal.id, posting.account);
        match entry {
            None => {
                let detail = format!("A posting of {} to {} has no entry.", posting.amount, posting.account);
                Some(Difference::of(Kind::EntryMissing, subject, detail))
            }
            Some(entry) if entry.amount != posting.amount => Some(differs(entry, posting.amount, subject)),
            Some(_) => None,
        }
    })
    .collect()
}

/// Compares an entry with the journal that it names.
pub fn entry(entry: &LedgerEntry, journal: Option<&Journal>) -> Option<Difference> {
    let subject = format!("{}:{}", entry.journal, entry.account);
    let posting = journal
        .filter(|journal| journal.id == entry.journal)
        .and_then(|journal| journal.postings.iter().find(|posting| posting.account == entry.account));
    match posting {
        None => {
            let (kind, about) = (entry.kind.name(), &entry.subject);
            let detail =
                format!("An entry of {} is of the {kind} journal of {about}, which does not post it.", entry.amount);
            Some(Difference::of(Kind::EntryExtra, subject, detail))
        }
        Some(posting) if posting.amount != entry.amount => Some(differs(entry, posting.amount, subject)),
        Some(_) => None,
    }
}

fn differs(entry: &LedgerEntry, posted: Money, subject: String) -> Difference {
    let detail = format!("The journal posts {posted} to {}, and its entry says {}.", entry.account, entry.amount);
    Difference::of(Kind::EntryDiffers, subject, detail).amounts(posted, entry.amount)
}

/// Compares a journal with the thing that it is about; `None` if that does not exist.
pub fn subject(journal: &Journal, about: Option<Subject<'_>>) -> Option<Difference> {
    let (kind, id) = (journal.kind, &journal.subject);
    let missing = || {
        let detail = format!("A {} journal is about {id}, which does not exist.", kind.name());
        Some(Difference::of(Kind::SubjectMissing, &journal.id, detail))
    };
    let Some(about) = about else { return missing() };
    // The state of the other side, and whether it fits the journal.
    let (state, fits) = match (kind, about) {
        (JournalKind::Capture, Subject::Payment(p)) => {
            (format!("{:?}", p.status), matches!(p.status, PaymentStatus::Captured | PaymentStatus::Returned))
        }
        (JournalKind::RefundSettled | JournalKind::RefundReturned, Subject::Payment(p)) => {
            (format!("{:?}", p.status), p.status == PaymentStatus::Returned)
        }
        (JournalKind::Release, Subject::Order(o)) => (format!("{:?}", o.funds), o.funds == Funds::Released),
        (JournalKind::Refund, Subject::Refund(r)) => {
            (String::new(), credit(journal, &Account::Refunds, r.amount.currency) == r.amount)
        }
        (JournalKind::RefundSettled, Subject::Refund(r)) => {
            (format!("{:?}", r.state), r.state != RefundState::Requested)
        }
        (JournalKind::RefundReturned, Subject::Refund(r)) => (
            format!("{:?}", r.state),
            matches!(r.state, RefundState::Failed { .. } | RefundState::SettledOtherwise { .. }),
        ),
        (JournalKind::RefundSettledOtherwise, Subject::Refund(r)) => {
            (format!("{:?}", r.state), matches!(r.state, RefundState::SettledOtherwise { .. }))
        }
        (JournalKind::Payout, Subject::Payout(p)) => {
            (String::new(), credit(journal, &Account::Payouts, p.amount.currency) == p.amount)
        }
        (JournalKind::PayoutSettled, Subject::Payout(p)) => (format!("{:?}", p.state), p.state != PayoutState::Sent),
        (JournalKind::PayoutReturned, Subject::Payout(p)) => {
            let back = matches!(p.state, PayoutState::Failed { .. } | PayoutState::SettledOtherwise { .. });
            (format!("{:?}", p.state), back)
        }
        (JournalKind::PayoutSettledOtherwise, Subject::Payout(p)) => {
            (format!("{:?}", p.state), matches!(p.state, PayoutState::SettledOtherwise { .. }))
        }
        (JournalKind::DisputeOpened, Subject::Dispute(d)) => (format!("{:?}", d.status), true),
        (JournalKind::DisputeWon, Subject::Dispute(d)) => (format!("{:?}", d.status), d.status == DisputeStatus::Won),
        (JournalKind::DisputeLost, Subject::Dispute(d)) => (format!("{:?}", d.status), d.status == DisputeStatus::Lost),
        (
            _,
            Subject::Payment(_) | Subject::Order(_) | Subject::Refund(_) | Subject::Payout(_) | Subject::Dispute(_),
        ) => {
            return missing();
        }
    };
    let says = if state.is_empty() { "has another amount".into() } else { format!("is {state}") };
    let detail = format!("A {} journal is about {id}, which {says}.", kind.name());
    (!fits).then(|| Difference::of(Kind::SubjectDiffers, &journal.id, detail))
}

/// The amount that a journal debits to an account; zero in `currency` if it does not post to it.
fn debit(journal: &Journal, account: &Account, currency: Currency) -> Money {
    let posting = journal.postings.iter().find(|posting| posting.account == *account);
    posting.map_or(Money::zero(currency), |posting| posting.amount)
}

/// The amount that a journal credits to an account, as a positive amount.
fn credit(journal: &Journal, account: &Account, currency: Currency) -> Money {
    let amount = debit(journal, account, currency);
    amount.negated().unwrap_or(amount)
}

/// Checks that a journal exists and moves the amount; `moves` returns the amount that it moves.
fn booked(
    kind: JournalKind,
    subject: &str,
    amount: Money,
    found: Option<&Journal>,
    moves: impl Fn(&Journal) -> Money,
) -> Option<Difference> {
    let name = format!("{}:{subject}", kind.name());
    match found {
        // For an amount of zero nothing is booked.
        None if amount.amount == 0 => None,
        None => {
            let detail = format!("{subject} asks for a {} journal of {amount}, and there is none.", kind.name());
            Some(Difference::of(Kind::JournalMissing, name, detail))
        }
        Some(journal) => {
            let posted = moves(journal);
            let detail = format!("The {} journal of {subject} is of {posted}, and must be of {amount}.", kind.name());
            (posted != amount).then(|| Difference::of(Kind::JournalDiffers, name, detail).amounts(amount, posted))
        }
    }
}

/// Compares a payment with its capture: every captured payment must be booked.
pub fn payment(payment: &Payment, capture: Option<&Journal>) -> Option<Difference> {
    match payment.status {
        PaymentStatus::Pending | PaymentStatus::Expired => None,
        PaymentStatus::Captured | PaymentStatus::Returned => {
            let moves = |journal: &Journal| debit(journal, &Account::ProviderClearing, payment.amount.currency);
            booked(JournalKind::Capture, payment.id.as_str(), payment.amount, capture, moves)
        }
    }
}

/// Compares an order with its release and its refunds: the money that went into escrow must leave it when the order is settled, and
/// never more than that. Money that was lost in a dispute went back without a refund: out of escrow or, if it was released by then,
/// not.
pub fn order(order: &Order, release: Option<&Journal>, refunds: &[Journal]) -> Result<Vec<Difference>, MoneyError> {
    let paid = order.price.totals.split.paid;
    let refunded =
        Money::sum(paid.currency, refunds.iter().map(|journal| debit(journal, &Account::Escrow, paid.currency)))?;
    let left = paid.minus(refunded)?;
    let asked = refunds.iter().map(|journal| credit(journal, &Account::Refunds, paid.currency));
    let lost = Money::sum(paid.currency, order.gone_back())?.minus(Money::sum(paid.currency, asked)?)?;
    let without = left.minus(if lost.amount > 0 { lost } else { Money::zero(paid.currency) })?;
    let id = order.id.as_str();
    let moves = |journal: &Journal| debit(journal, &Account::Escrow, paid.currency);
    Ok(match order.funds {
        Funds::Awaited | Funds::NeverPaid => vec![],
        Funds::Released if release.is_some_and(|journal| moves(journal) == without) => vec![],
        Funds::Released => booked(JournalKind::Release, id, left, release, moves).into_iter().collect(),
        Funds::Escrow | Funds::OnHold if left.amount >= 0 => vec![],
        Funds::Returned if left.amount == 0 || without.amount == 0 => vec![],
        Funds::Escrow | Funds::OnHold | Funds::Returned => {
            let detail = format!("Refunds took {refunded} of {id} out of escrow, where {paid} was.");
            vec![Difference::of(Kind::JournalDiffers, format!("escrow:{id}"), detail).amounts(paid, refunded)]
        }
    })
}

/// Compares a refund with its journals, which are found by kind.
pub fn refund(refund: &Refund, found: impl Fn(JournalKind) -> Option<Journal>) -> Vec<Difference> {
    let (id, currency) = (refund.id.as_str(), refund.amount.currency);
    let check = |kind, account: Account| {
        booked(kind, id, refund.amount, found(kind).as_ref(), |journal| credit(journal, &account, currency))
    };
    let settled = || check(JournalKind::RefundSettled, Account::ProviderClearing);
    // A repeated try has no refund journal: its money is where that of the first try went. Money that came too late was captured into
    // that account.
    let mut all = match (&refund.retry_of, refund.came_late) {
        (None, false) => vec![check(JournalKind::Refund, Account::Refunds)],
        (Some(_), _) | (None, true) => vec![],
    };
    if let RefundState::SettledOtherwise { .. } = refund.state {
        all.push(check(JournalKind::RefundSettledOtherwise, Account::PlatformFee));
    }
    match refund.state {
        RefundState::Requested => {}
        RefundState::Settled => all.push(settled()),
        // If it failed before it was settled, it did not return.
        RefundState::Failed { .. } | RefundState::SettledOtherwise { .. }
            if found(JournalKind::RefundSettled).is_none() => {}
        RefundState::Failed { .. } | RefundState::SettledOtherwise { .. } => {
            all.extend([settled(), check(JournalKind::RefundReturned, Account::Refunds)]);
        }
    }
    all.into_iter().flatten().collect()
}

/// Compares a payout with its journals, which are found by kind.
pub fn payout(payout: &Payout, found: impl Fn(JournalKind) -> Option<Journal>) -> Vec<Difference> {
    let (id, currency) = (payout.id.as_str(), payout.amount.currency);
    let check = |kind, account: Account| {
        booked(kind, id, payout.amount, found(kind).as_ref(), |journal| credit(journal, &account, currency))
    };
    let returned = || check(JournalKind::PayoutReturned, Account::SellerPayable(payout.seller.clone()));
    let mut all = vec![check(JournalKind::Payout, Account::Payouts)];
    match payout.state {
        PayoutState::Sent => {}
        PayoutState::Paid => all.push(check(JournalKind::PayoutSettled, Account::ProviderClearing)),
        PayoutState::Failed { .. } => all.push(returned()),
        PayoutState::SettledOtherwise { .. } => {
            all.extend([returned(), check(JournalKind::PayoutSettledOtherwise, Account::PlatformFee)]);
        }
    }
    all.into_iter().flatten().collect()
}

/// Compares a dispute with its journals, which are found by kind: the money that the bank took, and that it gave back. The movements
/// of a lost dispute between accounts depend on who had received the money.
pub fn dispute(
    dispute: &Dispute,
    found: impl Fn(JournalKind) -> Option<Journal>,
) -> Result<Vec<Difference>, MoneyError> {
    let (id, currency) = (dispute.id.as_str(), dispute.amount.currency);
    let held = |journal: &Journal| debit(journal, &Account::ProviderClearing, currency);
    let taken = dispute.amount.plus(dispute.fee)?;
    let opened = found(JournalKind::DisputeOpened);
    let moves = |journal: &Journal| credit(journal, &Account::ProviderClearing, currency);
    let mut all = vec![booked(JournalKind::DisputeOpened, id, taken, opened.as_ref(), moves)];
    match dispute.status {
        DisputeStatus::Open | DisputeStatus::Lost => {}
        DisputeStatus::Won => {
            all.push(booked(
                JournalKind::DisputeWon,
                id,
                dispute.amount,
                found(JournalKind::DisputeWon).as_ref(),
                held,
            ));
        }
    }
    Ok(all.into_iter().flatten().collect())
}

/// Checks that all paid orders of an open dispute's payment know of it, because otherwise their money could be moved meanwhile. Among
/// orders that were refunded entirely, older releases updated only those that have a part in it.
pub fn waits(dispute: &Dispute, orders: &[Order]) -> Vec<Difference> {
    let knows = |order: &Order| order.disputed_of_old || order.disputes.iter().any(|open| open.id == dispute.id);
    let has_part = |order: &Order| dispute.orders.iter().any(|part| part.order == order.id);
    let left = |order: &&Order| order.funds.paid() && order.total().amount > 0 && (has_part(order) || !order.given_up);
    let paid = orders.iter().filter(left);
    let differs = |order: &Order| {
        let detail = format!("{} is open, and {} does not wait for it.", dispute.id, order.id);
        Difference::of(Kind::SubjectDiffers, format!("{}:{}", dispute.id, order.id), detail)
    };
    paid.filter(|order| !knows(order)).map(differs).collect()
}
