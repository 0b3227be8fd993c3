//! Random sales that must always add up.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use tradewind_disputes::DisputeStatus;

/// Everything that is stored, as in the table: there is at most one journal of a kind for a subject.
#[derive(Default)]
struct Books {
    payments: BTreeMap<PaymentId, Payment>,
    orders: BTreeMap<OrderId, Order>,
    payouts: BTreeMap<PayoutId, Payout>,
    journals: BTreeMap<(&'static str, String), Journal>,
    balances: BTreeMap<String, i64>,
    stock: BTreeMap<(VariantId, u8), [i64; 3]>,
    refunds: BTreeMap<RefundId, Refund>,
    disputes: BTreeMap<String, Dispute>,
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
            let counters = self.stock.entry((change.variant, change.bucket)).or_insert([0, 0, 0]);
            let (from, to) = match change.how {
                StockMove::Reserve => (0, 1),
                StockMove::Unreserve => (1, 0),
                StockMove::Sell => (1, 2),
                StockMove::SellAtOnce => (0, 2),
                StockMove::Return => (2, 0),
            };
            counters[from] -= i64::from(change.quantity);
            counters[to] += i64::from(change.quantity);
            assert!(counters[1] >= 0 && counters[2] >= 0);
        }
        self.orders.extend(changes.orders.into_iter().map(|o| (o.id.clone(), o)));
        self.payments.extend(changes.payment.map(|p| (p.id.clone(), p)));
        self.payouts.extend(changes.payout.map(|p| (p.id.clone(), p)));
        let refunds = changes.new_refunds.into_iter().chain(changes.refund);
        self.refunds.extend(refunds.map(|r| (r.id.clone(), r)));
        self.disputes.extend(changes.new_dispute.into_iter().chain(changes.dispute).map(|d| (d.id.clone(), d)));
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
        let (id, account) = (PayoutId::from_ulid(&ulid(n)), Owed { now: owed, paid: None });
        if let Some((payout, mut changes)) = pay_out(id, run, seller, &account, owed, booking()).unwrap() {
            changes.payout = Some(payout);
            self.write(changes);
        }
    }

    /// The provider reports that money went back, or that it could not be sent.
    fn settle(&mut self, subject: &str, fails: bool) {
        let known = RefundId::parse(subject).ok().and_then(|id| self.refunds.get(&id).cloned());
        let sent = self.journals.contains_key(&("refund_settled", subject.to_owned()));
        let changes = match known {
            // For an amount of zero the provider was not asked.
            Some(refund) if refund.amount.amount == 0 => return,
            Some(refund) if fails => {
                let purchase = self.purchase_of(&refund.payment);
                refund_failed(refund, purchase, "closed".into(), booking()).unwrap()
            }
            Some(refund) => {
                let asked = self.journals.get(&("refund", subject.to_owned()));
                let amount = refund.amount;
                crate::refunded(asked, Some(refund), (subject, amount), booking()).unwrap()
            }
            None => {
                let Some(payment) = PaymentId::parse(subject).ok().and_then(|id| self.payments.get(&id)) else {
                    return;
                };
                let late = payment.orders.iter().any(|order| self.refunds.contains_key(&late_refund(order)));
                if payment.status != PaymentStatus::Returned || late {
                    return;
                }
                let asked = self.journals.get(&("capture", subject.to_owned()));
                let amount = payment.amount;
                match fails {
                    true => {
                        let purchase = self.purchase_of(&payment.id.clone());
                        Some(late_money_not_returned(purchase, sent, "closed", booking()).unwrap())
                    }
                    false if sent || amount.amount == 0 => None,
                    false => crate::refunded(asked, None, (subject, amount), booking()).unwrap(),
                }
            }
        };
        changes.into_iter().for_each(|changes| self.write(changes));
    }

    fn purchase_of(&self, payment: &PaymentId) -> Purchase {
        let payment = self.payments[payment].clone();
        let orders = payment.orders.iter().map(|id| self.orders[id].clone()).collect();
        Purchase { payment, orders }
    }

    /// A bank takes a payment back, or a part of it.
    fn dispute(&mut self, number: usize, which: usize) -> Option<Changes> {
        let Purchase { payment, orders } = self.purchase(which);
        let parts = i64::try_from(which % 3 + 1).unwrap();
        let amount = euros(payment.amount.amount / parts);
        let opened = Opened { id: format!("dp_{number}"), amount, fee: euros(0), reason: "fraudulent".into() };
        dispute_opened(Purchase { payment, orders }, opened, booking()).ok()
    }

    fn decide(&mut self, which: usize, won: bool) -> Option<Changes> {
        let dispute = self.disputes.values().nth(which % self.disputes.len().max(1))?.clone();
        let (purchase, amount) = (self.purchase_of(&dispute.payment), dispute.amount);
        dispute_closed(purchase, process(), dispute, (won, amount), &tenant(), booking()).unwrap_or_default()
    }

    /// What the buyer of a payment has received of it, or is about to: by refunds and by banks.
    fn given(&self, payment: &PaymentId) -> i64 {
        let sent =
            self.refunds.values().filter(|refund| refund.payment == *payment).filter(|refund| match refund.state {
                RefundState::Requested | RefundState::Settled => true,
                RefundState::Failed { .. } | RefundState::SettledOtherwise { .. } => false,
            });
        let lost = self.disputes.values().filter(|it| it.payment == *payment && it.status != DisputeStatus::Won);
        sent.map(|refund| refund.amount.amount).chain(lost.map(|dispute| dispute.amount.amount)).sum()
    }

    /// An administrator tries a failed refund again. That never gives the buyer more than they paid.
    fn retry(&mut self, number: usize, which: usize) -> Option<Changes> {
        let failed = self.refunds.values().nth(which % self.refunds.len().max(1))?.clone();
        let (purchase, amount) = (self.purchase_of(&failed.payment), failed.amount.amount);
        let payment = purchase.payment.clone();
        let changes = retry_refund(failed, purchase, RefundId::from_ulid(&ulid(200_000 + number)), booking()).ok()?;
        assert!(self.given(&payment.id) + amount <= payment.amount.amount, "{amount} of {} twice", payment.id);
        Some(changes)
    }

    fn settle_otherwise(&mut self, which: usize) -> Option<Changes> {
        let failed = self.refunds.values().nth(which % self.refunds.len().max(1))?.clone();
        let order = self.orders[&failed.order].clone();
        settle_refund(failed, order, "By hand.".into(), booking()).ok()
    }

    /// One of the possible events happens to one of the purchases; events that the process refuses do not happen.
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
                return self.settle(&subject.unwrap_or(purchase.payment.id.to_string()), which.is_multiple_of(4));
            }
            19 | 20 => self.dispute(number, which),
            21 | 22 => self.decide(which, what == 21),
            23 => self.retry(number, which),
            24 => self.settle_otherwise(which),
            _ => {
                let Some(payout) = self.payouts.values().nth(which % self.payouts.len().max(1)).cloned() else {
                    return;
                };
                match what {
                    16 => payout_arrived(payout, booking()).unwrap(),
                    17 => payout_failed(payout, "closed".into(), booking()).unwrap(),
                    _ => {
                        let owed = euros(-self.balance(&Account::SellerPayable(payout.seller.clone())));
                        settle_payout(payout, &Owed { now: owed, paid: None }, "By hand.".into(), booking()).ok()
                    }
                }
            }
        };
        if let Some(changes) = changes {
            self.write(changes);
        }
    }

    /// Brings everything to its end.
    fn finish(&mut self) {
        for n in 0..self.disputes.len() {
            let changes = self.decide(n, n.is_multiple_of(2));
            changes.into_iter().for_each(|changes| self.write(changes));
        }
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
        let refunds = self.refunds.keys().map(ToString::to_string);
        let subjects: BTreeSet<_> = self.journals.keys().map(|(_, subject)| subject.clone()).chain(refunds).collect();
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
        steps in proptest::collection::vec((0_u8..25, 0_usize..12), 0..80),
        taxed in any::<bool>(),
        scattered in any::<bool>(),
    ) {
        let mut books = Books::default();
        for (n, totals) in totals.iter().enumerate() {
            let Purchase { payment, mut orders } = purchase_of(n + 1, totals, taxed);
            if scattered {
                orders.iter_mut().for_each(scatter);
            }
            let stock = orders.iter().flat_map(|o| moves(o, StockMove::Reserve)).collect();
            books.write(Changes { payment: Some(payment), orders, stock, ..Changes::default() });
        }
        for (number, (what, which)) in steps.iter().enumerate() {
            books.happen(number + 1, *what, *which);
        }
        books.finish();
        let waiting = books.refunds.values().filter(|r| matches!(r.state, RefundState::Failed { retried_as: None, .. }));
        let lost: i64 = waiting.map(|refund| refund.amount.amount).sum();
        for account in [Account::Escrow, Account::Payouts, Account::Disputes] {
            prop_assert_eq!(books.balance(&account), 0, "{}", account);
        }
        // Money that could not be sent back still belongs to the buyer.
        prop_assert_eq!(books.balance(&Account::Refunds), -lost);
        for seller in 0..3 {
            // No seller is owed anything any more, and sellers whose sales were refunded after the payout owe it.
            prop_assert!(books.balance(&Account::SellerPayable(SellerId::from_ulid(&ulid(seller)))) >= 0);
        }
        for payment in books.payments.values() {
            let orders = || payment.orders.iter().map(|id| &books.orders[id]);
            prop_assert!(orders().all(|order| !order.is_disputed()));
            if payment.status != PaymentStatus::Captured {
                prop_assert!(orders().all(|order| order.refunded.iter().all(|amount| *amount == 0)));
                continue;
            }
            // What a refund or a bank gave back is deducted from the order, up to its price, and everybody who had a part bears it.
            let made = books.refunds.values().filter(|r| r.payment == payment.id && r.retry_of.is_none());
            let lost = books.disputes.values().filter(|d| d.payment == payment.id && d.status == DisputeStatus::Lost);
            let back = made.map(|r| r.amount.amount).chain(lost.map(|d| d.amount.amount)).sum::<i64>();
            let gone: i64 = orders().flat_map(|order| &order.refunded).sum();
            prop_assert_eq!(gone, back.min(payment.amount.amount), "{}", payment.id);
        }
        for (bucket, [available, reserved, sold]) in &books.stock {
            prop_assert_eq!(available + reserved + sold, 0, "{:?}", bucket);
            prop_assert_eq!(*reserved, 0);
        }
    }
}
