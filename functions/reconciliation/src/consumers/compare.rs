//! `reconciliation-compare`: compares one day of the payment provider's movements with the ledger, a page for each message.
//!
//! First it reads what providers did on that day and on the day before: all of it is stored, so that a journal can find it, and what was
//! done on the day itself is compared with its journal. Then it reads those journals of the day that say that the provider did something,
//! and compares each with what was stored. A journal is usually entered within moments of what it books, seldom more than a day later.
//!
//! Nothing less than an hour old is judged: a webhook may be on its way. The id of a finding is derived from what differs, so it is found
//! only once, and stays resolved once somebody has resolved it. A run writes some 60 units and 2 for each thing the provider did, and reads
//! 3 for each and for each journal; `tests/cross/units-books.txt` holds the measured values.

use crate::provider_ledger::{self, PROVIDERS};
use std::{collections::BTreeMap, time::Duration};
use tradewind_auth::secret;
use tradewind_kernel::{
    MarketplaceId, ReconciliationId, Time,
    event::Envelope,
    period::{Day, Month},
};
use tradewind_lambda::{App, Consumer, Grant, Handled, JobError, Message};
use tradewind_ledger::{journals::Journals, keys as ledger_keys, keys::BALANCE_SHARDS};
use tradewind_payments::provider::PaymentProvider;
use tradewind_providers::finding_id;
use tradewind_reconciliation as rules;
use tradewind_reconciliation::{
    Finding, ProviderTransaction, ReconciliationEvent, ReconciliationTask,
    entities::{Reconciliation, StoredFinding, StoredTransaction},
    keys as reconciliation_keys,
};

pub const CONSUMER: Consumer = Consumer {
    function: "reconciliation-compare",
    summary: "Compares what the payment provider did with the ledger.",
    queue: tradewind_reconciliation::RECONCILIATIONS,
    batch: 1,
    grants: &[Grant::MainRead, Grant::MainWrite, Grant::EphemeralWrite, Grant::SandboxSecret, Grant::StripeSecretKey],
    memory: 256,
    timeout_seconds: 60,
    most_at_once: 10,
};

/// Events that were handled are marked under this name for 30 days. It is the function's former name and must stay the same.
const MARK: &str = "money-reconcile";

/// The age from which a movement or a journal is judged.
const SETTLED: Duration = Duration::from_secs(60 * 60);
/// Items in one transaction, or on one page.
const AT_ONCE: u16 = 90;

/// A step while it works.
struct Step<'a> {
    app: &'a App,
    tenant: &'a MarketplaceId,
    run: Reconciliation,
    compared: BTreeMap<&'static str, u32>,
    findings: Vec<Finding>,
}

pub async fn handle(app: App, message: Message<Envelope<ReconciliationTask>>) -> Result<Handled, JobError> {
    let Message { payload: Envelope { marketplace: tenant, event, .. }, trace, .. } = message;
    let ReconciliationTask::Step { run: id, list, after } = event;
    let run = app.table.get(reconciliation_keys::reconciliation(&tenant, &id)).await?;
    let run = run.ok_or_else(|| JobError::internal(format!("there is no reconciliation {id}")))?;
    let mut step = Step { app: &app, tenant: &tenant, run, compared: BTreeMap::new(), findings: vec![] };
    // The lists: for each provider the day before and the day itself, then the shards of the journals.
    let mut providers = PROVIDERS.iter().flat_map(|provider| [(*provider, true), (*provider, false)]);
    let place = usize::try_from(list).unwrap_or(usize::MAX);
    let of_providers = PROVIDERS.len().saturating_mul(2);
    let next = match providers.nth(place) {
        Some((provider, before)) => step.provider(provider, before, &after).await?,
        None => step.journals(u8::try_from(place.saturating_sub(of_providers)).unwrap_or(u8::MAX), &after).await?,
    };
    let last = of_providers.saturating_add(usize::from(BALANCE_SHARDS)).saturating_sub(1);
    let go_on = match next {
        Some(after) => Some((list, after)),
        None if place < last => Some((list.saturating_add(1), String::new())),
        None => None,
    };
    step.finish(&id, &format!("{list}_{after}"), go_on, trace).await
}

impl Step<'_> {
    fn count(&mut self, what: &'static str, by: usize) {
        let sum = self.compared.entry(what).or_default();
        *sum = sum.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
    }

    fn young(&self, at: Time) -> bool {
        self.app.now().since(at) < SETTLED
    }

    /// Stores a page of a provider's movements, and compares it if it is of the day itself. Returns the position after which to continue.
    async fn provider(
        &mut self,
        provider: PaymentProvider,
        before: bool,
        after: &str,
    ) -> Result<Option<String>, JobError> {
        let (app, tenant) = (self.app, self.tenant);
        let day = if before { self.run.day.previous() } else { self.run.day };
        let page = provider_ledger::page(provider, app, tenant, day, after).await?;
        for some in page.transactions.chunks(usize::from(AT_ONCE)) {
            let mut commit = app.commit(tenant, None);
            for transaction in some {
                commit = commit.replace(&StoredTransaction { transaction: transaction.clone() });
            }
            commit.send(&app.table).await?;
        }
        if !before {
            self.compare(&page.transactions).await?;
        }
        Ok(page.next)
    }

    /// Compares a provider's movements with the journals, and with the provider's earlier movements for the same subject.
    async fn compare(&mut self, all: &[ProviderTransaction]) -> Result<(), JobError> {
        let (app, tenant) = (self.app, self.tenant);
        let names = |reported: &ProviderTransaction| {
            let subject = reported.subject.clone();
            reported.kind.journals().iter().map(move |kind| (*kind, subject.clone()))
        };
        let journals = Journals::read(&app.table, tenant, all.iter().flat_map(names).collect()).await?;
        for reported in all {
            if self.young(reported.at) {
                self.count("young", 1);
                continue;
            }
            self.count("transactions", 1);
            let list = reconciliation_keys::provider_transactions(tenant, reported.kind, &reported.subject).now();
            let same = app.table.page(list, 10, None).await?.items;
            let first = same.iter().map(|it| (it.transaction.at, &it.transaction.id)).min();
            if first.is_some_and(|first| first < (reported.at, &reported.id)) {
                self.findings.push(Finding::duplicate(reported));
                continue;
            }
            let journal = reported.kind.journals().iter().find_map(|kind| journals.get(*kind, &reported.subject));
            self.findings.extend(rules::of_provider(reported, journal));
        }
        Ok(())
    }

    /// Compares a page of the day's journals in a shard with what providers did. Returns the position after which to continue.
    async fn journals(&mut self, shard: u8, after: &str) -> Result<Option<String>, JobError> {
        let (app, tenant, day) = (self.app, self.tenant, self.run.day);
        let from = if after.is_empty() { day.start().to_string() } else { after.to_owned() };
        let list = ledger_keys::journals(tenant, Month::of(day.start()), shard).span(&from, &end(day));
        let page = app.table.page(list, AT_ONCE, None).await?;
        let asking = page.items.iter().map(|row| (row.summary.kind, row.summary.subject.clone())).collect();
        let journals = Journals::read(&app.table, tenant, asking).await?;
        for journal in journals.iter() {
            let Some(kind) = rules::asked_of_provider(journal) else { continue };
            if self.young(journal.at) {
                self.count("young", 1);
                continue;
            }
            self.count("journals", 1);
            let reported = app
                .table
                .page(reconciliation_keys::provider_transactions(tenant, kind, &journal.subject).now(), 1, None)
                .await?;
            self.findings.extend(rules::of_ledger(journal, !reported.items.is_empty()));
        }
        let last = page.items.last().map(|row| row.place.clone());
        Ok(page.next.and(last))
    }

    /// Stores the findings, each once, and passes on what is left.
    async fn finish(
        mut self,
        id: &ReconciliationId,
        mark: &str,
        go_on: Option<(u32, String)>,
        trace: Option<String>,
    ) -> Result<Handled, JobError> {
        let (app, tenant) = (self.app, self.tenant);
        let findings = std::mem::take(&mut self.findings);
        self.count("findings", findings.len());
        let found = self.run.findings > 0 || !findings.is_empty();
        for finding in findings {
            let (found_at, run) = (app.now(), id.clone());
            let found = StoredFinding {
                id: finding_id(&finding),
                finding,
                run: Some(run.clone()),
                found_at,
                resolution: None,
                version: 1,
            };
            app.commit(tenant, trace.clone()).create_once(&found).send_once(&app.table).await?;
        }
        self.count("done", usize::from(go_on.is_none()));
        self.count("version", 1);
        let counts: Vec<_> = self.compared.into_iter().collect();
        let mark = secret::fingerprint_parts(&[mark.as_bytes()]);
        let mut commit = app
            .commit(tenant, trace)
            .once(MARK, &format!("{id}_{mark}"))
            .count(reconciliation_keys::reconciliation(tenant, id), &counts);
        match go_on {
            Some((list, after)) => commit = commit.emit(ReconciliationTask::Step { run: id.clone(), list, after }),
            // Administrators are notified once for the whole run, about what it was the first to find.
            None if found => commit = commit.emit(ReconciliationEvent::Found { run: id.clone() }),
            None => {}
        }
        commit.send(&app.table).await?;
        Ok(Handled::Done)
    }
}

/// The key at which the journals of a day end in the list of their month.
fn end(day: Day) -> String {
    day.next().start().to_string()
}
