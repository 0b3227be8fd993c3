//! Replays the journals of one shard: each is checked on its own, against the entries of the sellers to whom it posts, and against its
//! subject. At the end their sums are checked against the balances of the same shard.
//!
//! Journals up to the moment before which nothing is written any more are read once, and their sums are kept with the progress. Later ones
//! are read anew each time the balances are read.

use crate::audit::{
    balances::{self, Compared, Held, MOST_RESTLESS, Postings, REST},
    step::{Left, Step, Tally},
};
use std::collections::BTreeSet;
use tradewind_audit as audit;
use tradewind_audit::{Progress, Subject, Sums};
use tradewind_disputes::keys as disputes_keys;
use tradewind_kernel::{Id, MarketplaceId, OrderId, PaymentId, PayoutId, RefundId, Time, period::Month};
use tradewind_lambda::{App, JobError};
use tradewind_ledger::{
    Account, Journal, JournalKind, LedgerEntry, SELLERS_CONTROL, SYSTEM_ACCOUNTS, entities::JournalRow,
    journals::Journals, keys as ledger_keys,
};
use tradewind_orders::keys as orders_keys;
use tradewind_payments::keys as payments_keys;
use tradewind_payouts::keys as payouts_keys;
use tradewind_storage::keys::{self, END};
use tradewind_tenancy::keys as tenancy_keys;

/// Journals read at a time.
const PAGE: u16 = 100;

pub(crate) async fn run(step: &mut Step<'_>, shard: u8, mut progress: Progress) -> Result<Left, JobError> {
    let (app, tenant) = (step.app, step.tenant);
    let marketplace = app.table.peek(tenancy_keys::marketplace(tenant)).await?;
    let marketplace = marketplace.ok_or_else(|| JobError::internal(format!("{tenant} is missing")))?;
    let mut month = Month::parse(&progress.stage).unwrap_or(Month::of(marketplace.created_at));
    loop {
        let settled = step.settled();
        progress.stage = month.to_string();
        let list = ledger_keys::journals(tenant, month, shard).span(&progress.after, &settled);
        let page = app.table.page(list, PAGE, None).await?;
        let (sums, tally) = check(app, tenant, &page.items).await?;
        progress.sums.merge(&sums)?;
        step.tally.add(tally);
        progress.after = page.items.last().map_or(progress.after, |row| row.place.clone());
        if page.next.is_none() {
            if Time::parse(&settled) < Some(month.next().first_day().start()) {
                break;
            }
            month = month.next();
            progress.after = String::new();
        }
        if step.over() {
            progress.stage = month.to_string();
            return Ok(Left::Rest(progress, 0));
        }
    }

    let mut tail = Tail {
        app,
        tenant,
        shard,
        month,
        after: &progress.after,
        seen: BTreeSet::new(),
        all: progress.sums.clone(),
        tally: Tally::default(),
    };
    let accounts = || SYSTEM_ACCOUNTS.iter().map(Account::code).chain([SELLERS_CONTROL.to_owned()]);
    let held = || Held {
        balances: accounts().map(|account| ledger_keys::balances(tenant, &account, shard)).collect(),
        turnover: Some(ledger_keys::turnovers(tenant, &Account::PlatformFee.code(), shard).now()),
    };
    match balances::compare(app, held, &mut tail, &format!("#{shard}")).await? {
        Compared::Still(differences, balances) => {
            let Tail { tally, .. } = tail;
            step.tally.add(tally);
            step.tally.add(Tally { differences, balances, ..Tally::default() });
            Ok(Left::Nothing)
        }
        Compared::Restless if progress.restless >= MOST_RESTLESS => {
            step.tally.differences.push(balances::not_settled(&format!("shard {shard}")));
            Ok(Left::Nothing)
        }
        Compared::Restless => {
            progress.restless = progress.restless.saturating_add(1);
            Ok(Left::Rest(progress, REST))
        }
    }
}

/// The journals since the moment before which everything is settled.
struct Tail<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    shard: u8,
    month: Month,
    after: &'a str,
    seen: BTreeSet<String>,
    all: Sums,
    tally: Tally,
}

impl Postings for Tail<'_> {
    async fn look(&mut self) -> Result<Sums, JobError> {
        let (mut month, mut after) = (self.month, self.after.to_owned());
        // Clocks differ: at the end of a month some clock is in the next one already.
        let last = Month::of(self.app.now()).next();
        while month <= last {
            let list = ledger_keys::journals(self.tenant, month, self.shard).span(&after, END);
            let page = self.app.table.page(list, PAGE, None).await?;
            after = page.items.last().map_or(after, |row| row.place.clone());
            let new: Vec<_> = page.items.into_iter().filter(|row| !self.seen.contains(&row.place)).collect();
            let (sums, tally) = check(self.app, self.tenant, &new).await?;
            self.all.merge(&sums)?;
            self.tally.add(tally);
            self.seen.extend(new.into_iter().map(|row| row.place));
            if page.next.is_none() {
                month = month.next();
                after = String::new();
            }
        }
        Ok(self.all.clone())
    }
}

/// Checks the journals that these rows of the index name, and sums up their postings.
async fn check(app: &App, tenant: &MarketplaceId, rows: &[JournalRow]) -> Result<(Sums, Tally), JobError> {
    let (mut sums, mut tally) = (Sums::default(), Tally::default());
    if rows.is_empty() {
        return Ok((sums, tally));
    }
    let names = rows.iter().map(|row| (row.summary.kind, row.summary.subject.clone())).collect();
    let journals = Journals::read(&app.table, tenant, names).await?;
    let entries = app.table.get_each(journals.iter().flat_map(|journal| entry_keys(tenant, journal))).await?;
    let subjects = Subjects::read(app, tenant, &journals).await?;
    for journal in journals.iter() {
        sums.post(journal)?;
        for posting in journal.postings.iter().filter(|posting| posting.account == Account::PlatformFee) {
            sums.add(&format!("{}@{}", posting.account, journal.day().month()), posting.amount)?;
        }
        tally.differences.extend(audit::journal(journal));
        tally.differences.extend(audit::entries_of(journal, &entries));
        tally.differences.extend(audit::subject(journal, subjects.of(journal)));
        tally.journals = tally.journals.saturating_add(1);
    }
    Ok((sums, tally))
}

/// The keys at which the entries for a journal's postings to sellers must be stored.
fn entry_keys<'a>(
    tenant: &'a MarketplaceId,
    journal: &'a Journal,
) -> impl Iterator<Item = keys::Key<LedgerEntry>> + 'a {
    let held = journal.postings.iter().filter(|posting| posting.account.holder().is_some());
    held.map(move |posting| {
        let entry = LedgerEntry {
            journal: journal.id.clone(),
            kind: journal.kind,
            account: posting.account.clone(),
            amount: posting.amount,
            subject: journal.subject.clone(),
            at: journal.at,
        };
        ledger_keys::entry(tenant, &entry)
    })
}

/// The subjects of journals, by the type of their id.
struct Subjects {
    payments: Vec<tradewind_payments::Payment>,
    orders: Vec<tradewind_orders::Order>,
    refunds: Vec<tradewind_orders::refund::Refund>,
    payouts: Vec<tradewind_payouts::Payout>,
    disputes: Vec<tradewind_disputes::Dispute>,
}

impl Subjects {
    async fn read(app: &App, tenant: &MarketplaceId, journals: &Journals) -> Result<Self, JobError> {
        let ids = || journals.iter().map(|journal| journal.subject.as_str());
        let payments: Vec<_> =
            ids().filter_map(|id| PaymentId::parse(id).ok()).map(|id| payments_keys::payment(tenant, &id)).collect();
        let orders: Vec<_> =
            ids().filter_map(|id| OrderId::parse(id).ok()).map(|id| orders_keys::order(tenant, &id)).collect();
        let refunds: Vec<_> =
            ids().filter_map(|id| RefundId::parse(id).ok()).map(|id| orders_keys::refund(tenant, &id)).collect();
        let payouts: Vec<_> =
            ids().filter_map(|id| PayoutId::parse(id).ok()).map(|id| payouts_keys::payout(tenant, &id)).collect();
        // A dispute has the provider's id, which shows no type.
        let of_dispute =
            |kind| matches!(kind, JournalKind::DisputeOpened | JournalKind::DisputeWon | JournalKind::DisputeLost);
        let disputed = journals.iter().filter(|journal| of_dispute(journal.kind));
        let disputes: Vec<_> = disputed.map(|journal| disputes_keys::dispute(tenant, &journal.subject)).collect();
        Ok(Self {
            payments: app.table.get_each(payments).await?,
            orders: app.table.get_each(orders).await?,
            refunds: app.table.get_each(refunds).await?,
            payouts: app.table.get_each(payouts).await?,
            disputes: app.table.get_each(disputes).await?,
        })
    }

    fn of(&self, journal: &Journal) -> Option<Subject<'_>> {
        let id = journal.subject.as_str();
        let payment = self.payments.iter().find(|found| found.id.as_str() == id).map(Subject::Payment);
        let order = || self.orders.iter().find(|found| found.id.as_str() == id).map(Subject::Order);
        let refund = || self.refunds.iter().find(|found| found.id.as_str() == id).map(Subject::Refund);
        let payout = || self.payouts.iter().find(|found| found.id.as_str() == id).map(Subject::Payout);
        let dispute = || self.disputes.iter().find(|found| found.id == id).map(Subject::Dispute);
        payment.or_else(order).or_else(refund).or_else(payout).or_else(dispute)
    }
}
