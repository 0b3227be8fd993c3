//! Verifies one seller: the entries of their account against the journals and the balance, their orders with payments and refunds, and
//! their payouts.

use crate::audit::{
    balances::{self, Compared, Held, MOST_RESTLESS, Postings, REST},
    orders,
    step::{Left, Step, Tally},
};
use std::collections::BTreeSet;
use tradewind_audit as audit;
use tradewind_audit::{Progress, Sums};
use tradewind_kernel::{MarketplaceId, SellerId, period::Month};
use tradewind_lambda::{App, JobError};
use tradewind_ledger::{Account, JournalKind, LedgerEntry, journals::Journals, keys as ledger_keys};
use tradewind_payouts::{entities::PayoutSummary, keys as payouts_keys};
use tradewind_storage::keys::END;

/// Items read at a time.
const PAGE: u16 = 100;

pub(crate) async fn run(step: &mut Step<'_>, seller: &SellerId, mut progress: Progress) -> Result<Left, JobError> {
    if matches!(progress.stage.as_str(), "" | "entries")
        && let Some(left) = entries(step, seller, &mut progress).await?
    {
        return Ok(left);
    }
    while progress.stage == "orders" {
        let after = orders::check(step, seller, &progress.after).await?;
        next(&mut progress, after, "payouts");
        if step.over() {
            return Ok(Left::Rest(progress, 0));
        }
    }
    while progress.stage == "payouts" {
        let after = payouts(step, seller, &progress.after).await?;
        next(&mut progress, after, "done");
        if step.over() && progress.stage != "done" {
            return Ok(Left::Rest(progress, 0));
        }
    }
    Ok(Left::Nothing)
}

/// Continues after this key, or with the next list.
fn next(progress: &mut Progress, after: Option<String>, stage: &str) {
    match after {
        Some(after) => progress.after = after,
        None => *progress = Progress { stage: stage.to_owned(), ..Progress::default() },
    }
}

/// Checks the entries, and at the end the balance. Returns what is left, if this is not all.
async fn entries(step: &mut Step<'_>, seller: &SellerId, progress: &mut Progress) -> Result<Option<Left>, JobError> {
    let (app, tenant) = (step.app, step.tenant);
    let account = Account::SellerPayable(seller.clone());
    progress.stage = "entries".into();
    loop {
        let list = ledger_keys::entries(tenant, &account).now().span(&progress.after, &step.settled());
        let page = app.table.page(list, PAGE, None).await?;
        step.tally.add(check(app, tenant, &page.items, &mut progress.sums).await?);
        if let Some(last) = page.items.last() {
            progress.after = ledger_keys::entry(tenant, last).sk;
        }
        if page.next.is_none() {
            break;
        }
        if step.over() {
            return Ok(Some(Left::Rest(progress.clone(), 0)));
        }
    }
    let (all, tally) = (progress.sums.clone(), Tally::default());
    let mut tail = Tail { app, tenant, account: &account, after: &progress.after, seen: BTreeSet::new(), all, tally };
    let held = || Held { balances: vec![ledger_keys::balances(tenant, &account.code(), 0)], turnover: None };
    match balances::compare(app, held, &mut tail, "").await? {
        Compared::Still(differences, balances) => {
            let Tail { tally, .. } = tail;
            step.tally.add(tally);
            step.tally.add(Tally { differences, balances, ..Tally::default() });
        }
        Compared::Restless if progress.restless < MOST_RESTLESS => {
            progress.restless = progress.restless.saturating_add(1);
            return Ok(Some(Left::Rest(progress.clone(), REST)));
        }
        Compared::Restless => step.tally.differences.push(balances::not_settled(&account.code())),
    }
    *progress = Progress { stage: "orders".into(), ..Progress::default() };
    Ok(step.over().then(|| Left::Rest(progress.clone(), 0)))
}

/// The entries since the moment before which everything is settled.
struct Tail<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    account: &'a Account,
    after: &'a str,
    seen: BTreeSet<String>,
    all: Sums,
    tally: Tally,
}

impl Postings for Tail<'_> {
    async fn look(&mut self) -> Result<Sums, JobError> {
        let mut after = self.after.to_owned();
        loop {
            let list = ledger_keys::entries(self.tenant, self.account).now().span(&after, END);
            let page = self.app.table.page(list, PAGE, None).await?;
            let mut new = vec![];
            for entry in page.items {
                after = ledger_keys::entry(self.tenant, &entry).sk;
                if self.seen.insert(after.clone()) {
                    new.push(entry);
                }
            }
            self.tally.add(check(self.app, self.tenant, &new, &mut self.all).await?);
            if page.next.is_none() {
                return Ok(self.all.clone());
            }
        }
    }
}

/// Checks entries against their journals, and adds them to the sums.
async fn check(app: &App, tenant: &MarketplaceId, entries: &[LedgerEntry], sums: &mut Sums) -> Result<Tally, JobError> {
    let mut tally = Tally::default();
    let names = entries.iter().map(|entry| (entry.kind, entry.subject.clone())).collect();
    let journals = Journals::read(&app.table, tenant, names).await?;
    for entry in entries {
        let code = entry.account.code();
        sums.add(&code, entry.amount)?;
        sums.add(&format!("{code}@{}", Month::of(entry.at)), entry.amount)?;
        tally.differences.extend(audit::entry(entry, journals.get(entry.kind, &entry.subject)));
        tally.entries = tally.entries.saturating_add(1);
    }
    Ok(tally)
}

/// Checks a page of payouts. Returns the key after which to continue, if there are more.
async fn payouts(step: &mut Step<'_>, seller: &SellerId, after: &str) -> Result<Option<String>, JobError> {
    const KINDS: [JournalKind; 4] = [
        JournalKind::Payout,
        JournalKind::PayoutSettled,
        JournalKind::PayoutReturned,
        JournalKind::PayoutSettledOtherwise,
    ];
    let (app, tenant) = (step.app, step.tenant);
    let list = payouts_keys::payouts_of::<PayoutSummary>(tenant, seller).span(after, END);
    let page = app.table.page(list, PAGE, None).await?;
    let keys: Vec<_> = page.items.iter().map(|row| payouts_keys::payout(tenant, &row.summary.id)).collect();
    let found = app.table.get_each(keys).await?;
    let names = found.iter().flat_map(|payout| KINDS.map(|kind| (kind, payout.id.to_string()))).collect();
    let journals = Journals::read(&app.table, tenant, names).await?;
    for payout in &found {
        let differences = audit::payout(payout, |kind| journals.get(kind, payout.id.as_str()).cloned());
        step.tally.differences.extend(differences);
        step.tally.payouts = step.tally.payouts.saturating_add(1);
    }
    let last = page.items.last().map(|row| tradewind_storage::by_time(row.summary.created_at, &row.summary.id));
    Ok(page.next.and(last))
}
